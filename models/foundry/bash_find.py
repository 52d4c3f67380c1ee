"""`find` as a typed plan: its conditions become arguments of fs.find, what it does with each file a second step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from models.foundry.bash_line import NotConverted
from models.foundry.grounding import Said, one_or_many

Arguments = dict[str, Any]
FOLDERS: Final = r"\b(?:sub-?)?(?:director(?:y|ies)|folders?|dirs?)\b"
_BOTH: Final = (
    r"files?\s*(?:/|and|or|&|,)\s*(?:\w+\s)?(?:sub-?)?(?:director\w+|folders?|dirs?|links?)"
    r"|(?:director\w+|folders?)\s*(?:/|and|or|&|,)\s*(?:\w+\s)?files?"
)
_HEAD_FOLDERS: Final = (
    r"^(?:(?!files?\b|in\b|under\b|below\b|of\b|from\b)[^\s]+\s+){1,7}?(?:sub-?)?(?:directories|folders|dirs)\b"
)
"""Folders as what is looked for, not as where."""
_DIRECT: Final = (
    r"non-?recursive|not? recurs\w*|without (?:recurs|descend|go|look)\w*|not ?(?:in|search|descend\w*|go\w*|look\w*)"
    r"|no sub|directly|immediate\w*|first[- ]level|top[- ]level|exclud\w* (?:the )?sub|only in|excluding any sub"
    r"|(?:one|1|single) level|(?:depth|level)(?: of)? (?:1|one)\b|no-recurs\w*|just in|itself|without (?:its )?sub"
)
_DEEP: Final = r"level|depth|deep"
_OUT: Final = r"exclu\w*|except|ignor\w*|skip\w*|omit\w*|prun\w*|other than|not |n't\b|without|but |avoid\w*|outside"
_SET_BITS: Final = (
    ("u+s", ("-u=s", "-u+s", "-4000", "/4000", "/u=s", "/u+s", "+4000", "4000", "-04000"), r"\b(?:suid|setuid)\b"),
    ("g+s", ("-g=s", "-g+s", "-2000", "/2000", "/g=s", "/g+s", "+2000", "-02000"), r"\b(?:sgid|setgid)\b"),
    ("o+t", ("-1000", "/1000", "+1000", "-o+t"), r"\bsticky\b"),
    (
        "o+w",
        ("-o+w", "-o=w", "-002", "-0002", "-2", "/o=w", "/o+w", "/002"),
        r"\b(?:world|others?|everyone|anybody|all users)\b.{0,12}\bwrit|\bwrit\w+ (?:by|for|permission for) "
        r"(?:the )?(?:world|others?|everyone|anybody|all)",
    ),
    (
        "g+w",
        ("-g=w", "-g+w", "-020", "-20", "/g=w", "/g+w"),
        r"\bgroup\b.{0,8}\bwrit|\bwrit\w+ (?:by|for) (?:the(?:ir)? )?group",
    ),
    ("+x", ("/a=x", "/a+x", "/111", "+111", "/u=x,g=x,o=x"), r"\bexecutable"),
    ("a+x", ("-111", "-a+x", "-a=x"), r"\bexecut\w+ (?:by|for) (?:all|every)"),
    ("a+r", ("-444", "-a+r", "-a=r", "-ugo=r"), r"\breadable (?:by|for) (?:all|every)"),
)
"""A mode of fs.find, what `find` writes for it, and how people say it."""
_SIZE: Final = re.compile(r"([+-]?)(\d+)([cwbkMG]?)")
_UNITS: Final = {"c": 1, "w": 2, "b": 512, "": 512, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_TIMES: Final = {"-mtime": 86400, "-atime": 86400, "-mmin": 60, "-amin": 60}
_SINCE: Final = (
    r"\b(?:last|past|within|less|under|recent\w*|newer|today|since|during|after|younger|fewer|in the|between)\b"
)
_BEFORE: Final = (
    r"\b(?:more|older|over|least|before|not|earlier|prior|greater|old|longer|beyond|above|later|between)\b|n't\b"
)
_NAMES: Final = frozenset({"-name", "-iname"})
_OR: Final = frozenset({"-o", "-or"})
_NOTHING: Final = frozenset({"-a", "-and", "-print", "-print0", "-depth", "-noleaf", "-true"})


class Find:
    """Reads the words after `find`: `arguments` of fs.find, and `action`, the command run on what is found."""

    def __init__(self, words: list[str], said: Said) -> None:
        self.said = said
        self.arguments: Arguments = {}
        self.action: list[str] = []
        self._type = ""
        self._names: list[str] = []
        self._without_case = False
        self._excluded: list[str] = []
        self._sizes: list[str] = []
        self.shows = ""
        self._waiting = self._begin(words)
        self._prune()
        self._alternatives()
        while self._waiting:
            self._test(self._waiting.pop(0))
        self._finish()

    def _begin(self, words: list[str]) -> list[str]:
        """Take the folders where the search begins."""
        at = 0
        while at < len(words) and not words[at].startswith(("-", "(", "!")):
            at += 1
        if at > 1 and {".", "./"}.intersection(words[:at]):
            raise NotConverted("find: paths")
        self.arguments |= self.said.paths(words[:at])
        return words[at:]

    def _prune(self) -> None:
        """`-name X -prune -o REST`: X is passed over."""
        words = self._waiting
        if "-prune" not in words:
            return
        at = words.index("-prune")
        before = [word for word in words[:at] if word not in ("(", ")", "-a")]
        if before[-2:] == ["-type", "d"]:
            before = before[:-2]
        elif before[:2] == ["-type", "d"]:
            before = before[2:]
        after = words[at + 2 :] if words[at + 1 : at + 2] == [")"] else words[at + 1 :]
        if len(before) < 2 or after[:1] not in (["-o"], ["-or"]):
            raise NotConverted("find: prune")
        self._exclude(before[-2], before[-1])
        self._waiting = before[:-2] + after[1:]

    def _exclude(self, test: str, value: str) -> None:
        self.said.require(_OUT)
        name = re.sub(r"^\*/(?=[^*/]+/\*$)|(?<=[^*])/\*$", "", value)
        if test == "-path":
            name = name.removesuffix("/")
        elif test not in _NAMES:
            raise NotConverted("find: not")
        if re.search(r"[*?\[]", name if test == "-path" else name.removeprefix("*.")) or (
            test == "-path" and name.startswith("/")
        ):
            raise NotConverted("find: not")
        form = self.said.glob(name) if "/" not in name else self.said.path(name)
        self._excluded.append(form)

    def _alternatives(self) -> None:
        """`-name A -o -name B`, alone or in brackets: several names."""
        words = self._waiting
        if not _OR.intersection(words) and "(" not in words:
            return
        if words.count("(") > 1 or words.count(")") != words.count("("):
            raise NotConverted("find: -o")
        first, last = (words.index("("), words.index(")")) if "(" in words else (-1, len(words))
        inner = words[first + 1 : last]
        if len(inner) % 3 != 2:
            raise NotConverted("find: -o")
        tests, joints = inner[0::3], set(inner[2::3])
        outside = words[: max(first, 0)] + words[last + 1 :]
        if not _NAMES.issuperset(tests) or not joints <= _OR or _OR.intersection(outside) or "!" in outside:
            raise NotConverted("find: -o")
        for test, name in zip(tests, inner[1::3], strict=True):
            self._name(test, name)
        self._waiting = outside

    def _test(self, word: str) -> None:
        if word in _NOTHING:
            return
        if word in ("!", "-not"):
            self._exclude(self._take(), self._take())
        elif word in ("-xdev", "-mount") and not self.said.has(r"mount|cross|(?:file ?)?systems?\b|device|partition"):
            return
        elif word in ("-exec", "-execdir", "-ok", "-okdir"):
            self._act()
        elif word == "-delete":
            self._set_action(["rm", "{}"])
        elif word in _TESTS:
            _TESTS[word](self, word)
        else:
            raise NotConverted(f"find: {word if word.startswith('-') else 'words'}")

    def _take(self) -> str:
        if not self._waiting:
            raise NotConverted("find: words")
        return self._waiting.pop(0)

    def _act(self) -> None:
        ends = [at for at, word in enumerate(self._waiting) if word in (";", "+")]
        if not ends:
            raise NotConverted("find: -exec")
        command, self._waiting = self._waiting[: ends[0]], self._waiting[ends[0] + 1 :]
        self._set_action(command)

    def _set_action(self, command: list[str]) -> None:
        is_search = command[:1] in (["grep"], ["egrep"])
        if self._waiting == ["-print"] and (is_search or not self.said.has(r"\b(?:print|display|show|list)")):
            command = ["-l" if word == "-q" and is_search else word for word in command]
        elif self._waiting[:1] in (["-print"], ["-ls"]):
            raise NotConverted("find: two actions")
        if self.action:
            raise NotConverted("find: two actions")
        self.action = command

    def _name(self, test: str, value: str | None = None) -> None:
        name = self._take() if value is None else value
        if name == "*":
            return
        if self._names and value is None:
            raise NotConverted("find: two names")
        self._without_case |= test == "-iname"
        letters = re.fullmatch(r"(\*\.)\[([a-z]+)\]", name)
        self._names += [letters[1] + letter for letter in letters[2]] if letters else [name]

    def _kind(self, test: str) -> None:
        kind = self._take()
        if kind not in ("f", "d", "l") or self._type:
            raise NotConverted("find: -type")
        self._type = {"f": "file", "d": "folder", "l": "link"}[kind]

    def _size(self, test: str) -> None:
        match = _SIZE.fullmatch(self._take())
        if match is None:
            raise NotConverted("find: -size")
        number = int(match[2])
        if number == 0 and match[1] == "":
            self.said.require(r"\b(?:empty|zero|0)\b")
            self.said.mark(r"\b0\b")
            self.arguments["empty"] = True
            return
        sign = {"+": ">", "-": "<", "": ""}[match[1]]
        if (not sign and match[3] != "c") or number == 0 or (sign == "<" and number == 1):
            raise NotConverted("find: -size")
        self._sizes.append(self.said.size(sign, number * _UNITS[match[3]]))

    def _time(self, test: str) -> None:
        match = re.fullmatch(r"([+-]?)(\d+)", self._take())
        if match is None or (not match[1] and match[2] != "0") or (match[1] and match[2] == "0"):
            raise NotConverted("find: exact time")
        is_read = test[1] == "a"
        if is_read != self.said.has(r"\b(?:access|read\b|opened|used)"):
            raise NotConverted("find: wrong time")
        old = match[1] == "+"
        self.said.require(_BEFORE if old else _SINCE)
        key = ("unused" if old else "accessed") if is_read else ("older" if old else "newer")
        if key in self.arguments:
            raise NotConverted("find: two times")
        self.arguments[key] = self.said.age((int(match[2]) or 1) * _TIMES[test])

    def _date(self, test: str) -> None:
        date = self._take()
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", date) or "newer" in self.arguments:
            raise NotConverted("find: date")
        self.said.require(_SINCE)
        self.arguments["newer"] = self.said.text_of(date)

    def _mode(self, test: str) -> None:
        mode = self._take()
        for symbolic, written, words in _SET_BITS:
            if mode in written and self.said.has(words):
                self.said.mark(r"\b0?" + re.escape(mode.lstrip("-/+0")) + r"\b")
                self.arguments["mode"] = symbolic
                return
        if mode not in ("-777", "-0777") and not re.fullmatch(r"0?[0-7]{3}|[0-7]{4}", mode):
            raise NotConverted("find: -perm")
        bare = mode.lstrip("-")
        is_said = self.said.has(rf"(?<!\w){bare}(?!\w)")
        self.arguments["mode"] = self.said.text_of(
            bare if is_said else bare.lstrip("0") if len(bare) == 4 else "0" + bare
        )

    def _owner(self, test: str) -> None:
        key = "user" if test in ("-user", "-uid") else "group"
        self.said.require(r"\b(?:own|user|belong|uid)" if key == "user" else r"\b(?:group|gid)")
        self.arguments[key] = self.said.text_of(self._take())

    def _empty(self, test: str) -> None:
        self.said.require(r"\bempty\b|\bzero\b|\b0 bytes?")
        self.said.mark(r"\b0(?= ?bytes?)|(?<=size )0\b")
        self.arguments["empty"] = True

    def _depth(self, test: str) -> None:
        depth = self._take()
        if not depth.isdigit():
            raise NotConverted("find: depth")
        if test == "-mindepth" and int(depth) < 2:
            return
        if test == "-maxdepth" and depth == "1":
            self.said.require(_DIRECT)
            self.said.mark(r"(?<=level )1|(?<=depth )1|\b1(?= level)")
            self.arguments["direct"] = True
            return
        self.said.require(_DEEP)
        if self.said.has(r"\blevels? (?:below|down|under)"):
            raise NotConverted("find: depth")
        self.arguments["max_depth" if test == "-maxdepth" else "min_depth"] = self.said.number(int(depth))

    def _endings(self, test: str) -> None:
        """A regular expression that is no more than a list of endings."""
        match = re.fullmatch(r"\.\*\\?\.\\?\(([\w\\|]+?)\\?\)\$?", self._take())
        if match is None or self._names:
            raise NotConverted("find: -regex")
        self._without_case = test == "-iregex"
        self._names = [f"*.{ending}" for ending in re.split(r"\\?\|", match[1])]

    def _skip(self, test: str) -> None:
        self._take()

    def _shown(self, test: str) -> None:
        """What is printed of each file; only an order can be made of it."""
        self.shows = self._take()

    def _listing(self, test: str) -> None:
        """Paths, sizes and times are what fs.find shows; who asks for more does not get it from it."""
        if self.said.has(r"\b(?:detail|long|permission|owner|inode|information|info|ls)\b"):
            raise NotConverted("find: -ls")

    def _finish(self) -> None:
        self._finish_names()
        self._finish_type()
        if self._sizes:
            self.arguments["size"] = one_or_many(self._sizes)
        if self._excluded:
            self.arguments["exclude"] = one_or_many(list(dict.fromkeys(self._excluded)))

    def _finish_names(self) -> None:
        if self._without_case and self.said.has(r"\betc\b|\bany.?case"):
            raise NotConverted("find: case")
        if self._names and self.said.has(r"\bcase\b") and not self.said.has("case.?sensitive"):
            if not self._without_case:
                raise NotConverted("find: case")
            self.arguments["ignore_case"] = True
        part = re.fullmatch(r"\*([^*?\[\]]+)\*", self._names[0]) if len(self._names) == 1 else None
        if part and not self.said.has(re.escape(self._names[0])):
            self.said.require(r"\bnam(?:e|ed|es|ing)\b|file ?names?|with\b|contain|\bmatch|\bword\b")
            self.arguments["part"] = self.said.text_of(part[1])
            self.arguments.pop("ignore_case", None)
        elif self._names:
            self.arguments["name"] = one_or_many([self.said.glob(name) for name in self._names])

    def _finish_type(self) -> None:
        """Files are said to be files where nothing else tells, folders always."""
        is_named = bool(self._names)
        if self._type == "file" and not is_named:
            self.said.require(r"files?\b")
        if self._type == "folder":
            self.said.require(FOLDERS)
        if self._type == "link":
            self.said.require(r"\b(?:sym-?)?links?\b|\bsymbolic")
        both = self.said.has(_BOTH)
        if (self._type and both) or (self._type != "folder" and not both and self.said.has(_HEAD_FOLDERS)):
            raise NotConverted("find: type not as said")
        kind = self._type
        if not kind and not both and not is_named and self.said.has(r"\bfiles?\b(?! ?system)"):
            kind = "file"
        if kind and not (kind == "file" and is_named):
            self.arguments["type"] = kind


_TESTS: Final[dict[str, Callable[[Find, str], None]]] = {
    "-name": Find._name,
    "-iname": Find._name,
    "-type": Find._kind,
    "-size": Find._size,
    **dict.fromkeys(_TIMES, Find._time),
    "-newermt": Find._date,
    "-perm": Find._mode,
    **dict.fromkeys(("-user", "-group", "-uid", "-gid"), Find._owner),
    "-empty": Find._empty,
    "-maxdepth": Find._depth,
    "-mindepth": Find._depth,
    "-ls": Find._listing,
    "-printf": Find._shown,
    "-regextype": Find._skip,
    **dict.fromkeys(("-regex", "-iregex"), Find._endings),
}
