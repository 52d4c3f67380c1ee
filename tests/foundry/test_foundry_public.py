"""Public rows become pairs only where the plan does just what the command does and the utterance says all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.foundry.bash_line import NotConverted
from models.foundry.pairs import from_calls
from models.foundry.public import convert, public


def _row(nl: str, cmd: str) -> dict[str, Any]:
    return {"id": "x", "nl": nl, "cmd": cmd}


@pytest.mark.parametrize(
    ("nl", "cmd", "calls"),
    [
        ("Find all *.py files under src", "find ./src -type f -name '*.py'", 'fs.find(path="src", name="*.py")'),
        ("list files bigger than 10 MB in /var", "find /var -type f -size +10M",
         'fs.find(path="/var", type="file", size=">10M")'),
        ("files under /srv changed in the last two weeks", "find /srv -mtime -14",
         'fs.find(path="/srv", type="file", newer="2w")'),
        ("Find files below here not accessed for 60 days", "find . -type f -atime +60",
         'fs.find(type="file", unused="60d")'),
        ("find all c and h files: *.c, *.h", r"find . \( -name '*.c' -o -name '*.h' \)",
         'fs.find(name=["*.c", "*.h"])'),
        ("find *.js files excluding node_modules", "find . -name node_modules -prune -o -name '*.js' -print",
         'fs.find(name="*.js", exclude="node_modules")'),
        ("find directories named Work, ignoring case", "find . -type d -iname work",
         'fs.find(name="Work", ignore_case=True, type="folder")'),
        ("Remove all .tmp files under /data", r"find /data -name '*.tmp' -exec rm -f {} \;",
         'fs.find(path="/data", name="*.tmp"); fs.remove(path="$1")'),
        ("set permissions 644 for all regular files under www", "find www -type f -print0 | xargs -0 chmod 644",
         'fs.find(path="www", type="file"); fs.chmod(path="$1", mode="644")'),
        ("Search all *.java files under app for 'needle'", r"find app -name '*.java' -exec grep -n needle {} \;",
         'fs.grep(pattern="needle", path="app", name="*.java")'),
        ("count the *.php files in the current directory tree", "find . -name '*.php' | wc -l",
         'fs.count(name="*.php", recursive=True)'),
        ("print the 5 largest files under /home", r"find /home -type f -printf '%s %p\n' | sort -rn | head -n 5",
         'fs.find(path="/home", type="file", sort="size", limit=5)'),
        ("save the list of *.log files under logs to all.txt", "find logs -name '*.log' > all.txt",
         'fs.find(path="logs", name="*.log"); fs.write(path="all.txt", source="$1")'),
        ("show how often each line occurs in votes.txt", "sort votes.txt | uniq -c | sort -nr",
         'text.uniq(source="votes.txt", counts=True)'),
        ("Print the lines common to a.txt and b.txt", "comm -12 <(sort a.txt) <(sort b.txt)",
         'text.setops(source="a.txt", other="b.txt")'),
        ("print the second comma separated field of t.csv", "cut -d, -f2 t.csv",
         'text.columns(source="t.csv", fields=2, separator="comma")'),
        ("recursively change the owner of /srv/app to maria", "sudo chown -R maria /srv/app",
         'fs.chown(path="/srv/app", user="maria", recursive=True)'),
        ("kill process 4711 with signal 9", "kill -9 4711", 'proc.signal(process="4711", signal="KILL")'),
        ("attach to the tmux session 'work'", "tmux attach -t work", 'sh.run(cmd="tmux attach -t work")'),
    ],
)  # fmt: skip
def test_a_row_becomes_the_plan_that_does_the_same(nl: str, cmd: str, calls: str) -> None:
    pair, is_typed = convert(_row(nl, cmd), "nl2bash")
    assert pair.plan == from_calls(calls)
    assert is_typed is ("sh.run" not in calls)


@pytest.mark.parametrize(
    ("nl", "cmd"),
    [
        pytest.param("find all files older than 30 days", "find /tmp -mtime +30", id="a place that was not said"),
        pytest.param("delete the *.bak files in this folder", "find . -name '*.bak' -delete", id="a tree was not said"),
        pytest.param("find *.c files under src and /opt", "find src -name '*.c'", id="more places were said"),
        pytest.param("find *.c files under src without links", "find src -name '*.c'", id="an exclusion was said"),
        pytest.param("find files under src changed 3 days ago", "find src -mtime 3", id="exactly so old"),
        pytest.param("find files under src of ann or bob", r"find src \( -user ann -o -user bob \)", id="or"),
        pytest.param("find files under src not owned by ann", "find src ! -user ann", id="not"),
        pytest.param("list files under src with their inodes", "find src -inum 7", id="an unknown test"),
        pytest.param("find *.c files in src", "find src -maxdepth 1 -name '*.c'", id="direct was not said"),
        pytest.param("replace foo with bar in a.txt", "sed -i 's/foo/bar/' a.txt", id="first of each line only"),
        pytest.param("show a.txt sorted", "sort --parallel=4 a.txt", id="an unknown option"),
        pytest.param("print a.txt and errors to b.txt", "cat a.txt &> b.txt", id="a redirection"),
        pytest.param("show the date of $file", 'stat "$file"', id="a variable"),
        pytest.param("list a.txt then b.txt", "cat a.txt; cat b.txt", id="a list of commands"),
        pytest.param("remove all files but the new ones", "ls -t | tail -n +6 | xargs rm", id="covered, so never run"),
        pytest.param("ssh into my server", "ssh ann@web01", id="an invented host"),
    ],
)
def test_a_row_that_is_not_just_that_is_left_out(nl: str, cmd: str) -> None:
    with pytest.raises(NotConverted):
        convert(_row(nl, cmd), "nl2bash")


def _tldr(nl: str, cmd_raw: str) -> dict[str, Any]:
    return {"id": "x", "tool": cmd_raw.split()[0], "platform": "common", "nl": nl, "cmd": "", "cmd_raw": cmd_raw}


def test_a_slot_is_filled_in_sentence_and_command_at_once() -> None:
    pair, is_typed = convert(_tldr("Lint a specific CSS file", "csslint {{path/to/file.css}}"), "tldr")
    name = json.loads(pair.plan)[0]["sh.run"]["cmd"].removeprefix("csslint ")
    assert not is_typed
    assert f"file {name}" in pair.utterance
    assert name.endswith(".css")
    assert "csslint" in pair.utterance


@pytest.mark.parametrize("cmd_raw", ["csslint {{path/to/file1}} {{level}}", "csslint --help"])
def test_a_slot_without_a_noun_and_help_are_left_out(cmd_raw: str) -> None:
    with pytest.raises(NotConverted):
        convert(_tldr("Display help of a CSS file", cmd_raw), "tldr")


def test_a_folder_is_read_without_benchmark_rows_and_repeats(tmp_path: Path) -> None:
    row = _row("Find all *.py files under src", "find src -name '*.py'")
    rows = [row, row, {**row, "nl": "Find *.py files below src", "bench_overlap": "ic-1"}]
    (tmp_path / "nl2bash.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    tldr = [_tldr(f"Lint the {kind} sources", f"mytool --lint-{kind}") for kind in ("old", "new", "raw", "odd")]
    (tmp_path / "tldr.jsonl").write_text("".join(json.dumps(one) + "\n" for one in tldr))
    (tmp_path / "cheatsheets.jsonl").write_text("")
    made = public(tmp_path)
    assert [len(made.typed), len(made.run), len(made.pairs)] == [1, 3, 4]
    assert made.fates["nl2bash", "in a benchmark"] == made.fates["nl2bash", "said before"] == 1
