"""The shell and the folder in which the tests of the route take place."""

from __future__ import annotations

from nlsh.core.ports import RouteReading
from nlsh.core.risk import Route
from nlsh.kernel.route import read_route


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROGRAMS = words(
    """ls cat grep egrep find sort uniq wc head tail cut tr sed awk tar gzip gunzip zip unzip make gcc g++ cmake
    git python python3 pip npm node docker kubectl ssh scp rsync curl wget ping dig host nslookup ps top htop
    kill pkill killall who w whoami id date cal uptime uname df du free mount umount ln cp mv rm mkdir rmdir
    touch chmod chown file stat less more man which whereis locate tee xargs env sudo su nice nohup timeout time
    watch split join paste fold look write install last link rename convert import display compare open test
    expr seq sleep yes true false printf echo tmux vim nano emacs systemctl journalctl service apt apt-get dpkg
    brew crontab at history jq diff cmp patch strip size strings nl od xxd shuf rev tac sha256sum md5sum base64
    bc factor hostname ip ifconfig ss netstat lsof tree clear reset screen ffmpeg go cargo rustc java javac ruby
    perl php mysql psql sqlite3 redis-cli terraform aws gcloud helm ansible vagrant pytest tox ruff mypy black
    dd mkfs fdisk lsblk blkid useradd passwd groups users shutdown reboot nproc lscpu printenv dirname basename
    realpath readlink mktemp truncate expand column comm iconv script bash sh zsh code gh fzf rg fd bat identify
    renice snap"""
)
BUILTINS = words(
    """. : [ alias bg bind break builtin cd command compgen complete continue declare dirs disown echo enable eval
    exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd
    pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit
    umask unalias unset wait"""
)
KEYWORDS = frozenset(
    "! [[ ]] { } case coproc do done elif else esac fi for function if in select then time until while".split()
)
FILES = words(
    """. .. ~ / notes.txt app.log names src build Makefile README.md data.csv photos docs main.py old backup.tar.gz
    tests report.pdf ./run.sh /etc /etc/hosts /var/log /tmp ~/Downloads a.txt b.txt x.py todo.md logs
    package.json"""
)


def kind_of(word: str) -> str:
    if word in ("ll", "gs", "la"):
        return "alias"
    if word in ("mkcd", "deploy"):
        return "function"
    if word in KEYWORDS:
        return "keyword"
    if word in BUILTINS:
        return "builtin"
    return "program" if word.rpartition("/")[2] in PROGRAMS and (word.startswith("/") or "/" not in word) else ""


def route(line: str) -> Route:
    return read_route(line, kind_of, FILES.__contains__).route


def read(line: str) -> RouteReading:
    """The reading of a line in this world."""
    return read_route(line, kind_of, FILES.__contains__)
