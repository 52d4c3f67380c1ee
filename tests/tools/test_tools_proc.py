"""The proc family against real processes: a copy of sleep under a name of its own, real sockets, real files."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Emission, Note, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools import pattern_child
from nlsh.tools.proc import process_table, session_jobs, sessions
from nlsh.tools.proc.census import Census, seen
from nlsh.tools.proc.holding import OpenFiles, Ports
from nlsh.tools.proc.looking import Find, Info, List, Tree
from nlsh.tools.proc.matching import ancestry, everyone, named
from nlsh.tools.proc.signalling import Nice, Signal, read_signal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="drives Linux processes")

Run = Callable[[Syscall], list[Emission]]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start programs; those still running at the end of the test are killed."""
    running: list[subprocess.Popen[bytes]] = []

    def starter(*argv: str, **more: object) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True, **more)  # type: ignore[call-overload]
        running.append(process)
        return process  # type: ignore[no-any-return]

    yield starter
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def napper(tmp_path: Path, start: Start) -> subprocess.Popen[bytes]:
    """A process called `napper` that only sleeps."""
    shutil.copy(shutil.which("sleep") or "/bin/sleep", tmp_path / "napper")
    return start(str(tmp_path / "napper"), "300")


def table(emissions: list[Emission]) -> Table:
    [found] = [one for one in emissions if isinstance(one, Table)]
    return found


def notes(emissions: list[Emission]) -> list[str]:
    return [one.text for one in emissions if isinstance(one, Note)]


def pids(emissions: list[Emission]) -> list[object]:
    return [row["pid"] for row in table(emissions).records()]


# ---- looking


def test_the_list_holds_this_very_process(run: Run) -> None:
    rows = {row["pid"]: row for row in table(run(List())).records()}
    mine = rows[os.getpid()]
    assert mine["memory"] > 1_000_000
    assert mine["user"] == seen(os.getpid()).user  # type: ignore[union-attr]
    assert 2 not in rows


def test_list_filters_by_name_and_user(run: Run, napper: subprocess.Popen[bytes]) -> None:
    assert pids(run(List(name_="napper"))) == [napper.pid]
    me = str(os.getuid())
    assert napper.pid in pids(run(List(user=me)))
    with pytest.raises(UsageError, match="there is no user nobody-here"):
        run(List(user="nobody-here"))


@pytest.mark.parametrize(("order", "column", "is_falling"), [("memory", "memory", True), ("pid", "pid", False)])
def test_list_sorts_and_limits(run: Run, order: str, column: str, is_falling: bool) -> None:
    found = table(run(List.parse({"sort": order, "limit": 3})))
    values = [row[column] for row in found.records()]
    assert len(values) == 3
    assert values == sorted(values, reverse=is_falling)


def test_find_says_when_there_is_none(run: Run, napper: subprocess.Popen[bytes]) -> None:
    assert pids(run(Find(name_="NAPPER"))) == [napper.pid]
    assert notes(run(Find(name_="no-such-program-runs"))) == ["no process is called no-such-program-runs"]


def test_names_go_before_case_before_command_lines(napper: subprocess.Popen[bytes], start: Start) -> None:
    other = start("sh", "-c", "sleep 300; : napper")
    assert [one.pid for one in named("napper", everyone())] == [napper.pid]
    assert [one.pid for one in named("Napper", everyone())] == [napper.pid]
    assert other.pid in [one.pid for one in named(": napper", everyone())]


def test_a_script_is_found_by_its_own_name(tmp_path: Path, start: Start) -> None:
    script = tmp_path / "dreamer.py"
    script.write_text("import time\nprint('up', flush=True)\ntime.sleep(300)\n")
    process = start(sys.executable, str(script))
    assert process.stdout
    process.stdout.readline()
    assert [one.pid for one in named("dreamer.py", everyone())] == [process.pid]


def test_tree_indents_children(run: Run, start: Start) -> None:
    parent = start("sh", "-c", "sh -c 'echo $$; while :; do sleep 300; done' & wait")
    assert parent.stdout
    child = int(parent.stdout.readline())
    rows = {row["pid"]: row["name"] for row in table(run(Tree(process=str(parent.pid)))).records()}
    assert (rows[parent.pid], rows[child]) == ("sh", "  sh")
    assert os.getpid() not in rows


def test_info_tells_what_is_known(run: Run, napper: subprocess.Popen[bytes]) -> None:
    facts = dict(table(run(Info(process=str(napper.pid)))).rows)
    assert facts["name"] == "napper"
    assert facts["parent"] == str(os.getpid())
    assert facts["command"].endswith("napper 300")
    with pytest.raises(NlshError, match="there is no process with the pid 999999999"):
        run(Info(process="999999999"))


def test_the_pane_table_counts_cpu_between_calls() -> None:
    first = process_table()
    assert [column.name for column in first.columns] == ["pid", "name", "user", "cpu", "memory", "command"]
    census = Census()
    census.count()
    burnt = os.times().user
    while os.times().user - burnt < 0.1:
        pass
    mine = next(one for one in census.count() if one.pid == os.getpid())
    assert mine.cpu_percent > 5


# ---- ports and files


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_ports_tell_who_listens(run: Run, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    [row] = table(run(Ports(port=port))).records()
    assert (row["port"], row["pid"], row["address"], row["protocol"]) == (port, os.getpid(), "127.0.0.1", "tcp")
    assert port in [row["port"] for row in table(run(Ports(process=str(os.getpid())))).records()]


def test_a_free_port_is_said_to_be_free(run: Run, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    found = table(run(Ports(port=port)))
    assert (found.rows, found.note) == ((), f"nothing listens on port {port}")


def test_sockets_of_hidden_processes_are_listed_and_counted(
    run: Run, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nlsh.tools.proc import holding, sockets

    shown = [one._replace(pid=0) for one in sockets.listening()]
    monkeypatch.setattr(holding, "listening", lambda: shown)
    found = table(run(Ports(port=listener.getsockname()[1])))
    assert [row[3] for row in found.rows] == [None]
    assert "1 of them belong to processes you may not see" in found.note


def test_open_files_by_path_folder_and_process(run: Run, cwd: Path) -> None:
    (cwd / "held.log").write_text("x")
    with open(cwd / "held.log", "a"):
        [by_path] = table(run(OpenFiles(path="held.log"))).records()
        assert (by_path["pid"], by_path["how"]) == (os.getpid(), "write")
        assert os.getpid() in pids(run(OpenFiles(path=".")))
        paths = table(run(OpenFiles(process=str(os.getpid())))).paths()
        assert str((cwd / "held.log").resolve()) in paths
    assert os.getpid() not in pids(run(OpenFiles(path="held.log")))


def test_open_files_wants_to_know_of_what(run: Run) -> None:
    with pytest.raises(UsageError, match="neither a file nor a process"):
        run(OpenFiles())


# ---- acting


def test_signal_ends_a_process_and_says_so(run: Run, napper: subprocess.Popen[bytes]) -> None:
    assert notes(run(Signal(process=("napper",)))) == [f"napper ({napper.pid}) ended"]
    assert napper.wait() == -signal.SIGTERM


def test_a_process_that_ignores_term_is_said_to_run_still(
    run: Run, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlsh.tools.proc.signalling.PATIENCE_S", 0.1)
    stubborn = start("sh", "-c", "trap '' TERM; echo up; while :; do sleep 300; done")
    assert stubborn.stdout
    stubborn.stdout.readline()
    assert notes(run(Signal(process=(str(stubborn.pid),)))) == [f"sh ({stubborn.pid}) is still running: ask for KILL"]
    assert notes(run(Signal(process=(str(stubborn.pid),), signal="9"))) == [f"sh ({stubborn.pid}) ended"]


def test_facts_name_the_very_process(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    syscall = Signal(process=("napper",), signal="KILL")
    facts = syscall.resolve(scope)
    [target] = facts.targets
    assert (target.name, target.kind, target.inode) == (f"{napper.pid} napper", "process", napper.pid)
    assert target.modified_ns == seen(napper.pid).started_ns  # type: ignore[union-attr]
    assert target.is_own
    assert not facts.privileged
    assert facts.digest() == syscall.resolve(scope).digest()
    assert syscall.preview(facts).title == f"kill napper ({napper.pid})"


def test_several_of_one_name_are_all_listed_and_all_ended(
    run: Run, scope: Scope, napper: subprocess.Popen[bytes], tmp_path: Path, start: Start
) -> None:
    second = start(str(tmp_path / "napper"), "301")
    facts = Signal(process=("napper",)).resolve(scope)
    assert {target.inode for target in facts.targets} == {napper.pid, second.pid}
    assert len(notes(run(Signal(process=("napper",))))) == 2


def test_a_pid_used_again_is_not_signalled(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    syscall = Signal(process=("napper",))
    facts = syscall.resolve(scope)
    stale = replace(facts, targets=(replace(facts.targets[0], modified_ns=1),))
    with pytest.raises(NlshError, match="has ended already"):
        list(syscall.run(scope, stale))
    assert napper.poll() is None


@pytest.mark.parametrize("pid", [1, os.getpid(), os.getppid(), 2], ids=["init", "self", "parent", "second"])
def test_nlsh_and_all_it_hangs_from_are_protected(scope: Scope, pid: int) -> None:
    facts = Signal(process=(str(pid),)).resolve(scope)
    assert "must go on" in facts.protected


def test_a_protected_pid_among_others_protects_all(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    assert Signal(process=(str(napper.pid), "1")).resolve(scope).protected


def test_of_a_name_those_above_nlsh_are_left_out(scope: Scope, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = start("sh", "-c", "kill -STOP $$; : twin"), start("sh", "-c", "kill -STOP $$; : twin")
    kept = ancestry(everyone()) | {first.pid: "nlsh runs inside it"}
    monkeypatch.setattr("nlsh.tools.proc.targets.ancestry", lambda _: kept)
    facts = Signal(process=(": twin",)).resolve(scope)
    assert [target.inode for target in facts.targets] == [second.pid]
    assert f"left out: sh ({first.pid}): nlsh runs inside it" in facts.details["lines"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as another user")
def test_a_process_of_another_user_is_privileged(scope: Scope, start: Start) -> None:
    other = start("sleep", "300", user="nobody")
    facts = Signal(process=(str(other.pid),)).resolve(scope)
    assert facts.privileged == "it belongs to nobody"
    assert not facts.targets[0].is_own


def test_signal_by_port_finds_the_listener(run: Run, start: Start) -> None:
    listen = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)"
    server = start(sys.executable, "-c", f"{listen}; time.sleep(300)")
    assert server.stdout
    port = int(server.stdout.readline())
    [note] = notes(run(Signal(port=port)))
    assert note.endswith(f"({server.pid}) ended")


def test_signal_takes_the_processes_an_earlier_step_found(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    listed = next(one for one in Find(name_="napper").run(scope, Find(name_="napper").resolve(scope)))
    assert isinstance(listed, Table)
    later = replace(scope, results={1: Result(listed)})
    assert [target.inode for target in Signal(process=("$1",)).resolve(later).targets] == [napper.pid]


def test_stop_and_continue_are_sent_not_waited_for(run: Run, napper: subprocess.Popen[bytes]) -> None:
    assert notes(run(Signal(process=("napper",), signal="STOP"))) == [f"sent STOP to napper ({napper.pid})"]
    assert notes(run(Signal(process=("napper",), signal="sigcont"))) == [f"sent CONT to napper ({napper.pid})"]


def test_a_process_that_only_waits_to_be_collected_has_ended(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    napper.kill()
    os.waitid(os.P_PID, napper.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(NlshError, match="has ended already"):
        Signal(process=(str(napper.pid),)).resolve(scope)


def test_nothing_named_is_a_question_not_a_guess(scope: Scope) -> None:
    with pytest.raises(UsageError, match="no process was named"):
        Signal().resolve(scope)


@pytest.mark.parametrize(
    ("text", "number"), [("TERM", 15), ("sigkill", 9), ("-9", 9), ("15", 15), (" hup ", 1), ("USR1", 10)]
)
def test_signals_by_name_and_number(text: str, number: int) -> None:
    assert read_signal(text) == number


@pytest.mark.parametrize("text", ["", "nope", "999", "SIGSIGTERM"])
def test_what_is_no_signal_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="there is no signal"):
        read_signal(text)


def test_nice_sets_and_tells_what_it_was(run: Run, napper: subprocess.Popen[bytes]) -> None:
    before = os.getpriority(os.PRIO_PROCESS, napper.pid)
    wanted = min(19, before + 3)
    [note] = notes(run(Nice(process=("napper",), priority=wanted)))
    assert note == f"the priority of napper ({napper.pid}) is {wanted} now; it was {before}"
    assert os.getpriority(os.PRIO_PROCESS, napper.pid) == wanted


def test_nice_refuses_what_is_no_priority(scope: Scope, napper: subprocess.Popen[bytes]) -> None:
    with pytest.raises(UsageError, match="there is no priority 40"):
        Nice(process=("napper",), priority=40).resolve(scope)
    assert Nice(process=("napper",), priority=-5).resolve(scope).privileged


# ---- what the session left running


def jobs() -> dict[object, dict[str, object]]:
    return {row["pid"]: row for row in session_jobs().records()}


def test_a_job_is_what_hangs_from_this_process(napper: subprocess.Popen[bytes]) -> None:
    row = jobs()[napper.pid]
    assert row["name"] == "napper"
    assert str(row["command"]).endswith("napper 300")
    found = seen(napper.pid)
    assert found is not None
    assert row["since"] == pytest.approx(found.started_ns / 1e9)
    assert not {os.getpid(), os.getppid(), 1} & set(jobs())


def test_a_stopped_job_says_so(napper: subprocess.Popen[bytes]) -> None:
    os.kill(napper.pid, signal.SIGSTOP)
    os.waitpid(napper.pid, os.WUNTRACED)
    assert jobs()[napper.pid]["state"] == "stopped"


def test_a_background_job_is_found_when_its_shell_has_ended() -> None:
    shell = subprocess.run(
        ["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $!"], capture_output=True, check=True, process_group=0
    )
    pid = int(shell.stdout)
    try:
        assert seen(pid) is not None
        assert pid in jobs()
    finally:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while pid in jobs():
        assert time.monotonic() < deadline, "a job that ended is no job"
        time.sleep(0.01)


_CONTAINER = """
import ctypes, subprocess, sys
ctypes.CDLL(None).prctl(36, 1)
sys.exit(subprocess.call([sys.executable, "-c", sys.argv[1]]))
"""
"""Adopts orphans (36: PR_SET_CHILD_SUBREAPER), as the first process of a container does, in one session with them."""
_ORPHANING = """
import os, signal, subprocess
from nlsh.tools.proc import session_jobs
script = "sleep 300 >/dev/null 2>&1 & echo $!"
pid = int(subprocess.run(["sh", "-c", script], capture_output=True, process_group=0).stdout)
print(pid in {row["pid"] for row in session_jobs().records()})
os.kill(pid, signal.SIGKILL)
"""


def test_a_background_job_is_found_where_one_session_holds_everything() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _CONTAINER, _ORPHANING], capture_output=True, text=True, start_new_session=True
    )
    assert run.stdout == "True\n", run.stderr


@pytest.mark.parametrize(("pid", "parent"), [(2, 1), (90, 2)])
def test_process_2_of_a_container_is_a_process_like_any_other(pid: int, parent: int) -> None:
    found = seen(os.getpid())
    assert found is not None
    in_container = found._replace(pid=pid, parent=parent)
    assert not in_container.is_kernel
    assert in_container._replace(memory_bytes=0, arguments=()).is_kernel


def test_a_daemon_with_a_session_of_its_own_is_no_job() -> None:
    script = "setsid sh -c 'echo $$; exec sleep 300 >/dev/null 2>&1' &"
    shell = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, check=True, timeout=20)
    pid = int(shell.stdout)
    try:
        assert pid not in jobs()
    finally:
        os.kill(pid, signal.SIGKILL)


def test_the_workers_of_nlsh_itself_are_no_jobs(start: Start) -> None:
    worker = start(sys.executable, pattern_child.__file__, stdin=subprocess.PIPE)
    try:
        assert worker.pid not in jobs()
    finally:
        assert worker.stdin is not None
        worker.stdin.close()


def test_the_kept_shell_is_no_job_but_what_it_runs_is(start: Start, tmp_path: Path) -> None:
    program = tmp_path / "nlsh"
    script = "orphan=$(sleep 301 >/dev/null & echo $!); sleep 302 & kill -STOP $!; echo $! $orphan; wait"
    program.write_text(
        "import subprocess\n"
        f"shell = subprocess.Popen(['bash', '-mc', {script!r}], start_new_session=True, stdout=subprocess.PIPE)\n"
        "print(shell.pid, shell.stdout.readline().decode().strip(), flush=True)\n"
        "shell.wait()\n"
    )
    session = start(sys.executable, str(program))
    assert session.stdout is not None
    shell, stopped, orphan = map(int, session.stdout.readline().split()[:3])
    try:
        rows = {row["pid"]: (row["kind"], row["state"]) for row in sessions().records()}
        assert rows[shell][0] == "shell"
        assert (rows[stopped], rows[orphan]) == (("job", "stopped"), ("job", "running"))
        assert os.getpid() not in rows
    finally:
        for pid in (shell, stopped, orphan):
            os.kill(pid, signal.SIGKILL)


def test_sessions_show_an_nlsh_its_model_and_its_jobs(start: Start, tmp_path: Path) -> None:
    """A stand-in for nlsh: a program of that name which runs a job and something that looks like the model."""
    program = tmp_path / "nlsh"
    program.write_text(
        "import subprocess, sys\n"
        "job = subprocess.Popen(['sleep', '300'])\n"
        "model = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', 'nlsh.inference.worker'])\n"
        "print(job.pid, model.pid, flush=True)\n"
        "job.wait()\n"
    )
    session = start(sys.executable, str(program))
    assert session.stdout is not None
    job, model = map(int, session.stdout.readline().split())
    try:
        kinds = {row["pid"]: row["kind"] for row in sessions().records()}
        assert (kinds[session.pid], kinds[job], kinds[model]) == ("session", "job", "model")
    finally:
        for pid in (job, model):
            os.kill(pid, signal.SIGKILL)
