"""What an utterance says: every value of a plan must stand in it, and it must say nothing that the plan leaves out.

The forms of sizes, ages and kinds of file are the kernel's own, so that a pair shows what the product will offer.
"""

from __future__ import annotations

import re
from typing import Final

from models.foundry.bash_line import NotConverted
from nlsh.core.arguments import SizeRange, read_seconds, read_size
from nlsh.kernel.kinds import globs
from nlsh.kernel.quantities import ages, numbers, sizes

_NEAR_ENOUGH: Final = 0.045
"""A month is 30 or 31 days, a megabyte 1000 or 1024 kilobytes: people do not tell them apart."""
_LITERAL: Final = re.compile(
    r"""(?<!\w)"[^"]+"|(?<!\w)'[^']+'(?!\w)|(?<!\w)`[^`]+`|(?<![\w.)])[~.]{0,2}/[\w.*/~-]+|[\w.-]*\*[\w.*-]*"""
    r"""|\$\{?\w+|(?<![\w.])\d+|(?<![\w.])\.[A-Za-z]\w{0,4}\b|\b\w[\w-]*\.[A-Za-z][A-Za-z0-9]{0,3}\b"""
)
"""What in an utterance is a name, a number or a pattern, and not a word about them."""
_LANGUAGES: Final = {"perl": "pl", "ruby": "rb", "c++": "cpp", "header": "h", "latex": "tex", "pearl": "pl"}
_BASES: Final = {
    "~": r"\bhome\b(?!/)|~(?!/)",
    "/": r"(?<![\w~.*/])/(?![\w*.])|\broot\b(?!/)|file ?systems?\b|\b(?:entire|whole|your) (?:system|machine|disk)\b"
    r"|\b(?:on|in) (?:the|this|my) system\b|\beverywhere\b",
    "..": r"(?<![\w.])\.\.(?![\w.])|\bparent\b",
}
"""Places that have words of their own."""
_HERE: Final = frozenset({".", "./", "*", "./*"})


class Said:
    """An utterance, and which parts of it a plan has used."""

    def __init__(self, utterance: str) -> None:
        self.text = utterance
        self._used: list[tuple[int, int]] = []

    def has(self, pattern: str) -> bool:
        """Whether a regular expression is found in it, in any case."""
        return re.search(pattern, self.text, re.IGNORECASE) is not None

    def require(self, pattern: str) -> None:
        """Raise NotConverted if a regular expression is not found."""
        if not self.has(pattern):
            raise NotConverted("value not said")

    def mark(self, pattern: str) -> bool:
        """Use all that a regular expression finds; False if it finds nothing."""
        spans = [match.span() for match in re.finditer(pattern, self.text, re.IGNORECASE)]
        self._used += spans
        return bool(spans)

    def text_of(self, value: str) -> str:
        """A name or a text as the utterance spells it. Raises NotConverted."""
        found = self._spelled(value)
        if found is None:
            raise NotConverted("value not said")
        return found

    def _spelled(self, value: str) -> str | None:
        if not value.strip():
            return None
        start = r"(?<![\w/.~$*-])" if re.match(r"[\w/.~*-]", value) else ""
        end = r"(?![\w/*]|[.-]\w)" if re.search(r"[\w/*]$", value) else ""
        pattern = start + re.escape(value) + end
        exact = re.search(pattern, self.text)
        found = exact or re.search(pattern, self.text, re.IGNORECASE)
        if found is None:
            return None
        self.mark(re.escape(value))
        return found[0]

    def path(self, word: str) -> str:
        """A path in the form that was said: with or without `./` and the last slash. Raises NotConverted."""
        if word.rstrip("/") in _BASES or word == "/":
            base = word.rstrip("/") or "/"
            if base != "/" or not self.has(r"/root\b"):
                self.require(_BASES[base])
                self.mark(_BASES[base])
                return base
        if word == "...":
            raise NotConverted("value not said")
        bare = word.removeprefix("./")
        forms = (word, word.rstrip("/"), word + "/", bare, bare.rstrip("/"), bare + "/", "./" + bare)
        for form in forms:
            if form and (found := self._spelled(form)) is not None:
                return found
        raise NotConverted("value not said")

    def paths(self, words: list[str]) -> dict[str, str | list[str]]:
        """The `path` argument of some paths; none where the current folder is meant."""
        if not words or (len(words) == 1 and words[0] in _HERE):
            return {}
        return {"path": one_or_many([self.path(word) for word in words])}

    def number(self, value: int) -> int:
        """A number said in digits or words. Raises NotConverted."""
        if value not in numbers(self.text):
            raise NotConverted("value not said")
        self.mark(rf"(?<![\w.]){value}(?!\w)")
        return value

    def age(self, seconds: float) -> str:
        """A length of time as it was spoken. Raises NotConverted."""
        for age in ages(self.text):
            if "-" not in age and abs(read_seconds(age) / seconds - 1) <= _NEAR_ENOUGH and age != "yesterday":
                self.mark(rf"(?<![\w.*]){re.match(r'[0-9]*', age)[0] or age}(?![\w*])")  # type: ignore[index]
                return age
        raise NotConverted("value not said")

    def size(self, sign: str, least_bytes: int) -> str:
        """A size as it was spoken, with how it is compared. Raises NotConverted."""
        for size in sizes(self.text):
            bare = size.lstrip("<>")
            if size[: len(size) - len(bare)] == sign and abs(_bytes(bare) / least_bytes - 1) <= _NEAR_ENOUGH:
                self.mark(rf"(?<![\w.]){bare.rstrip('KMGT')}(?=\D)")
                return size
        raise NotConverted("value not said")

    def glob(self, pattern: str) -> str:
        """A name or a pattern for names that was said, literally or as a kind of file. Raises NotConverted."""
        if "\\" in pattern or "$" in pattern:
            raise NotConverted("pattern")
        if (found := self._spelled(pattern)) is not None:
            return found if not re.search(r"[*?\[]", pattern) else pattern
        if pattern == ".*" and self.has(r"\bhidden\b"):
            return pattern
        ending = re.fullmatch(r"\*\.([A-Za-z0-9.+]+)", pattern)
        if ending:
            return self._ending(ending[1])
        return self._placed(pattern)

    def _ending(self, ending: str) -> str:
        """The glob of an ending that was said as `.c`, as a word, or by its language."""
        escaped = re.escape(ending)
        dotted = rf"(?<![\w/.])\*?\.({escaped})(?![\w.]*\w)"
        if found := re.search(dotted, self.text) or re.search(dotted, self.text, re.IGNORECASE):
            self.mark(dotted)
            return f"*.{found[1]}"
        kinds = globs(self.text, ())
        wide = next((glob for glob in kinds if glob.startswith(f"*.{{{ending.lower()},")), "")
        if wide and self.mark(rf"\b{escaped} (?:files?|pages?|documents?)\b"):
            return wide
        words = [word for word, meant in _LANGUAGES.items() if meant == ending.lower()]
        words += [kinds[glob] for glob in kinds if glob == f"*.{ending.lower()}"]
        words += [ending] if len(ending) > 1 else []
        if len(ending) == 1:
            words.append(f"{ending}(?:,| and| or|/) ?\\w+ files?")
            words.append(f"{ending} (?:source|files?|code|program)")
        if any(self.mark(rf"(?<![\w.*/-]){word if ' ' in word else re.escape(word)}s?(?![\w.*/-])") for word in words):
            return f"*.{ending}"
        raise NotConverted("value not said")

    def _placed(self, pattern: str) -> str:
        """A glob for the beginning or the end of names, where it was said to be that."""
        found = re.fullmatch(r"(\*?)([^*?\[\]]+)(\*?)", pattern)
        if found is None:
            raise NotConverted("value not said")
        before, text, after = found.groups()
        if not (before and after):
            self.require(r"\b(?:end|suffix|extension)" if before else r"\b(?:start|begin|prefix)")
        return f"{before}{self.text_of(text)}{after}"

    def rest(self) -> str:
        """The utterance without what was used."""
        letters = list(self.text)
        for start, end in self._used:
            letters[start:end] = " " * (end - start)
        return "".join(letters)

    def leftovers(self) -> list[str]:
        """Names, numbers and patterns that were said and not used."""
        used = [range(start, end) for start, end in self._used]
        inside = re.compile(r"\w")
        return [
            match[0]
            for match in _LITERAL.finditer(self.text)
            if not any(at in span for span in used for at in range(*match.span()) if inside.match(self.text[at]))
            and inside.search(match[0])
        ]


def one_or_many(values: list[str]) -> str | list[str]:
    """One value bare, several as a list."""
    return values[0] if len(values) == 1 else values


def _bytes(size: str) -> int:
    found: SizeRange = read_size(size)
    return max(found.least_bytes or 0, 1)
