"""One GET, bounded in everything: time, size, redirects, and which addresses are asked."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nlsh.core.display import human_size, visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.scope import Scope
from nlsh.tools.net.hosts import host_of, is_address, is_typed, named_addresses, public_addresses
from nlsh.tools.net.waiting import finish

if TYPE_CHECKING:
    import httpx

MAX_BYTES: Final = 5 * 1024 * 1024
"""The most that is taken, counted after decompression. More is an error, never a truncated body."""
DEADLINE_S: Final = 30.0
"""For everything together: names, connections, redirects, body."""
MAX_REDIRECTS: Final = 5
_CONNECT_S: Final = 5.0
_HEADERS: Final = {"User-Agent": "nlsh", "Accept": "*/*", "Accept-Encoding": "identity"}
_SCHEMES: Final = ("http", "https")


@dataclass(frozen=True)
class Fetched:
    """What came of a GET."""

    url: str
    """Where it came from, after redirects."""
    kind: str
    """Its content type, without parameters."""
    body: bytes


def read_url(text: str) -> httpx.URL:
    """A URL from what was said; `https` where no scheme was. Raises UsageError."""
    import httpx

    said = text.strip()
    if "://" not in said:
        host = host_of(said)
        said = f"{'http' if host == 'localhost' or is_address(host) else 'https'}://{said}"
    try:
        url = httpx.URL(said)
    except (httpx.InvalidURL, ValueError) as error:
        raise UsageError(
            f"{visible(text)} is not an address on the web", "write it like https://example.org"
        ) from error
    if url.scheme not in _SCHEMES:
        raise UsageError(f"{visible(url.scheme)} addresses cannot be fetched", "only http and https can")
    if not url.host or "%" in url.host or not 0 < port_of(url) < 1 << 16:
        raise UsageError(f"{visible(text)} names no host that can be asked", "write it like https://example.org")
    return url


def port_of(url: httpx.URL) -> int:
    """The port of a URL, said or usual."""
    return url.port if url.port is not None else 443 if url.scheme == "https" else 80


def get(url: httpx.URL, scope: Scope) -> Fetched:
    """Fetch a URL.

    Raises:
        Refused: it, or where it redirects to, is not public and was not typed by the person.
        NlshError: it cannot be had, is too big, took too long, or the server answered with an error.
        Cancelled: the turn was cancelled.
    """
    return finish(lambda: _get(url, scope), scope, DEADLINE_S, f"fetching from {visible(url.host)}")


async def _get(url: httpx.URL, scope: Scope) -> Fetched:
    import httpx

    client = httpx.AsyncClient(
        transport=_pinned(scope),
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        timeout=httpx.Timeout(None, connect=_CONNECT_S),
        trust_env=False,
        headers=_HEADERS,
    )
    try:
        async with client, client.stream("GET", url) as response:
            return await _read(response)
    except httpx.TooManyRedirects as error:
        raise NlshError(
            f"{visible(url.host)} redirects more than {MAX_REDIRECTS} times", "ask for the last address itself"
        ) from error
    except httpx.UnsupportedProtocol as error:
        raise NlshError(f"{visible(url.host)} redirects to something that is not http or https") from error
    except httpx.HTTPError as error:
        said = visible(str(error).partition("\n")[0])[:200] or type(error).__name__
        raise NlshError(
            f"{visible(url.host)} could not be asked: {said}", "check the address and your network"
        ) from error


async def _read(response: httpx.Response) -> Fetched:
    host = visible(response.url.host)
    if not response.is_success:
        raise NlshError(f"{host} answered {response.status_code} {visible(response.reason_phrase)}".rstrip())
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise _too_big(host, f"{human_size(int(declared))}, which is")
    body = bytearray()
    async for piece in _decoded(response):
        body += piece
        if len(body) > MAX_BYTES:
            raise _too_big(host, "")
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    return Fetched(str(response.url), visible(kind), bytes(body))


def _too_big(host: str, size: str) -> NlshError:
    return NlshError(
        f"what {host} sends is {size} more than {human_size(MAX_BYTES)}".replace("  ", " "),
        "nothing was kept; sh.run can call curl for bigger things",
    )


async def _decoded(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body; where a server compresses unasked, decompressed by small pieces, so that no bomb goes off."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise NlshError(f"{visible(response.url.host)} sends a coding nlsh does not know: {visible(coding)}")
    unpack = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    async for raw in response.aiter_raw():
        if unpack is None:
            yield raw
            continue
        try:
            while raw:
                yield unpack.decompress(raw, 1 << 16)
                raw = unpack.unconsumed_tail
        except zlib.error as error:
            raise NlshError(f"what {visible(response.url.host)} sends is damaged") from error


def _pinned(scope: Scope) -> httpx.AsyncBaseTransport:
    """A transport that asks the resolver once a hop, checks the addresses, and connects to one that was checked.

    The name stays in the Host header and in the TLS handshake: certificates are checked against it.
    """
    import httpx

    context = httpx.create_ssl_context()
    context.load_default_certs()
    inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False)

    class Pinned(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            url, name = request.url, request.url.raw_host.decode("ascii")
            is_meant = is_typed(url.host, scope.utterance) or is_typed(name, scope.utterance)
            if not 0 < port_of(url) < 1 << 16:
                raise NlshError(f"{visible(url.host)} cannot be asked on port {port_of(url)}")
            found = await (named_addresses if is_meant else public_addresses)(name, port_of(url))
            for address in found[:-1]:
                try:
                    return await inner.handle_async_request(_aimed(request, address))
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    await asyncio.sleep(0)
            return await inner.handle_async_request(_aimed(request, found[-1]))

        async def aclose(self) -> None:
            await inner.aclose()

    return Pinned()


def _aimed(request: httpx.Request, address: str) -> httpx.Request:
    """The same request, to be connected to an address."""
    import httpx

    return httpx.Request(
        request.method,
        request.url.copy_with(host=address.partition("%")[0]),
        headers=request.headers,
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
    )
