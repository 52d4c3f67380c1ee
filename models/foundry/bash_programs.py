"""Which program is converted by what: the table of all programs that a typed syscall covers."""

from __future__ import annotations

from typing import Final

from models.foundry.bash_files import (
    Program,
    cat,
    chmod,
    chown,
    comm,
    diff,
    du,
    echo,
    grep,
    ln,
    ls,
    mkdir,
    paths_only,
    tar,
    transfer,
    unzip,
    zip_up,
)
from models.foundry.bash_filters import Step, step
from models.foundry.bash_filters import grep as grep_stage
from models.foundry.bash_line import NotConverted
from models.foundry.bash_machine import (
    bare,
    change_place,
    checksum,
    environment,
    export,
    fetch,
    found_process,
    journal,
    kill,
    lsof,
    named,
    optional_path,
    package,
    path_part,
    ping,
    ps,
    replace,
    resolve,
    rsync,
    service,
    split,
    tree,
)
from models.foundry.grounding import Said

PROGRAMS: Final[dict[str, Program]] = {
    **dict.fromkeys(("grep", "egrep", "fgrep"), grep),
    "ls": ls,
    "cat": cat,
    "echo": echo,
    "diff": diff,
    "comm": comm,
    "du": du,
    "df": optional_path("sys.disk", "hkm"),
    "tar": tar,
    "zip": zip_up,
    **dict.fromkeys(("unzip", "gunzip", "bunzip2", "gzip", "bzip2", "xz"), unzip),
    "cp": transfer("fs.copy", "rRapvf"),
    "mv": transfer("fs.move", "vf"),
    "rm": paths_only("fs.remove", "rRfvi"),
    "rmdir": paths_only("fs.remove", "v", empty_only=True),
    "touch": paths_only("fs.touch", ""),
    "stat": paths_only("fs.stat", "L"),
    "file": paths_only("fs.stat", ""),
    "mkdir": mkdir,
    "ln": ln,
    "chmod": chmod,
    **dict.fromkeys(("chown", "chgrp"), chown),
    "ps": ps,
    **dict.fromkeys(("pgrep", "pidof"), found_process),
    **dict.fromkeys(("kill", "pkill", "killall"), kill),
    "pstree": bare("proc.tree", "p", r"\btree"),
    "lsof": lsof,
    "ping": ping,
    **dict.fromkeys(("host", "dig", "nslookup"), resolve),
    **dict.fromkeys(("curl", "wget"), fetch),
    "basename": path_part("name"),
    "dirname": path_part("parent"),
    "realpath": path_part("real"),
    "readlink": path_part("real", "fe"),
    **{f"{name}sum": checksum(name) for name in ("md5", "sha1", "sha256", "sha512")},
    "rsync": rsync,
    "split": split,
    "tree": tree,
    **dict.fromkeys(("systemctl", "service"), service),
    **dict.fromkeys(("apt", "apt-get", "yum", "dnf"), package),
    "journalctl": journal,
    "cd": change_place,
    "export": export,
    "sed": replace,
    **dict.fromkeys(("env", "printenv"), environment),
    "which": named("sys.which", "name"),
    "date": bare("sys.time", "", r"\bdate|\btime"),
    "uptime": bare("sys.uptime", "p", r"\bup\b|\buptime|\brunning|\bload"),
    "free": bare("sys.memory", "hmgt", r"\bmemory|\bram\b"),
    "uname": bare("sys.os", "asrvmpio", r"\bsystem|\bkernel|\barchitecture|\bmachine|\bos\b"),
    "hostname": bare("sys.os", "fs", r"\bhost ?name"),
    "whoami": bare("sys.users", "", r"\buser|\bwho"),
    "id": bare("sys.users", "un", r"\buser|\bwho"),
    "who": bare("sys.users", "aH", r"\bwho\b|\blogged", what="logged_in"),
    "groups": bare("sys.users", "", r"\bgroups", what="groups"),
    "pwd": bare("fs.path", "", r"\bdirectory|\bfolder|\bpath|\bwhere"),
    "jobs": bare("sh.jobs", "l", r"\bjobs"),
    "ifconfig": bare("sys.network", "a", r"\binterface|\bnetwork"),
    "lscpu": bare("sys.cpu", "", r"\bcpu|\bprocessor"),
}
COVERED: Final = frozenset(PROGRAMS) | frozenset(
    """find locate awk gawk head tail wc sort uniq cut tr tac rev nl shuf column fold base64 paste join tee xargs less
    more top htop ip ss netstat lsblk lshw lspci lsusb nproc vmstat renice nice crontab mount ncdu printf jq od hexdump
    xxd strings zcat zgrep bzcat cmp sha224sum sha384sum cksum sum unlink install mktemp truncate fd rg ag ack exa eza
    bat dust duf procs dpkg apt-cache rpm brew pacman zypper snap flatpak apk unrar 7z 7za bc expr seq test sudo su w
    users last finger id command type declare unset history alias source set dmesg loginctl hostnamectl timedatectl
    traceroute tracepath nmap nc ncat telnet uncompress compress rename trash sleep true false yes time watch""".split()
)
"""Programs that no sh.run may begin with: a typed syscall covers them, or almost, and would be contradicted."""


def listed_process(words: list[str], said: Said) -> list[Step] | None:
    """`ps … | grep NAME`."""
    stage = grep_stage(words, said, "x")[0]["text.grep"]
    if set(stage) - {"source", "pattern", "ignore_case"}:
        raise NotConverted("ps | grep")
    return step("proc.find", name=stage["pattern"])
