"""The kept shell: lines, state, jobs and questions, in each shell that is installed."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.ports import TerminalLent, TerminalUse
from nlsh.core.results import Chunk, Emission, Exit, Note
from nlsh.core.scope import Cancellation
from nlsh.shell.kinds import keepable, keepable_for
from nlsh.shell.seat import winsize
from nlsh.shell.session import ShellSession

SHELLS = [name for name in ("bash", "zsh", "fish") if shutil.which(name)]
Make = Callable[[str], ShellSession]
Said = tuple[bytes, int]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A kept shell whose home is `tmp_path`, in `tmp_path/work`."""
    made: list[ShellSession] = []
    (tmp_path / "work").mkdir()

    def start(name: str) -> ShellSession:
        path = shutil.which(name)
        assert path is not None
        kind = keepable(path)
        assert kind is not None
        cwd = str(tmp_path / "work")
        made.append(ShellSession(kind, path, cwd, environment(tmp_path), str(tmp_path / "state")))
        return made[-1]

    yield start
    for shell in made:
        shell.close()
    assert not list((tmp_path / "state").rglob("shell-*"))


def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SHLVL": "1", "TERM": "xterm"}


def run(
    shell: ShellSession, line: str, terminal: TerminalUse = "pty", cancellation: Cancellation | None = None
) -> list[Emission | TerminalLent]:
    return list(shell.execute(line, terminal, cancellation or Cancellation()))


def said(items: list[Emission | TerminalLent]) -> Said:
    last = items[-1]
    assert isinstance(last, Exit)
    return b"".join(item.data for item in items if isinstance(item, Chunk)), last.code


def say(shell: ShellSession, line: str) -> Said:
    return said(run(shell, line))


def notes(items: list[Emission | TerminalLent]) -> list[str]:
    return [item.text for item in items if isinstance(item, Note)]


def plainly(shell: str, lines: list[str], home: Path) -> bytes:
    """What a plain interactive shell writes for the lines, typed one by one, without its prompts and their echo."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, winsize(24, 80))
    env = environment(home) | {"PS1": "READY>", "PROMPT_COMMAND": "", "PWD": str(home / "work")}
    argv = {"bash": ["bash", "--noediting", "-i"], "zsh": ["zsh", "+Z", "+o", "promptsp", "-i"]}[shell]
    child = subprocess.Popen(
        ["setsid", "-c", *argv], stdin=slave, stdout=slave, stderr=slave, env=env, cwd=home / "work"
    )
    name = os.ttyname(slave)
    os.close(slave)
    out = b""
    wait_for(master, b"READY>")
    subprocess.run(["stty", "-echo", "-F", name], check=True)
    for line in lines:
        os.write(master, line.encode() + b"\n")
        out += wait_for(master, b"READY>").rpartition(b"READY>")[0]
    child.kill()
    child.wait()
    os.close(master)
    return out


def wait_for(fd: int, wanted: bytes) -> bytes:
    seen, until = b"", time.monotonic() + 20
    while wanted not in seen:
        assert select.select([fd], [], [], max(0, until - time.monotonic()))[0], seen
        seen += os.read(fd, 4096)
    return seen


LINES = [
    "echo hello; ls -d /etc /usr --color=always; test -t 1 && echo tty",
    "printf 'no newline'",
    "nosuchprogram -x",
    "ls )",
    "printf '\\033[31mred\\033[0m\\n' && stty size && false",
    "cd /usr && pwd && cd - && echo $OLDPWD",
    "export A=1; B=2; f() { echo $A$B$1; }; alias g='echo aliased'; set -o noclobber",
    "f 3; g; echo x > /dev/null; echo $?",
    "for i in 1 2 3; do printf '%d%%\\r' $i; done",
    'seq 3 | while read x; do echo "$x"; done | tac',
    "cat <<< 'a here string'; (exit 3); echo $?",
    "echo one >&2; echo two",
    "sh -c 'kill -9 $$'; echo $?",
]


def test_output_is_what_the_plain_shell_writes(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PS1='READY>'\n")
    shell = make("bash")
    assert b"".join(say(shell, line)[0] for line in LINES) == plainly("bash", LINES, tmp_path)


@pytest.mark.parametrize("name", SHELLS)
def test_exit_codes_and_what_a_shell_remembers(name: str, make: Make) -> None:
    shell = make(name)
    assert say(shell, "false") == said(run(shell, "false"))
    assert say(shell, "sh -c 'exit 7'")[1] == 7
    status = "$status" if name == "fish" else "$?"
    assert say(shell, f"echo {status}")[0].endswith(b"7\r\n")
    assert say(shell, "cd /usr; export FRUIT=pear")[1] == 0
    assert (shell.cwd, shell.env["FRUIT"]) == ("/usr", "pear")
    assert say(shell, "echo $FRUIT; pwd")[0].endswith(b"pear\r\n/usr\r\n")


@pytest.mark.parametrize("name", SHELLS)
def test_what_nlsh_tells_it_is_as_if_typed(name: str, make: Make, tmp_path: Path) -> None:
    shell = make(name)
    folder = tmp_path / "it's a $HOME\\folder"
    folder.mkdir()
    shell.change_directory(str(folder))
    shell.export("FRUIT", "a 'pear' $HOME \\ \"x\"")
    assert shell.cwd == str(folder)
    assert say(shell, 'echo "$FRUIT"; pwd')[0].endswith(f"a 'pear' $HOME \\ \"x\"\r\n{folder}\r\n".encode())
    for wrong in ("", "1A", "A B", "A;ls"):
        with pytest.raises(UsageError):
            shell.export(wrong, "x")
    with pytest.raises(UsageError):
        shell.change_directory("/no/such")


@pytest.mark.parametrize("name", SHELLS)
def test_a_folder_whose_name_is_hostile(name: str, make: Make, tmp_path: Path) -> None:
    folder = tmp_path / "a\x07b\x1b]133;D;0\x07"
    folder.mkdir()
    shell = make(name)
    say(shell, "cd /usr")
    shell.change_directory(str(folder))
    assert say(shell, "pwd; echo end")[0].endswith(b"end\r\n")
    assert shell.cwd == str(folder)


@pytest.mark.parametrize("name", [shell for shell in SHELLS if shell != "fish"])
def test_aliases_and_functions_of_the_startup_files(name: str, make: Make, tmp_path: Path) -> None:
    (tmp_path / f".{name}rc").write_text("alias ll='echo listed'\ngreet() { echo hello $1; }\nexport FROM_RC=yes\n")
    shell = make(name)
    shell.prepare()
    assert [shell.kind(word) for word in ("ll", "greet", "cd", "if", "ls", "nosuch")] == [
        "alias", "function", "builtin", "keyword", "program", "",
    ]  # fmt: skip
    assert say(shell, "ll; greet you; echo $FROM_RC") == (b"listed\r\nhello you\r\nyes\r\n", 0)
    say(shell, "alias later=ls; soon() { :; }")
    assert shell.env["FROM_RC"] == "yes"
    assert (shell.kind("later"), shell.kind("soon"), shell.kind("__nlsh_end")) == ("alias", "function", "")


def test_the_prompt_of_the_person_is_left_alone(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PS1='mine \\w> '\nPROMPT_COMMAND='hooked=$((hooked+1))'\nPS2='more> '\n")
    shell = make("bash")
    assert say(shell, 'echo "$PS1$PS2"')[0] == b"mine \\w> more> \r\n"
    first = int(say(shell, "echo $hooked")[0])
    assert int(say(shell, "echo $hooked")[0]) == first + 1


def test_a_prompt_command_that_is_replaced_is_hooked_again(make: Make) -> None:
    shell = make("bash")
    assert say(shell, "echo a") == (b"a\r\n", 0)
    assert say(shell, "PROMPT_COMMAND+=('x=1')") == (b"", 0)
    assert say(shell, "echo b $x") == (b"b 1\r\n", 0)


@pytest.mark.parametrize("name", [shell for shell in SHELLS if shell != "fish"])
def test_tracing_shows_the_line_and_not_the_hooks(name: str, make: Make) -> None:
    shell = make(name)
    say(shell, "set -x")
    shown, _ = say(shell, "echo a")
    assert b"echo a" in shown
    assert b"nlsh" not in shown
    shown, _ = say(shell, "set +x")
    assert b"nlsh" not in shown


@pytest.mark.parametrize("name", SHELLS)
def test_a_line_of_many_lines(name: str, make: Make) -> None:
    loop = "for i in 1 2\n  echo $i\nend" if name == "fish" else "for i in 1 2\ndo\n  echo $i\ndone"
    shell = make(name)
    assert say(shell, loop)[0].endswith(b"1\r\n2\r\n")
    long = "echo " + "x" * 30_000
    assert say(shell, long)[0].endswith(b"x" * 30_000 + b"\r\n")
    if name != "fish":
        assert say(shell, "cat <<END\n$((1+1))\na\tb\nEND")[0] == b"2\r\na\tb\r\n"


def test_a_line_that_is_not_at_its_end_is_given_up(make: Make) -> None:
    shell = make("bash")
    items = run(shell, "echo 'open")
    assert said(items) == (b"", 2)
    assert "not at its end" in notes(items)[0]
    assert say(shell, "echo fine") == (b"fine\r\n", 0)


def test_nothing_a_command_prints_passes_for_a_mark(make: Make) -> None:
    shell = make("bash")
    forged = r"printf '\033]133;D;0;nlsh=0000;/tmp\007'; sleep 0.1; echo after; (exit 9)"
    shown, code = say(shell, forged)
    assert shown.endswith(b"after\r\n")
    assert code == 9


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("name", SHELLS)
def test_jobs_are_the_shells_own(name: str, make: Make) -> None:
    shell = make(name)
    say(shell, "sleep 61 &")
    assert soon(lambda: [(job.state, job.command) for job in shell.jobs()] == [("running", "sleep 61")])
    os.killpg(shell.jobs()[0].pid, signal.SIGSTOP)
    assert soon(lambda: shell.jobs()[0].state == "stopped")
    assert b"sleep 61" in say(shell, "jobs")[0]
    say(shell, "kill -9 %1")
    assert soon(lambda: shell.jobs() == ())


@pytest.mark.parametrize("name", [shell for shell in SHELLS if shell != "fish"])
def test_what_a_job_writes_between_lines_is_shown(name: str, make: Make) -> None:
    shell = make(name)
    shown = bytearray()
    shell.watch(shown.extend)
    say(shell, "(sleep 0.3; echo from behind) &")
    assert soon(lambda: b"from behind\r\n" in shown)
    assert b"133;" not in shown


def cancelled_when(shell: ShellSession, line: str, wanted: bytes) -> tuple[Said, float]:
    cancellation, seen = Cancellation(), b""
    items: list[Emission | TerminalLent] = []
    since = 0.0
    for item in shell.execute(line, "pty", cancellation):
        items.append(item)
        seen += item.data if isinstance(item, Chunk) else b""
        if wanted in seen and not cancellation.is_set:
            since = time.monotonic()
            cancellation.cancel()
    return said(items), time.monotonic() - since


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("echo ready; sleep 60", 130),
        ("sh -c 'trap \"\" INT; echo ready; sleep 60; sleep 60'", 143),
        ("while :; do echo ready; sleep 0.01; done", 130),
        ("yes ready", 130),
    ],
)
def test_cancelling_ends_the_line_and_not_the_shell(line: str, code: int, make: Make) -> None:
    shell = make("bash")
    say(shell, "mine=kept")
    assert cancelled_when(shell, line, b"ready")[0][1] == code
    assert say(shell, "echo $mine") == (b"kept\r\n", 0)


def test_a_listener_that_goes_away_ends_the_line(make: Make) -> None:
    shell = make("bash")
    items = shell.execute("echo ready; sleep 60", "pty", Cancellation())
    next(iter(items))
    items.close()  # type: ignore[attr-defined]
    assert soon(lambda: shell.jobs() == ())
    assert say(shell, "echo next")[0].endswith(b"next\r\n")


def test_cancelled_before_it_began(make: Make) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        run(make("bash"), "true", cancellation=cancellation)
    with pytest.raises(UsageError):
        run(make("bash"), "echo a\0b")


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_that_ends_is_started_again(name: str, make: Make) -> None:
    shell = make(name)
    say(shell, "cd /usr")
    items = run(shell, "exec sh -c 'echo last; exit 5'")
    assert said(items)[0].endswith(b"last\r\n")
    assert said(items)[1] == 5
    assert "ended" in notes(items)[0]
    items = run(shell, "echo again")
    assert said(items)[0].endswith(b"again\r\n")
    assert "new one" in notes(items)[0]
    assert shell.cwd == "/usr"


def test_a_shell_that_is_killed_is_started_again(make: Make) -> None:
    shell = make("bash")
    items = run(shell, "kill -9 $$")
    assert said(items)[1] == 137
    assert say(shell, "echo again")[0] == b"again\r\n"


def test_startup_files_that_do_not_end_are_left_out(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlsh.shell.session._READY_S", 1.0)
    (tmp_path / ".bashrc").write_text("sleep 60\n")
    items = run(make("bash"), "echo here")
    assert said(items)[0].endswith(b"here\r\n")
    assert "startup files" in notes(items)[0]


def test_what_startup_files_print_is_shown_once_somebody_watches(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("echo good morning\n")
    shell, shown = make("bash"), bytearray()
    shell.prepare()
    shell.watch(shown.extend)
    assert bytes(shown) == b"good morning\r\n"


def test_a_shell_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    fake = tmp_path / "zsh"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    kind = keepable(str(fake))
    assert kind is not None
    shell = ShellSession(kind, str(fake), str(tmp_path), environment(tmp_path), str(tmp_path / "state"))
    with pytest.raises(NlshError, match="ended as it was started"):
        run(shell, "true")
    shell.close()


def test_the_size_is_the_one_given_and_follows(make: Make) -> None:
    shell = make("bash")
    shell.resize(33, 101)
    assert say(shell, "stty size") == (b"33 101\r\n", 0)
    seen = b""
    for item in shell.execute(
        "sh -c 'trap \"stty size; exit\" WINCH; echo ready; sleep 5 & wait'", "pty", Cancellation()
    ):
        seen += item.data if isinstance(item, Chunk) else b""
        if b"ready" in seen:
            shell.resize(10, 20)
    assert b"10 20" in seen


def test_a_line_is_typed_into_and_what_it_does_not_read_is_given_back(make: Make) -> None:
    shell = make("bash")
    assert shell.write(b"lost") == 0
    seen = b""
    for item in shell.execute("echo ready; read x; echo got $x; sleep 0.2", "pty", Cancellation()):
        seen += item.data if isinstance(item, Chunk) else b""
        if seen == b"ready\r\n":
            assert shell.write(b"pear\nls -") == 9
            seen += b"."
    assert b"got pear" in seen
    assert shell.take_typed() == b"ls -"
    assert shell.take_typed() == b""
    assert say(shell, "echo next") == (b"next\r\n", 0)


def lend_to(item: TerminalLent, keys: bytes, wanted: bytes) -> bytes:
    """Lend a terminal of our own; type `keys` when `wanted` has come."""
    keyboard, terminal = pty.openpty()
    tails: list[bytes] = []
    thread = threading.Thread(target=lambda: tails.append(item.lending.run(terminal)))
    thread.start()
    wait_for(keyboard, wanted)
    os.write(keyboard, keys)
    thread.join(10)
    assert not thread.is_alive()
    os.close(keyboard)
    os.close(terminal)
    return tails[0]


@pytest.mark.parametrize(
    ("line", "wanted", "tail"),
    [
        (r"printf 'a\033[?10'; sleep .1; printf '49hfull'; read x; printf '\033[?1049lafter %s' $x", b"full", b"after"),
        ("echo first; read -s -p secret: x; echo; echo got $x", b"secret:", b"got pear"),
        ("printf go; stty raw; head -c 4; stty sane; echo done", b"go", b"done"),
    ],
)  # fmt: skip
def test_a_program_that_reads_keys_itself_gets_the_terminal(line: str, wanted: bytes, tail: bytes, make: Make) -> None:
    shell = make("bash")
    items: list[Emission | TerminalLent] = []
    seen = b""
    for item in shell.execute(line, "pty", Cancellation()):
        items.append(item)
        if isinstance(item, TerminalLent):
            seen += lend_to(item, b"pear\n", wanted)  # a prompt that was shown already is shown there again
        elif isinstance(item, Chunk):
            seen += item.data
    assert tail in seen
    assert seen.count(wanted) <= 1
    assert sum(isinstance(item, TerminalLent) for item in items) == 1
    assert say(shell, "echo next") == (b"next\r\n", 0)


def test_a_terminal_that_cannot_be_lent_is_done_without(make: Make) -> None:
    shell, seen = make("bash"), b""
    for item in shell.execute(r"printf '\033[?47hfull'; exit_code() { return 2; }; exit_code", "pty", Cancellation()):
        if isinstance(item, TerminalLent):
            item.lending.refuse()
        elif isinstance(item, Chunk):
            seen += item.data
        elif isinstance(item, Exit):
            assert item.code == 2
    assert seen == b"\x1b[?47hfull"


def test_a_pipe_runs_beside_the_shell_with_its_folder_and_environment(make: Make) -> None:
    shell = make("bash")
    say(shell, "cd /usr; export FRUIT=pear; alias ls='echo aliased'")
    items = run(shell, "pwd; echo $FRUIT; test -t 1 || echo piped; cd /; FRUIT=x; ls -d /etc >&2", "pipe")
    out = b"".join(item.data for item in items if isinstance(item, Chunk) and not item.is_error)
    assert out == b"/usr\npear\npiped\n"
    assert (shell.cwd, shell.env["FRUIT"]) == ("/usr", "pear")


def test_history_is_the_shells_own_and_a_leading_space_is_kept_out(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("HISTCONTROL=ignorespace\nshopt -s histappend\n")
    shell = make("bash")
    for line in ("echo kept", " echo secret", "history 2"):
        say(shell, line)
    shell.change_directory("/usr")
    shell.close()
    kept = (tmp_path / ".bash_history").read_text()
    assert kept == "echo kept\nhistory 2\n"


@pytest.mark.parametrize("name", SHELLS)
def test_completion_is_the_shells_own(name: str, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlsh.shell.session._COMPLETE_S", 3.0)  # the machine that runs this may be busy
    (tmp_path / ".zshrc").write_text("autoload -Uz compinit; compinit -u -D\n")
    rc = "complete -W 'apple apricot --peel=' fruit\n_late() { sleep 30; }\ncomplete -F _late late\n"
    (tmp_path / ".bashrc").write_text(rc)
    shell = make(name)
    shell.prepare()
    (tmp_path / "work" / "apple pie").touch()
    (tmp_path / "work" / "apple tart").touch()
    line = "cat app"
    texts = {one.text for one in shell.complete(line, len(line))}
    assert {"apple pie", "apple tart"} <= {text.replace("\\ ", " ") for text in texts}
    if name == "bash":
        assert [one.text for one in shell.complete("fruit ap", 8)] == ["apple", "apricot"]
        assert shell.complete("late x", 6) == ()
    assert say(shell, "echo next")[0].endswith(b"next\r\n")


def test_which_shells_can_be_kept(tmp_path: Path) -> None:
    old = tmp_path / "bash"
    old.write_text("#!/bin/sh\necho 'GNU bash, version 3.2.57(1)-release'\n")
    old.chmod(0o755)
    assert keepable(str(old)) is None
    assert keepable("/bin/sh") is None
    found = keepable_for({"SHELL": "/bin/sh"})
    assert found is not None
    assert found[0].name == "bash"


@pytest.mark.parametrize("name", SHELLS)
def test_keys_typed_while_a_line_is_interrupted_never_stop_the_talk(name: str, make: Make) -> None:
    shell = make(name)
    for _ in range(4):
        timer = threading.Timer(0.2, shell.write, (b"early\x03",))
        timer.start()
        assert say(shell, "sleep 30")[1] == 130
        timer.join()
    assert say(shell, "echo alive")[0].endswith(b"alive\r\n")


@pytest.mark.parametrize("line", ["PROMPT_COMMAND=", "PROMPT_COMMAND=:; PS1=", "PS0=", "unset PROMPT_COMMAND PS0"])
def test_a_bash_that_loses_its_hooks_is_found_again(line: str, make: Make) -> None:
    shell = make("bash")
    assert say(shell, "KEPT=$$; cd /usr")[1] == 0
    for item in shell.execute(line, "pty", Cancellation()):
        if isinstance(item, TerminalLent):
            item.lending.refuse()
    assert say(shell, '[ "$KEPT" = $$ ] && pwd; (exit 3)') == (b"/usr\r\n", 3)


def test_a_debug_trap_sees_the_lines_of_the_person_only(make: Make) -> None:
    shell = make("bash")
    assert say(shell, "trap 'echo [$BASH_COMMAND]' DEBUG") == (b"", 0)
    assert say(shell, "true") == (b"[true]\r\n", 0)


def test_what_bash_says_of_its_history_is_shown(make: Make) -> None:
    shell = make("bash")
    assert say(shell, "echo !nosuch") == (b"bash: !nosuch: event not found\r\n", 1)
    assert say(shell, "echo a")[0] == b"a\r\n"


def test_a_bash_whose_errors_go_elsewhere_goes_on(make: Make, tmp_path: Path) -> None:
    shell = make("bash")
    assert say(shell, "exec 2> errors")[1] == 0
    assert say(shell, "echo out; ls /nosuch") == (b"out\r\n", 2)
    assert b"/nosuch" in (tmp_path / "work" / "errors").read_bytes()


@pytest.mark.parametrize("name", SHELLS)
def test_a_name_is_known_as_soon_as_it_is_given(name: str, make: Make) -> None:
    shell = make(name)
    say(shell, "alias ll='ls -l'")
    assert shell.kind("ll") in ("alias", "function")  # an alias of fish is a function


def test_zsh_keeps_its_prompt_over_an_interrupted_line(make: Make, tmp_path: Path) -> None:
    (tmp_path / ".zshrc").write_text("PS1='mine> '\n")
    shell = make("zsh")
    assert notes(run(shell, "echo 'open"))
    assert say(shell, 'echo "$PS1"')[0] == b"mine> \r\n"
