"""Words of an utterance that a plan must answer to: who says `excluding` wants an exclusion in the plan.

The utterances of the data set often say more than their command does, or something else; those rows teach wrong things.
"""

from __future__ import annotations

import re
from typing import Final

_CHANGERS: Final = "fs.remove fs.replace text.uniq unique delete invert text.replace pkg.remove skip drop".split()
_CUES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"\b(?:delet|remov|eras|purg|get rid)\w*", tuple(_CHANGERS)),
    (r"\bcop(?:y|ies|ied|ying)\b", ("fs.copy", "fs.sync")),
    (r"\bmov(?:e|es|ing)\b", ("fs.move", "fs.rename")),
    (r"\brenam\w*", ("fs.rename", "fs.move")),
    (
        r"\b(?:chang|set|grant|revok|giv|add|updat|modify|fix|convert|adjust|make)\w*\b.{0,60}\b(?:permission|mode|executable|writ|readable)",
        ("fs.chmod", '"mode"'),
    ),
    (r"\b(?:chang|set)\w*\b.{0,30}\b(?:owner|ownership)", ("fs.chown",)),
    (
        r"\b(?:count|how many|number of|total)\b",
        ("fs.count", "text.count", "counts", "fs.usage", "text.calc", "sys.disk"),
    ),
    (r"\b(?:sort\w*|alphabetic\w*|descending|ascending|ordered)\b", ("sort", "text.uniq", "text.setops", '"unique"')),
    (r"\brevers\w*", ("reverse", "mirror")),
    (r"\b(?:archiv\w*|compress\w*|tarball|zip(?:ped)?|gzip|tar ball)\b", ("fs.archive", "fs.extract", "*.{zip")),
    (r"\b(?:unzip|extract|decompress|unpack|uncompress)\w*", ("fs.extract", "text.columns")),
    (r"\b(?:replac|substitut)\w*", ("fs.replace", "text.replace", "text.layout", "text.translate")),
    (
        r"\b(?:sav(?:e|es|ing)|stor(?:e|es|ing)|redirect\w*|writes?|writing|output to)\b"
        r"(?! permission| access| bit| for| by)",
        ("fs.write", "fs.append", '"to"', '"mode"'),
    ),
    (r"\b(?:append|prepend|prefix)\w*", ("fs.append", "prefix", '*"')),
    (
        r"\b(?:exclud\w*|except|omit\w*|prun\w*|skip\w*|other than|but not)\b",
        ("exclude", "direct", "invert", "skip", "only_"),
    ),
    (r"\bignor\w*", ("exclude", "ignore_case", '"part"', "invert", "direct")),
    (
        r"\bnot\b(?! been| recurs| desc| in sub)|n't\b|\bunless\b|\bwithout\b|\bno longer\b|\bnon-(?!recurs)",
        ("exclude", "direct", "invert", "older", "unused", "only_", "hard", "delete", "fs.mkdir"),
    ),
    (r"\bhidden\b", ('"all"', '".', '"name":".')),
    (
        r"\b(?:execute[sd]?|executing|running|run|runs|invok\w*|launch\w*|process(?:ing)? each)\b",
        ("proc.", '"mode"', "sh.run", "svc.", "log.", "sys.up", "sh.jobs"),
    ),
    (
        r"\b(?:open(?:s|ing)?|edit(?:s|ing)?|play|convert\w*|download\w*|mount\w*|prints? out the)\b",
        ("net.fetch", "fs.read", "text.translate", "proc.open"),
    ),
    (
        r"\b(?:larg(?:e|est)|big(?:gest)?|small(?:est)?|newest|oldest|latest|most recent\w*)\b",
        ("sort", "limit", "longest", '"size"'),
    ),
    (r"\b(?:sym-?links?|symbolic|links?)\b", ('"link"', "fs.link", "real", "fs.stat", "/")),
    (r"\bfollow\w*\b", ("fs.follow", "real", "sh.")),
    (r"\bcase\b", ("ignore_case", '"part"', "text.translate", "regardless")),
    (r"\b(?:owned|owner|belong\w*)\b", ("user", "group", "fs.chown", "long", "fs.stat", "+x", "mode")),
    (r"\bgroup\b", ("group", "mode", "fs.chown")),
    (r"\bpermissions?\b", ("mode", "long", "fs.stat")),
    (r"\b(?:suid|setuid|sgid|setgid|sticky|777|executable)\b", ("mode",)),
    (
        r"\b(?:modified|changed|created|older|newer|recent\w*|days?|hours?|minutes?|weeks?|months?|years?)\b",
        ("newer", "older", "accessed", "unused", "modified", "sys.time", "seconds", "sys.uptime", "fs.stat", "log."),
    ),
    (r"\baccess(?:ed)?\b(?! point| log| denied)", ("accessed", "unused")),
    (
        r"\b(?:larger|bigger|smaller|greater|bytes?|kb|mb|gb|kilo\w*|mega\w*|giga\w*|size of|sizes?)\b",
        (
            '"size"',
            "fs.usage",
            "bytes",
            "fs.stat",
            "long",
            "fs.list",
            "older",
            "unused",
            "sys.",
            "text.",
            "limit",
            "empty",
        ),
    ),
    (r"\b(?:depth|levels?)\b", ("depth", "direct")),
    (r"\bempty\b", ("empty", "fs.touch", "fs.write")),
    (r"\bregular expressions?\b|\bregex\w*", ("regex",)),
    (
        r"\brecursive\w*\b",
        (
            "fs.find",
            "fs.grep",
            "recursive",
            "fs.copy",
            "fs.remove",
            "fs.tree",
            "fs.diff",
            "fs.sync",
            "fs.archive",
            "fs.usage",
        ),
    ),
    (r"\bwith (?:the )?line numbers?\b", ("number", "fs.grep")),
    (
        r"\b(?:strings?|text|words?|containing|contents?|content of|occurrences?)\b",
        (
            "grep",
            '"part"',
            "contains",
            "text.",
            "*.txt",
            "fs.read",
            "replace",
            "*",
            "fs.write",
            "fs.append",
            "fs.diff",
            "fs.copy",
            "fs.remove",
            "fs.list",
            "sys.time",
            "fs.usage",
            "fs.extract",
            "newer",
            "older",
            "net.fetch",
        ),
    ),
    (
        r"\b(?:first|last|top|head|tail)\b",
        (
            "first",
            "last",
            "limit",
            "newer",
            "accessed",
            "fields",
            "start",
            "skip",
            "drop",
            "follow",
            "head",
            "sort",
            "columns",
            "fs.stat",
            "log.",
            "older",
            "unused",
        ),
    ),
    (r"\b(?:duplicates?|repeated|uniq\w*|distinct)\b", ("uniq", "unique", "duplicates", "distinct")),
    (r"\b(?:directory|folder|dir|path) (?:tree )?\$|\bparent director", ('"parent"', '".."', "fs.mkdir")),
    (
        r"\b(?:only|just) (?:the |their )?(?:base ?)?(?:file ?)?names?\b|\bbase ?names?\b",
        ('"name"', "names_only", '"stem"'),
    ),
    (
        r"\b(?:variables?|scripts?|std(?:in|out|err)|standard (?:input|output|error)|remote\w*|ssh|pipe|dry.?run|"
        r"background|parallel|verbos\w*|null|delimit\w*|newlines?|loop|prompt\w*|confirm\w*|interactiv\w*|"
        r"inodes?|hard ?links?|xargs|separated|"
        r"md5|sha1|sha256|checksums?|hash(?:es)?|formatted|timestamps?|escap\w*|device|mounted|broken|current user|"
        r"argument|colou?r|nul|full path|absolute path|relative|pager|same|similar|different|each other|blank)\b",
        (
            "fs.hash",
            "fs.link",
            "sys.env",
            "sh.export",
            "real",
            "separator",
            "text.layout",
            "text.translate",
            "fs.path",
            "fs.diff",
            "fs.touch",
            '"*.sh"',
            "fs.replace",
            "distinct",
            "sys.",
            "proc.",
            "sh.cd",
            "net.",
        ),
    ),
    (
        r"^(?:search|look|scan|check|grep)\b.{0,60}\bfor (?:the )?(?:string|text|word|pattern|lines?|phrase|regex)\b",
        ("grep",),
    ),
    (r"\b(?:before|after|instead of) (?:the|each|dir|every|that|which)", ("older", "newer")),
    (r"\bif\b", ("grep", "fs.diff", "proc.")),
    (r"\bhuman.?readable\b|\bgraph\w*", ("fs.usage", "sys.", "fs.list")),
    (
        r"\b(?:detail\w*|long (?:listing|format)|ls|information|info|properties|metadata|inode|stat\w*|types? of)\b",
        ("long", "fs.stat", "proc.", "sys.", "fs.grep"),
    ),
    (
        r"\bdescend\w*|\bsub-?(?:director\w+|folders?)",
        (
            "fs.find",
            "fs.grep",
            "recursive",
            "folders_only",
            "fs.remove",
            "fs.usage",
            "fs.tree",
            "fs.copy",
            "fs.mkdir",
            "fs.diff",
        ),
    ),
)
_READERS: Final = {name: re.compile(name, re.IGNORECASE) for name, _ in _CUES}


def unanswered(rest: str, plan: str) -> str:
    """The first word in what an utterance says besides its values that the plan does not answer to; empty if none."""
    for words, answers in _CUES:
        match = _READERS[words].search(rest)
        if match and not any(answer in plan for answer in answers):
            return match[0]
    return ""
