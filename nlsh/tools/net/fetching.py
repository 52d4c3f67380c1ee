"""net.fetch: get what stands at a URL, to look at or into a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from nlsh.core.arguments import NewPath, Url
from nlsh.core.display import human_size, visible
from nlsh.core.errors import Refused, UsageError
from nlsh.core.facts import Facts, Preview
from nlsh.core.results import Chunk, Emission, Note
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.fs.wording import recheck
from nlsh.tools.fs.writing import write_new, written_path
from nlsh.tools.net import sayings
from nlsh.tools.net.getting import MAX_BYTES, Fetched, get, read_url
from nlsh.tools.net.hosts import host_facts, is_address, is_metadata, is_typed, private_reason
from nlsh.tools.paths import expand, facts, shown
from nlsh.tools.staging import Staging


@dataclass(frozen=True, kw_only=True)
class Fetch(Syscall):
    """Fetch what stands at a web address, to show it or into a file; at most 5 MiB."""

    name: ClassVar[str] = "net.fetch"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.NETWORK, Effect.WRITE})
    is_reversible: ClassVar[bool] = True
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "download https://example.org/data.csv", '[{"net.fetch":{"url":"https://example.org/data.csv","to":"."}}]'
        ),
        Example("show me what is at example.com", '[{"net.fetch":{"url":"example.com"}}]'),
        Example(
            "save https://example.net/logo.png as logo.png",
            '[{"net.fetch":{"url":"https://example.net/logo.png","to":"logo.png"}}]',
        ),
        Example("curl http://localhost:8000/health", '[{"net.fetch":{"url":"http://localhost:8000/health"}}]'),
        Example(
            "get the page https://example.org/news.html and put it into news.html",
            '[{"net.fetch":{"url":"https://example.org/news.html","to":"news.html"}}]',
        ),
        Example(
            "what does https://api.example.com/v1/status say?",
            '[{"net.fetch":{"url":"https://api.example.com/v1/status"}}]',
        ),
        Example(
            "wget https://example.org/list.txt into Downloads",
            '[{"net.fetch":{"url":"https://example.org/list.txt","to":"Downloads"}}]',
        ),
        Example(
            "lade https://example.de/plan.pdf herunter",
            '[{"net.fetch":{"url":"https://example.de/plan.pdf","to":"."}}]',
        ),
        Example(
            "descarga https://example.es/foto.jpg", '[{"net.fetch":{"url":"https://example.es/foto.jpg","to":"."}}]'
        ),
        *sayings.FETCH,
    )

    url: Url
    to: NewPath = ""

    def __post_init__(self) -> None:
        """Without a file to write, nothing is written: the effects of such a fetch are fewer."""
        if not self.to:
            object.__setattr__(self, "effects", frozenset({Effect.NETWORK}))

    def resolve(self, scope: Scope) -> Facts:
        """The host, whether the person named it, and what stands where the file would be."""
        host = read_url(self.url).host
        found = host_facts(host, scope)
        _refuse_private(host, scope)
        if is_metadata(host):
            found = replace(found, sensitive="it hands out the credentials of this machine")
        return _with_place(found, self._place(scope), scope) if self.to else found

    def preview(self, facts: Facts) -> Preview:
        """Where from and where to."""
        where = facts.details.get("shown", "")
        over = "replacing what is in" if facts.overwrites else "into"
        return Preview(f"fetch {self.url}" + (f" {over} {where}" if where else ""), (f"from {', '.join(facts.hosts)}",))

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Take all of it, then show it or put it into place."""
        fetched = get(read_url(self.url), scope)
        if self.to:
            place = str(facts.details["place"])
            _write(place, fetched, facts, scope)
            yield Note(f"fetched {_size(fetched)} from {visible(fetched.url)} into {shown(place, scope)}")
            return
        if fetched.body:
            yield Chunk(fetched.body)
        yield Note(f"fetched {_size(fetched)} from {visible(fetched.url)}")

    def _place(self, scope: Scope) -> str:
        """The file to write: as said, or in the folder said under the last part of the URL."""
        if not os.path.isdir(expand(self.to, scope)):
            return written_path(self.to, scope)
        path = read_url(self.url).raw_path.partition(b"?")[0]
        name = os.fsdecode(unquote_to_bytes(path.rstrip(b"/").rpartition(b"/")[2]))
        if not name or name in (".", "..") or "/" in name or "\0" in name:
            raise UsageError(f"{visible(self.url)} names no file", "say what the file is to be called")
        return written_path(os.path.join(expand(self.to, scope), name), scope)


def _refuse_private(host: str, scope: Scope) -> None:
    """An address that is not public is refused before anything is asked, unless the person typed it."""
    if is_address(host) and not is_typed(host, scope.utterance) and (why := private_reason(host)):
        raise Refused(f"refused to ask {host}: {why}", "type the host yourself if you mean it")


def _with_place(found: Facts, place: str, scope: Scope) -> Facts:
    there = facts([place], scope, recursive=False, mutates=True)
    is_there = there.targets[0].kind != "missing"
    return replace(
        there,
        size_bytes=0,
        hosts=found.hosts,
        sensitive=found.sensitive,
        overwrites=int(is_there),
        is_reversible=True,
        details={**there.details, "place": place, "shown": shown(place, scope)},
    )


def _write(place: str, fetched: Fetched, facts: Facts, scope: Scope) -> None:
    """Beside the file, then into place, journaled. Raises NlshError."""
    recheck(facts)
    with Staging(scope) as staging:
        write_new(staging.beside(place), fetched.body, place)
        staging.place()


def _size(fetched: Fetched) -> str:
    assert len(fetched.body) <= MAX_BYTES
    return human_size(len(fetched.body)) + (f" of {fetched.kind}" if fetched.kind else "")
