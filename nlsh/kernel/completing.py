"""What may stand at the cursor: of a literal what the person's shell offers, of an utterance what can be meant."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from nlsh.core.errors import NlshError
from nlsh.core.ports import Completion, History, RouteReading, Shell
from nlsh.core.quoting import word_at
from nlsh.core.risk import Route
from nlsh.core.syscall import SyscallSpec
from nlsh.kernel.naming import LIMIT, Name, names_in, paths_for, programs_for
from nlsh.kernel.route import strip_force

_PATIENCE_S: Final = 0.3
_MOST_TURNS: Final = 500
_MOST_WORDS: Final = 20
_SHORTEST: Final = 2
"""Letters of a word that must be typed before words said earlier are offered."""
_MOST_BEGUN: Final = 5
"""How many words a name with spaces in it may be begun with."""
_FORCE: Final = re.compile(r"\s*[!?？]\s*")
_HELP: Final = re.compile(r"\s*nlsh\s+help\s+$")
_EXPLAINED: Final = re.compile(r"(?:^|\s)(?:help|explain)\s+$")
_TOKEN: Final = re.compile(r"\S*$")
_SAID: Final = re.compile(r"[^\W\d_]{4,}")


class Completing:
    """Offers completions. Blocks up to a second, so it is called in a thread."""

    def __init__(
        self,
        shell: Shell,
        history: History,
        specs: Callable[[], Sequence[SyscallSpec]],
        route: Callable[[str], RouteReading],
    ) -> None:
        self._shell = shell
        self._history = history
        self._specs = specs
        self._route = route

    def offers(self, line: str, cursor: int) -> tuple[Completion, ...]:
        """What may stand at the cursor, by the route of the line."""
        _, forced = strip_force(line)
        skipped = _FORCE.match(line) if forced else None
        cut = skipped.end() if skipped else 0
        if cursor < cut:
            return ()
        is_literal = (forced or self._route(_settled(line[:cursor])).route) is Route.LITERAL
        found = (self._of_literal if is_literal else self._of_utterance)(line[cut:], cursor - cut)
        return tuple(replace(one, start=one.start + cut) for one in found)

    def _of_literal(self, line: str, cursor: int) -> Sequence[Completion]:
        word = word_at(line, cursor, self._shell.env)
        if _HELP.fullmatch(line[: word.start]):
            return tuple(self._syscalls(word.base, word.start))
        offered = self._shell.complete(line, cursor)
        if offered:
            return offered
        programs = programs_for(word, self._shell.env) if word.is_command else ()
        return programs or paths_for(word, self._shell.cwd)

    def _of_utterance(self, line: str, cursor: int) -> Sequence[Completion]:
        text = line[:cursor]
        token = _TOKEN.search(text)
        start = token.start() if token else cursor
        word = text[start:]
        found: list[Completion] = []
        if "." in word or _EXPLAINED.search(text[:start]):
            found.extend(self._syscalls(word, start))
        found.extend(self._names(text, start))
        found.extend(self._words(word, start))
        return found[:LIMIT]

    def _syscalls(self, begun: str, start: int) -> Iterator[Completion]:
        for spec in sorted(self._specs(), key=lambda spec: spec.name):
            if spec.name.startswith(begun) and spec.name != begun:
                yield Completion(spec.name, start, spec.summary)

    def _names(self, text: str, start: int) -> Iterator[Completion]:
        """Paths, in whatever case they were begun; a name with spaces in it is put between quotation marks."""
        at = _quotation(text, start)
        typed = text[at:].lstrip('"')
        head, slash, base = typed.rpartition("/")
        folder = os.path.join(self._shell.cwd, os.path.expanduser(head + slash))
        names = sorted(names_in(folder, time.monotonic() + _PATIENCE_S), key=lambda name: name.text)
        for name in names:
            if _begins(name, base) and (base or slash or text):
                yield _spoken(head + slash, name, at)
            elif not slash and at == start and (earlier := _begun_earlier(text, name.text)) is not None:
                yield _spoken("", name, earlier)

    def _words(self, begun: str, start: int) -> Iterator[Completion]:
        """Words of earlier utterances, the most frequent first."""
        if len(begun) < _SHORTEST:
            return
        said = Counter(word for line in self._utterances() for word in set(_SAID.findall(line)))
        fitting = [word for word, _ in said.most_common() if word.startswith(begun) and word != begun]
        yield from (Completion(word, start, "said before") for word in fitting[:_MOST_WORDS])

    def _utterances(self) -> tuple[str, ...]:
        try:
            rows = self._history.latest(_MOST_TURNS)
        except NlshError:  # completion helps; where the store cannot be read it helps with less
            return ()
        return tuple(row.line for row in rows if row.route == Route.UTTERANCE and row.outcome == "done")


def _settled(text: str) -> str:
    """The text without its last word, unless it is the only one: `cat my` is begun like language, yet is a command."""
    return text[: len(text) - len(text.split()[-1])] if len(text.split()) > 1 and not text[-1].isspace() else text


def _quotation(text: str, start: int) -> int:
    """Where an open quotation begins, else where the last word does."""
    return text.rindex('"') if text.count('"') % 2 else start


def _begins(name: Name, base: str) -> bool:
    is_offered = base.startswith(".") or not name.text.startswith(".")
    return is_offered and name.text.casefold().startswith(base.casefold())


def _begun_earlier(text: str, name: str) -> int | None:
    """Where in the text a name of several words begins, of which at least one and a space are typed."""
    if " " not in name:
        return None
    starts = [found.start() for found in re.finditer(r"\S+", text)][-_MOST_BEGUN:]
    fitting = (at for at in starts if " " in text[at:] and name.casefold().startswith(text[at:].casefold()))
    return next(fitting, None)


def _spoken(head: str, name: Name, start: int) -> Completion:
    path = head + name.text + ("/" if name.is_folder else "")
    is_plain = not re.search(r"[\s\"']", path)
    quote = "'" if '"' in path else '"'
    return Completion(path if is_plain else quote + path + quote, start, is_whole=not name.is_folder)
