"""Programs that only read, with every option that keeps them so. Data, not logic: `grammars.py` reads it.

A line names one or more programs and their grammar, in words: `-abc` short options, `-n:` one with a value, `--long`,
`--long=` where a value may be attached, `--long:` where one must follow, `-#` a number as an option, `+2` at most two
operands (`+0` if not said), `+*` any number, `%+` operands that begin so, `!-l` an option that must be given, `@name`
what stands under that name. Whatever is not listed, an abbreviation too, leaves the command unproven.
"""

from __future__ import annotations

from typing import Final

from nlsh.shell.vocabulary import words

CLUSTERED: Final = r"""
@version: --version --help
@sum: -bctwz --binary --check --tag --text --zero --ignore-missing --quiet --status --strict --warn @version +*
@grep: -EFGPUVabcHhILlnoqRrsTvwxyZz -# -A: -B: -C: -e: -f: -m: -D: -d: --extended-regexp --fixed-strings
    --basic-regexp --perl-regexp --regexp: --file: --ignore-case -i --no-ignore-case --invert-match --word-regexp
    --line-regexp --count --color= --colour= --files-with-matches --files-without-match --max-count: --only-matching
    --quiet --silent --no-messages --byte-offset --with-filename --no-filename --label: --line-number --initial-tab
    --null --after-context: --before-context: --context: --text --binary-files: --exclude: --include: --exclude-dir:
    --exclude-from: --recursive --dereference-recursive --line-buffered --null-data --binary @version +*
@ls: -aAbBcCdDfFgGhHiklLmnNopqQrRsStuUvxXZ1 -I: -T: -w: --all --almost-all --author --escape --block-size:
    --ignore-backups --color= --directory --dired --classify= --file-type --format: --full-time --no-group
    --group-directories-first --human-readable --si --dereference-command-line --hide: --hyperlink=
    --indicator-style: --inode --ignore: --kibibytes --dereference --numeric-uid-gid --literal --hide-control-chars
    --show-control-chars --quote-name --quoting-style: --reverse --recursive --size --sort: --time: --time-style:
    --tabsize: --width: --context --zero @version +*
expr, factor, false, getent, printf, pwdx, rev, sleep, true: +*
arch: @version
b2sum, cksum, md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum: @sum
base32: -di -w: --decode --wrap: @version +1
base64: -di -w: --decode --ignore-garbage --wrap: @version +1
basename: -az -s: --multiple --suffix: --zero @version +*
cal: -13hjmswy -A: -B: -m: -# +3
cat: -AbeEnstTuv --number --number-nonblank --show-all --show-ends --squeeze-blank --show-tabs --show-nonprinting
    @version +*
cd: -LP +1
cmp: -bls -i: -n: --print-bytes --verbose --silent --quiet --bytes: --ignore-initial: @version +4
column: -tenxJ -s: -c: -o: -N: -R: -H: --table --separator: --output-separator: --columns: --table-columns: +*
comm: -123iz --total --output-delimiter: --check-order --nocheck-order --zero-terminated @version +2
crontab: !-l -u: +0
date: -uR -I= -d: -r: --date: --utc --universal --iso-8601= --rfc-email --rfc-3339: --reference: @version +1 %+
cut: -nsz -b: -c: -d: -f: --bytes: --characters: --delimiter: --fields: --complement --only-delimited
    --output-delimiter: --zero-terminated @version +*
df: -aBhHiklPT -t: -x: --all --block-size: --human-readable --si --inodes --local --total --type: --print-type
    --exclude-type: --output= --portability @version +*
diff: -abBcdeEHiNnqrsStTuwyZ -# -C: -U: -I: -x: -X: -W: --brief --report-identical-files --context= --unified= --ed
    --normal --rcs --side-by-side --width: --left-column --suppress-common-lines --recursive --new-file
    --unidirectional-new-file --ignore-case --ignore-tab-expansion --ignore-space-change --ignore-all-space
    --ignore-blank-lines --ignore-trailing-space --text --strip-trailing-cr --exclude: --exclude-from: --minimal
    --color= --no-dereference --label: @version +2
dirname: -z --zero @version +*
dmesg: -HTLtxeukPr -l: -f: -S --human --ctime --color= --nopager --level: --facility: --kernel --userspace +0
dpkg: -lLsSV --list --listfiles --status --search --print-architecture --verify +*
dpkg-query: -lLsSWp -f: --list --listfiles --status --search --show --showformat: +*
du: -0abcDhHklLmPsSx -B: -d: -t: -X: --all --apparent-size --block-size: --bytes --total --dereference-args
    --max-depth: --human-readable --inodes --dereference --no-dereference --null --separate-dirs --si --summarize
    --threshold: --time= --time-style: --exclude: --one-file-system @version +*
echo: -neE +*
egrep, fgrep, grep: @grep
env: -0 --null @version +0
expand: -i -t: --initial --tabs: @version +*
file: -bhiLNrsv0 -F: --brief --dereference --no-dereference --mime --mime-type --mime-encoding --separator:
    --print0 @version +*
fmt: -cstu -w: -p: -# --width: @version +*
fold: -bs -w: --width: @version +*
free: -bkmghlstvw -s: -c: --human --bytes --kibi --mebi --gibi --total --wide --lohi --si @version +0
getconf: -a +2
getfacl: -acdeEpnRts +*
groups: @version +*
head: -qvz -c: -n: -# --bytes: --lines: --quiet --silent --verbose --zero-terminated @version +*
hexdump: -bcCdovx -n: -s: -e: --canonical +*
hostname: -aAdfiIsy --fqdn --long --short --ip-address +0
id: -aGgnruzZ --group --groups --name --real --user --zero @version +*
ifconfig: -as +1
iostat: -cdhkmNptxyz +*
join: -iz -a: -e: -j: -o: -t: -v: -1: -2: --ignore-case --check-order --nocheck-order --header @version +2
journalctl: -abefklmqrx -b: -n: -u: -t: -p: -g: -S: -U: -D: -o: -c: -F: -# --no-pager --since: --until: --unit:
    --user --user-unit: --boot= --dmesg --lines= --output: --priority: --grep: --reverse --follow --all --catalog
    --utc --identifier: --system --merge --no-hostname --no-tail --quiet --disk-usage --list-boots --fields
    --no-full --verify --header --output-fields: --facility: --case-sensitive= +*
jq: -acCeGhjMnrRsS0 --arg: --argjson: --slurp --raw-input --raw-output --null-input --compact-output --tab --indent:
    --sort-keys --join-output --ascii-output --color-output --monochrome-output --exit-status --seq @version +*
last: -adFiRwx -n: -s: -t: -# +*
lastlog: -t: -u: -b: +0
locale: -ackm +*
locate: -0AbceiLnPqrSwH -l: -d: --all --basename --count --existing --ignore-case --limit: --regex --regexp: +*
ls, dir, vdir: @ls
lsattr: -adlpRvV +*
lsblk: -abdDfiJlmnOpPrSstTx -o: -e: -I: -M --all --bytes --fs --json --list --output: --paths --topology --tree= +*
lscpu: -abceJpxsy --all --json --online +0
lsmod, sw_vers, users: +0
lsof: -abCGhHlLnNoOPRstUvVwXx -a -c: -d: -g= -i= -p: -u: +*
lspci: -bDikmnqtvxnP -s: -d: +0
lsusb: -tvV -d: -s: +0
mount: -lv -t: +0
namei: -lmnovx +*
netstat: -4678aAcCeFgilLmMnNopQrsStTuUvVwWx +0
nl: -b: -d: -f: -h: -i: -l: -n: -s: -v: -w: -p +*
nproc: --all --ignore: @version +0
numfmt: -d: -z --field: --format: --from: --to: --suffix: --grouping --header= --padding: +*
od: -bcdDfFhHiIlLosvx -A: -j: -N: -t: -w: -S: +*
paste: -sz -d: --delimiters: --serial @version +*
pgrep: -acflLnovwxi -d: -g: -G: -P: -s: -t: -u: -U: -F: -r: --list-name --list-full --full --newest --oldest --count
    --exact --ignore-case --inverse --euid: --uid: --parent: --delimiter: +*
pidof: -csxz -o: +*
pmap: -dpqxX +*
pr: -acdDeFfJlmnNorsStTvwW -# +*
printenv: -0 --null @version +*
pstree: -aAcghlnNpsStTuUZ -H: +1
pwd: -LP --logical --physical @version +0
readlink: -efmnqsvz --canonicalize --canonicalize-existing --canonicalize-missing --no-newline @version +*
realpath: -eLmPqsz --canonicalize-existing --canonicalize-missing --relative-to: --relative-base: --strip @version
    +*
rg: -acFHhiIlLnNoOpPqsSuUvVwx0 -# -A: -B: -C: -e: -f: -g: -j: -m: -M: -t: -T: -r: -d: --after-context:
    --before-context: --context: --case-sensitive --color: --colors: --column --count --count-matches --files
    --files-with-matches --files-without-match --fixed-strings --follow --glob: --iglob: --heading --no-heading
    --hidden --ignore-case --invert-match --json --line-number --no-line-number --line-regexp --max-columns:
    --max-count: --max-depth: --max-filesize: --multiline --no-filename --no-ignore --no-ignore-vcs --no-messages
    --null --only-matching --passthru --pcre2 --pretty --quiet --regexp: --replace: --smart-case --sort: --sortr:
    --stats --text --trim --type: --type-not: --type-list --unrestricted --vimgrep --with-filename --word-regexp
    @version +*
seq: -w -f: -s: -# --equal-width --format: --separator: @version +3
shuf: -erz -i: -n: --echo --repeat --input-range: --head-count: --zero-terminated @version +*
sort: -bcCdfghiMmnrRsuVz -k: -t: -S: --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort
    --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort --reverse --sort:
    --version-sort --check= --debug --key: --merge --stable --buffer-size: --field-separator: --parallel: --unique
    --zero-terminated @version +*
ss: -0468abdeEhHilmMnNoOprsStTuVwxzZ -f: --tcp --udp --listening --all --numeric --processes --summary --no-header
    +*
stat: -fLt -c: --dereference --file-system --format: --printf: --terse @version +*
strings: -afwo -n: -t: -e: -# --all --bytes: --radix: +*
tac: -br -s: @version +*
tail: -fFqvz -c: -n: -s: -# --bytes: --lines: --follow= --retry --pid: --quiet --silent --verbose @version +*
top: !-b -Hcis -n: -d: -o: -p: -u: -w: +0
tr: -cCdst --complement --delete --squeeze-repeats --truncate-set1 @version +2
tree: -aACdDfFghiJlNnpqQrsStuUvxX -I: -L: -P: --charset: --dirsfirst --du --filelimit: --gitignore --inodes
    --matchdirs --noreport --prune --si --sort= --timefmt: @version +*
tsort: +1
tty: -s +0
type: -aftpP +*
uname: -aimnoprsv --all --kernel-name --kernel-release --machine --nodename --operating-system +0
unexpand: -a -t: --all --tabs: @version +*
unzip: !-l -qv +*
uniq: -cdDiuz -f: -s: -w: --count --repeated --all-repeated= --skip-fields: --group= --ignore-case --skip-chars:
    --unique --check-chars: --zero-terminated @version +1
uptime: -ps --pretty --since @version +0
vmstat: -adfmnsStwV +2
w: -fhiosuV +1
wc: -clLmw --bytes --chars --lines --max-line-length --words --total: @version +*
whereis: -bfmsu +*
which: -as --all +*
who: -abdHlmpqrstTuw --all --boot --count --heading +2
whoami: @version +0
xxd: -abeEiptuC -c: -g: -l: -o: -s: +1
zcat: -f +*
"""
"""Programs and builtins whose short options stand in clusters (`-la`)."""

WHOLE: Final = r"""
@log: -# -p -s -u -z -i -E -F -P -L: -S: -G: -n: -U: --patch --no-patch --oneline --graph --all --branches= --tags=
    --remotes= --stat= --shortstat --numstat --dirstat= --summary --name-only --name-status --max-count: --skip:
    --since: --after: --until: --before: --author: --committer: --grep: --merges --no-merges --first-parent
    --reverse --follow --format: --pretty= --abbrev= --abbrev-commit --no-abbrev-commit --date: --decorate=
    --no-decorate --color= --no-color --cached --staged --word-diff= --unified: --raw --full-index --find-renames=
    --find-copies= -M -C --diff-filter: --left-right --cherry-pick --topo-order --date-order --no-renames
    --ignore-all-space -w -b --ignore-space-change --ignore-blank-lines --minimal --patience --histogram --exit-code
    --quiet --check --no-ext-diff --no-textconv --relative= --text -a -R --merge-base --no-index --root --source
    --full-history --simplify-merges --ancestry-path
apt list: --installed --upgradable --all-versions -a +*
apt search: --names-only -n --full -f +*
apt show: -a --all-versions +*
apt policy, apt-cache show, apt-cache policy, apt-cache depends, apt-cache rdepends, brew info: +*
apt-cache search: -n --names-only -f +*
brew list: --versions --cask --formula +*
test, [: -a -b -c -d -e -f -g -h -k -n -o -p -r -s -t -u -w -x -z -G -L -N -O -S -eq -ne -lt -le -gt -ge -nt -ot -ef +*
find: -L -H -P -amin: -and -anewer: -atime: -cmin: -cnewer: -ctime: -daystart -depth -empty -executable
    -false -follow -fstype: -gid: -group: -ilname: -iname: -inum: -ipath: -iregex: -iwholename: -links: -lname: -ls
    -maxdepth: -mindepth: -mmin: -mount -mtime: -name: -newer: -newerat: -newerct: -newermt: -newermm: -nogroup
    -noleaf -not -nouser -o -a -or -path: -perm: -print -print0 -printf: -prune -quit -readable -regex: -regextype:
    -samefile: -size: -true -type: -uid: -used: -user: -wholename: -writable -xdev -xtype: +*
hostnamectl, hostnamectl status, ip addr list: +0
ip addr, ip a, ip address, ip route, ip r, ip link, ip neigh, systemctl get-default, timedatectl, timedatectl
    status, timedatectl show, git version:
ip addr show, ip a show, ip route show, ip link show: +2
loginctl list-sessions, loginctl list-users, timedatectl list-timezones: --no-pager
snap list: --all +*
ps: -# -A -a -e -f -F -l -ef -ax -aux -eo: -o: -p: -u: -U: -C: -q: --sort: --forest --no-headers --pid: --ppid:
    --user: -H -T -L -w -ww -Af -axo: -eLf -d -N -j -y -c +*
systemctl status: --no-pager -l --full -n: --lines: --user --all -a +*
systemctl is-active, systemctl is-enabled, systemctl is-failed: --quiet -q --user +*
systemctl list-units: --no-pager --all -a --type: --state: --user -t: --failed --plain --no-legend +*
systemctl list-unit-files: --no-pager --type: --state: --user -t: --no-legend +*
systemctl list-timers: --no-pager --all --user +*
systemctl list-dependencies: --no-pager --all --reverse +*
systemctl list-sockets: --no-pager --all +*
systemctl show: --no-pager -p: --property: --value --user +*
systemctl cat: --no-pager --user +*
git blame: -L: -w -M -C -e -s -l -t --date: --porcelain --show-email +*
git branch: -a -r -v -vv --all --remotes --list --verbose --show-current --no-color --color= --sort: --format:
    --contains: --no-contains: --merged= --no-merged= --points-at:
git cat-file: -t -s -p -e +2
git config --list, git config -l: --global --local --system --show-origin
git config --get, git config --get-all, git config --get-regexp: +2
git count-objects: -v -H
git describe: --tags --all --always --long --dirty= --abbrev= --exact-match +*
git diff, git log, git show, git whatchanged: @log +*
git for-each-ref: --sort: --format: --count: +*
git grep: -n -i -l -c -w -v -E -F -P -h -H -I -e: -A: -B: -C: --cached --count --ignore-case --line-number +*
git ls-files: -c -d -m -o -i -s -t -z --cached --deleted --modified --others --ignored --stage --exclude-standard
    --exclude: +*
git ls-tree: -d -r -t -l -z --name-only --name-status --long +*
git merge-base: -a --all --is-ancestor +*
git name-rev: --name-only --tags +*
git reflog: -# -n: --oneline --all --date:
git reflog show: -# -n: --oneline +1
git remote: -v --verbose
git remote get-url: --all --push +1
git rev-list: -# -n: --count --all --max-count: --oneline +*
git rev-parse: --abbrev-ref= --short= --show-toplevel --git-dir --is-inside-work-tree --verify --symbolic-full-name
    +*
git shortlog: -s -n -e -sn -sne --summary --numbered --email --all --since: --until: +*
git show-ref: --heads --tags --head +*
git stash list: @log
git stash show: @log +1
git status: -s -b -sb -v -u= -uno -uall -unormal -z --short --branch --porcelain= --long --show-stash --verbose
    --untracked-files= --ignored= --ahead-behind --no-ahead-behind --renames --no-renames +*
git tag: -l -n -n1 --list --sort: --format: --contains: --merged= --points-at:
git worktree list: --porcelain -v
"""
"""Programs, with their subcommand where they have one, whose options are whole words."""

VERSIONED: Final = words(
    """bash bzip2 cargo clang cmake curl docker fish g++ gcc git go gzip java javac kubectl make node npm openssl perl
    php pip pip3 psql python python3 rsync ruby rustc ssh tar vim wget zsh zip"""
)
"""Programs that may always be asked for their version."""
