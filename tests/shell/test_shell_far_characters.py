"""The grammar's scanner once crashed the process at characters far beyond ASCII: it is tried in another one."""

from __future__ import annotations

import subprocess
import sys

_SOUP = """
import random
from nlsh.shell.syntax import parse
dice = random.Random(5)
words = ["<<", "<<-", "'", '"', "$", "(", ")", "{", "}", "`", "\\n", "a", " ", "|", "&", ";", "#", "[[", "in", "if"]
words += ["${", "$((", "))", "@(", "!", "~", "-", "case", "esac"]
for _ in range(1500):
    text = "".join(dice.choice(words) for _ in range(dice.randint(1, 40)))
    parse(text + "".join(chr(dice.randint(0x80, 0x10FFFF)) for _ in range(15)).encode("utf-8", "ignore").decode(), {})
"""


def test_far_characters_crash_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", _SOUP], capture_output=True, timeout=60, check=False)
    assert (done.stderr, done.returncode) == (b"", 0)


def test_a_far_character_is_a_byte_of_a_word() -> None:
    from nlsh.shell.syntax import parse

    assert not parse("ls 报告.txt é 𝄞", {}).fault
