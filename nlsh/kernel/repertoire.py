"""What single commands are and take: whose names are words, whose operands are files, who has subcommands.

Data for `weighing.py`, `misuse.py` and `slips.py`; no word list of a test.
"""

from __future__ import annotations

from typing import Final

from nlsh.kernel.lexicon import words

SPEAKERS: Final = words(
    "echo printf say espeak cowsay figlet toilet banner wall logger notify-send jrnl task ollama llm spd-say # :"
)
"""Commands whose arguments are anybody's words."""

PATTERN_FIRST: Final = words("grep egrep fgrep rg ag ack pgrep pkill git-grep zgrep apropos whatis")
"""Commands whose first operand is any text."""

PREFIXES: Final = words(
    """sudo doas time nohup nice ionice env exec command builtin watch timeout setsid stdbuf xargs strace which
    type whereis man proxychains caffeinate noglob coproc help"""
)
"""Commands that take another command."""

WORDS_TOO: Final = words(
    """find make sort kill cut head tail touch who which date time test split join look watch write read set
    install type file more less top host open clear at history jobs help last free link fold paste rename mount
    move copy import display compare identify locate sleep wait convert print show get list search start stop go
    code screen command let select function case users groups service enable disable hash export continue return
    break suspend times shift local alias source bind complete trap reset strip size strings factor expand
    column script bat fetch say note play record edit view see run yes ping zip trash put delete remove create
    add use switch update upgrade clean black true false dig whereis uptime expr logout exit"""
)
"""Commands whose names are words of English."""

NO_OPERANDS: Final = words("who w date top free history jobs uptime clear users times reset logout suspend")
"""Commands that take no bare words."""

OF_FILES: Final = words(
    """print view edit play compress sort head tail split join paste file open more less look compare display
    import identify strings column expand fold cut cat bat strip size nl tac rev"""
)
"""Commands whose operands are files."""

MADE: Final = words(
    """folder folders directory directories dir file files copy backup list archive link symlink sure new another
    empty subfolder zip tarball shortcut script note two three"""
)
"""What people ask `make` to make."""

TARGETS: Final = words(
    """all check test tests clean distclean install uninstall build lint docs doc dist run help release package format
    fmt html deploy up down serve dev watch coverage bench"""
)
"""What Makefiles make."""

SUBCOMMANDS: Final = words(
    """mod vet services generate work doc env fix get-url fmt clippy tidy add apply attach auth bisect blame branch
    build bundle checkout cherry-pick clone commit compose config cp create delete describe diff down exec
    explain fetch format get grep images info init inspect install kill list log login logs ls merge mv network
    new outdated pr ps publish pull push rebase reflog remote remove reset restart restore revert rm rollout run
    scale search serve show start stash status stop submodule switch sync tag test top uninstall up update
    upgrade version volume worktree issue repo release plan destroy validate reload enable disable daemon-reload
    is-active"""
)
"""Second words of the many programs that have subcommands."""

OWN_WORDS: Final[dict[str, frozenset[str]]] = {
    "ufw": words("allow deny reject limit from to in out on any port proto comment app status enable disable"),
    "ip": words("from to via dev all up down new"),
    "tc": words("from to via dev"),
    "nft": words("to with and not"),
    "tcpdump": words("and or not from to by in out host"),
    "tshark": words("and or not"),
    "sysdig": words("and or not in"),
    "hledger": words("today yesterday tomorrow"),
    "docker": words("top"),
    "ps": words("aux ax ef"),
    "nmcli": words("up down on off general connection"),
    "rfkill": words("all"),
    "poetry": words("about"),
    "asdf": words("all where which current"),
    "systemctl": words("is-active is-enabled is-failed"),
}
"""Function words that are the grammar of single programs."""

GIT_SUBCOMMANDS: Final = words(
    """add am annotate apply archive bisect blame branch bugreport bundle cat-file check-attr check-ignore
    check-mailmap check-ref-format checkout checkout-index cherry cherry-pick citool clean clone column commit
    commit-graph commit-tree config count-objects credential credential-cache credential-store daemon describe
    diagnose diff diff-files diff-index diff-tree difftool fast-export fast-import fetch fetch-pack filter-branch
    fmt-merge-msg for-each-ref for-each-repo format-patch fsck gc get-tar-commit-id grep gui hash-object help hook
    http-backend imap-send index-pack init instaweb interpret-trailers lfs log ls-files ls-remote ls-tree mailinfo
    mailsplit maintenance merge merge-base merge-file merge-index merge-one-file merge-tree mergetool mktag mktree
    multi-pack-index mv name-rev notes pack-objects pack-redundant pack-refs patch-id prune prune-packed pull push
    range-diff read-tree rebase receive-pack reflog remote repack replace replay request-pull rerere reset restore
    rev-list rev-parse revert rm send-email send-pack shell shortlog show show-branch show-index show-ref
    sparse-checkout stage stash status stripspace submodule subtree svn switch symbolic-ref tag unpack-file
    unpack-objects update-index update-ref update-server-info upload-archive upload-pack var verify-commit
    verify-pack verify-tag version whatchanged worktree write-tree st co br ci lg"""
)
"""What git knows, with the aliases most people have."""

COMMON: Final = tuple(
    """git ls cd cat grep sudo vim docker npm python3 python ssh rm cp mv mkdir make echo tail less find curl kubectl ps
    kill history pip clear exit top man chmod apt tar head systemctl node touch pwd nano sort wget go cargo yarn brew
    df du htop export source code which vi nvim ping scp rsync unzip zip diff sed awk chown wc xargs tmux journalctl
    apt-get pip3 npx terraform helm pytest ll la date alias open bash zsh sh fg bg jobs uname whoami man more tree
    watch env printenv ln tee cut tr uniq file stat mount umount free uptime ip ifconfig netstat ss lsof pkill killall
    gzip gunzip dpkg dnf yum pacman service crontab screen java javac mvn gradle gcc g++ clang cmake ruby gem bundle
    perl php composer psql mysql sqlite3 redis-cli jq yq fzf rg bat fd gh code vagrant ansible aws gcloud az podman
    docker-compose minikube rmdir basename dirname seq sleep time reboot shutdown passwd su useradd id groups nslookup
    dig host traceroute nmap tcpdump md5sum sha256sum base64 xxd strings nohup ffmpeg convert pandoc emacs gdb strace
    tox ruff black mypy poetry uv conda pnpm deno bun rustc rustup lua irb rails rake telnet ftp sftp cal bc ed nl tac
    rev paste join split comm expand fold cmp patch install lsblk fdisk dd mkfs dmesg modprobe lspci lsusb hostname
    hostnamectl timedatectl loginctl last who w finger locate updatedb whereis type read printf test true false set
    unset wait disown exec eval trap umask ulimit pushd popd dirs bind help""".split()
)
"""Commands, those typed most first."""

GLUED: Final = words("ls ll la df du ps rm cp mv wc cat head tail tar grep free uname who date sort")
"""Commands whose options people write on to their names by a slip."""

FAMILIAR: Final = words(
    """sudo doas apt apt-get aptitude dpkg dnf yum rpm pacman zypper apk brew systemctl journalctl docker
    docker-compose podman kubectl minikube dig nslookup traceroute htop btop vi vim nvim emacs nano tmux rg fd
    bat fzf jq yq git gh glab npm npx yarn pnpm pip pip3 pipx uv python python3 ipython node deno cargo rustc
    rustup gcc g++ clang cmake mvn gradle java javac ruby irb perl php lua ssh scp sftp rsync curl wget ffmpeg
    ffprobe nmap tcpdump netstat ss ip ifconfig iptables ufw lsof lsblk strace gdb mysql psql sqlite3 redis-cli
    mongosh terraform ansible ansible-playbook vagrant aws gcloud az pytest tox ruff mypy pylint eslint tsc ls
    cd cp mv rm mkdir rmdir chmod chown grep egrep sed awk xargs df du ps pkill pgrep killall tar gzip gunzip
    bzip2 xz zcat md5sum sha256sum base64 uniq wc tr tee diff ln pwd printenv whoami uname dmesg modprobe fdisk
    mkfs dd tree nohup crontab useradd usermod passwd hexdump xxd rclone 7z yt-dlp pandoc pre-commit"""
)
"""Commands everybody knows, which are no words: a line that begins with one is shell even where it is missing."""

WITH_SUBCOMMANDS: Final = words(
    """git docker podman kubectl helm npm yarn
    pnpm pip pip3 cargo go apt apt-get dnf yum brew snap flatpak systemctl service terraform gh glab aws gcloud
    az rustup conda poetry uv tmux vagrant ip nmcli zfs lxc minikube composer bundle rails flutter hg svn jj"""
)
