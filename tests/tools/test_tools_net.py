"""The net family against real local servers: what is fetched, what is refused, and that everything ends in time."""

from __future__ import annotations

import gzip
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import Cancelled, NlshError, Refused, UsageError
from nlsh.core.results import Chunk, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.net import getting, hosts, reaching
from nlsh.tools.net.fetching import Fetch
from nlsh.tools.net.getting import MAX_BYTES
from nlsh.tools.net.hosts import host_of, is_typed, private_reason
from nlsh.tools.net.reaching import Ping, Ports, Resolve

MIB = 1 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    """Every path is a way for a server to behave."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str]]
    stopping: threading.Event

    def do_GET(self) -> None:
        self.seen.append((self.headers["Host"], self.path))
        act, _, rest = self.path[1:].partition("/")
        getattr(self, f"act_{act}")(unquote(rest))

    def say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), "Content_Type": "text/plain; x=y", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def act_ok(self, rest: str) -> None:
        self.say(b"hello " + rest.encode())

    def act_status(self, rest: str) -> None:
        self.say(b"gone", int(rest))

    def act_to(self, rest: str) -> None:
        self.say(b"", 302, Location=rest)

    def act_hops(self, rest: str) -> None:
        if rest == "0":
            self.say(b"arrived")
        else:
            self.say(b"", 301, Location=f"/hops/{int(rest) - 1}")

    def act_size(self, rest: str) -> None:
        self.say(b"x" * int(rest))

    def act_unsaid(self, rest: str) -> None:
        """A body whose length is not told."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"x" * int(rest))

    def act_gzip(self, rest: str) -> None:
        self.say(gzip.compress(b"z" * int(rest)), Content_Encoding="gzip")

    def act_coding(self, rest: str) -> None:
        self.say(b"??", Content_Encoding=rest)

    def act_drip(self, rest: str) -> None:
        """One byte now and then, for ever: of the body, or of the head."""
        head = b"HTTP/1.1 200 OK\r\n" + (b"" if rest == "head" else b"\r\n")
        self.wfile.write(head)
        while not self.stopping.wait(0.02):
            self.wfile.write(b"x")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some of these tests are about."""


@pytest.fixture
def server() -> Iterator[Server]:
    handler = type("Handler", (Handler,), {"seen": [], "stopping": threading.Event()})
    with Server(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        handler.stopping.set()  # type: ignore[attr-defined]
        running.shutdown()


@pytest.fixture
def site(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def seen(server: Server) -> list[tuple[str, str]]:
    return server.RequestHandlerClass.seen  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def typed(scope: Scope, site: str) -> Scope:
    """The person typed the address of the local server."""
    return replace(scope, utterance=f"fetch {site} please")


def drive(syscall: Syscall, scope: Scope) -> list[Emission]:
    return list(syscall.run(scope, syscall.resolve(scope)))


# ---- fetching


def test_a_body_is_output_and_the_note_says_where_from(typed: Scope, site: str) -> None:
    assert drive(Fetch(url=f"{site}/ok/you"), typed) == [
        Chunk(b"hello you"),
        Note(f"fetched 9 B of text/plain from {site}/ok/you"),
    ]


def test_a_bare_address_is_asked_by_http(typed: Scope, site: str) -> None:
    assert drive(Fetch(url=f"{site.removeprefix('http://')}/ok/x"), typed)[0] == Chunk(b"hello x")


def test_a_private_address_nobody_typed_is_refused_before_it_is_asked(
    scope: Scope, site: str, seen: list[tuple[str, str]]
) -> None:
    with pytest.raises(Refused, match=r"refused to ask 127\.0\.0\.1: it is this machine"):
        Fetch(url=f"{site}/ok/x").resolve(scope)
    assert seen == []


def test_the_metadata_address_is_refused_and_delicate_where_typed(scope: Scope) -> None:
    syscall = Fetch(url="http://169.254.169.254/latest/meta-data/")
    with pytest.raises(Refused, match="credentials of this machine"):
        syscall.resolve(replace(scope, utterance="show me the news"))
    here = replace(scope, utterance="fetch http://169.254.169.254/latest/meta-data/")
    assert syscall.resolve(here).sensitive == "it hands out the credentials of this machine"


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f.1", "127.1", "0", "localhost", "[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "224.0.0.1"],
)
def test_no_spelling_of_a_private_address_gets_through(scope: Scope, host: str) -> None:
    with pytest.raises((Refused, UsageError, NlshError), match=r"refused to ask|is not an address|cannot be found"):
        drive(Fetch(url=f"http://{host}:9/"), scope)


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/x", "http://localhost:9/", "http://[::1]:9/", "//10.1.2.3/", "http://0x7f000001/"],
)
def test_a_redirect_to_a_private_address_is_refused(typed: Scope, site: str, target: str) -> None:
    with pytest.raises((Refused, NlshError), match=r"refused to ask|could not be asked: Invalid"):
        drive(Fetch(url=f"{site}/to/{target}"), typed)


def test_a_redirect_from_elsewhere_to_this_machine_is_refused(
    scope: Scope, site: str, seen: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = urlsplit(site).port
    monkeypatch.setattr(hosts, "resolver", lambda host, _: ["127.0.0.1"])
    here = replace(scope, utterance="fetch http://named.test")
    with pytest.raises(Refused, match=r"refused to ask other\.test \(127\.0\.0\.1\)"):
        drive(Fetch(url=f"http://named.test:{port}/to/http://other.test:{port}/ok/x"), here)
    assert len(seen) == 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_only_http_is_spoken(typed: Scope, site: str, target: str) -> None:
    with pytest.raises(UsageError, match="cannot be fetched"):
        Fetch(url=target).resolve(typed)
    with pytest.raises(NlshError, match="redirects to something that is not http"):
        drive(Fetch(url=f"{site}/to/{target}"), typed)


def test_the_checked_address_is_the_one_connected_to(
    scope: Scope, site: str, seen: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that would lead elsewhere when asked twice is asked once; the server still hears its name."""
    answers = iter([["127.0.0.1"], ["203.0.113.9"]])
    monkeypatch.setattr(hosts, "resolver", lambda host, _: next(answers))
    port = urlsplit(site).port
    here = replace(scope, utterance="fetch pinned.test")
    assert drive(Fetch(url=f"http://pinned.test:{port}/ok/x"), here)[0] == Chunk(b"hello x")
    assert seen == [(f"pinned.test:{port}", "/ok/x")]


def test_one_private_address_among_public_ones_refuses_all(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "resolver", lambda host, _: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(Refused, match=r"mixed\.test \(127\.0\.0\.1\)"):
        drive(Fetch(url="http://mixed.test/"), replace(scope, utterance="fetch the page"))


def test_a_typed_name_that_leads_to_credentials_is_refused(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "resolver", lambda host, _: ["169.254.169.254"])
    with pytest.raises(Refused, match="leads to the credentials of this machine"):
        drive(Fetch(url="http://nice.test/"), replace(scope, utterance="fetch nice.test"))


def test_the_next_address_is_tried_where_one_does_not_answer(
    scope: Scope, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "resolver", lambda host, _: ["127.0.0.2", "127.0.0.1"])
    here = replace(scope, utterance="fetch two.test")
    url = f"http://two.test:{urlsplit(site).port}/ok/x"
    assert drive(Fetch(url=url), here)[0] == Chunk(b"hello x")


def test_a_host_nobody_named_is_asked_about(scope: Scope) -> None:
    said = replace(scope, utterance="get https://example.com/a")
    assert Fetch(url="https://example.com/a").resolve(said).sensitive == ""
    facts = Fetch(url="https://evil.example/a").resolve(said)
    assert (facts.sensitive, facts.hosts) == ("you did not name the host evil.example", ("evil.example",))


def test_five_redirects_are_followed_and_six_are_not(typed: Scope, site: str) -> None:
    assert drive(Fetch(url=f"{site}/hops/5"), typed)[0] == Chunk(b"arrived")
    with pytest.raises(NlshError, match="redirects more than 5 times"):
        drive(Fetch(url=f"{site}/hops/6"), typed)


@pytest.mark.parametrize("way", ["size", "unsaid", "gzip"])
def test_exactly_five_mebibytes_and_not_one_byte_more(typed: Scope, site: str, way: str) -> None:
    [body, _] = drive(Fetch(url=f"{site}/{way}/{MAX_BYTES}"), typed)
    assert isinstance(body, Chunk)
    assert len(body.data) == MAX_BYTES == 5 * 1024 * 1024
    with pytest.raises(NlshError, match=r"more than 5\.0 MiB"):
        drive(Fetch(url=f"{site}/{way}/{MAX_BYTES + 1}"), typed)


def test_six_mebibytes_leave_no_file(typed: Scope, site: str, cwd: Path) -> None:
    with pytest.raises(NlshError, match=r"6\.0 MiB, which is more than 5\.0 MiB"):
        drive(Fetch(url=f"{site}/size/{6 * MIB}", to="big"), typed)
    assert os.listdir(cwd) == []


def test_a_bomb_does_not_go_off(typed: Scope, site: str) -> None:
    with pytest.raises(NlshError, match="more than"):
        drive(Fetch(url=f"{site}/gzip/{40 * MIB}"), typed)


def test_an_unknown_coding_is_an_error(typed: Scope, site: str) -> None:
    with pytest.raises(NlshError, match="does not know: br"):
        drive(Fetch(url=f"{site}/coding/br"), typed)
    with pytest.raises(NlshError, match="is damaged"):
        drive(Fetch(url=f"{site}/coding/gzip"), typed)


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_slow_drip_ends_at_the_deadline(typed: Scope, site: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getting, "DEADLINE_S", 0.3)
    with pytest.raises(NlshError, match=r"fetching from 127\.0\.0\.1 took longer than 300 ms"):
        drive(Fetch(url=f"{site}/drip/{part}"), typed)


def test_a_resolver_that_never_answers_ends_at_the_deadline(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(getting, "DEADLINE_S", 0.2)
    monkeypatch.setattr(hosts, "resolver", lambda host, _: [str(never.wait(20))])
    with pytest.raises(NlshError, match="took longer"):
        drive(Fetch(url="http://slow.test/"), scope)
    never.set()


def test_a_cancel_ends_it_at_once(typed: Scope, site: str, seen: list[tuple[str, str]]) -> None:
    def cancel() -> None:
        while not seen:
            time.sleep(0.005)
        typed.cancellation.cancel()

    threading.Thread(target=cancel, daemon=True).start()
    with pytest.raises(Cancelled):
        drive(Fetch(url=f"{site}/drip/body"), typed)


def test_an_error_of_the_server_is_an_error(typed: Scope, site: str) -> None:
    with pytest.raises(NlshError, match=r"127\.0\.0\.1 answered 404 Not Found"):
        drive(Fetch(url=f"{site}/status/404", to="x"), typed)


def test_nobody_there_is_said(typed: Scope, server: Server, site: str) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(NlshError, match="could not be asked"):
        drive(Fetch(url=f"{site}/ok/x"), typed)


@pytest.mark.parametrize(
    "url", ["", "http://", "http:///x", "http://[zz]/", "http://a b/", "http://a:99999/", "https://a\nb"]
)
def test_what_is_no_url_is_said(scope: Scope, url: str) -> None:
    with pytest.raises(UsageError):
        Fetch(url=url).resolve(scope)


def test_proxies_of_the_environment_are_not_asked(typed: Scope, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:9")
    assert drive(Fetch(url=f"{site}/ok/x"), typed)[0] == Chunk(b"hello x")


# ---- fetching into files


def test_into_a_file_journaled(typed: Scope, site: str, cwd: Path, journal: Any) -> None:
    syscall = Fetch(url=f"{site}/ok/x", to="got.txt")
    facts = syscall.resolve(typed)
    assert (facts.overwrites, facts.is_reversible, facts.protected) == (0, True, "")
    assert list(syscall.run(typed, facts)) == [Note(f"fetched 7 B of text/plain from {site}/ok/x into got.txt")]
    assert (cwd / "got.txt").read_bytes() == b"hello x"
    assert [step.action for step in journal.made()] == ["create"]


def test_into_a_folder_under_the_name_of_the_url(typed: Scope, site: str, cwd: Path) -> None:
    drive(Fetch(url=f"{site}/ok/data%20set.csv?x=1", to="."), typed)
    assert (cwd / "data set.csv").read_bytes() == b"hello data set.csv?x=1"


@pytest.mark.parametrize("path", ["", "/", "/ok/..", "/ok/a%2Fb", "/ok/%00"])
def test_a_url_without_a_name_wants_one(typed: Scope, site: str, path: str) -> None:
    with pytest.raises(UsageError, match="names no file"):
        Fetch(url=site + path, to=".").resolve(typed)


def test_replacing_a_file_is_said_and_journaled(typed: Scope, site: str, cwd: Path, journal: Any) -> None:
    (cwd / "got.txt").write_text("old")
    syscall = Fetch(url=f"{site}/ok/x", to="got.txt")
    facts = syscall.resolve(typed)
    assert facts.overwrites == 1
    assert "replacing what is in got.txt" in syscall.preview(facts).title
    list(syscall.run(typed, facts))
    assert (cwd / "got.txt").read_bytes() == b"hello x"
    assert [step.action for step in journal.made()] == ["exchange"]


def test_a_file_that_changed_meanwhile_is_left_alone(typed: Scope, site: str, cwd: Path) -> None:
    syscall = Fetch(url=f"{site}/ok/x", to="got.txt")
    facts = syscall.resolve(typed)
    (cwd / "got.txt").write_text("somebody else's")
    with pytest.raises(NlshError, match="changed since"):
        list(syscall.run(typed, facts))
    assert (cwd / "got.txt").read_text() == "somebody else's"


def test_effects_tell_whether_a_file_is_written() -> None:
    assert Fetch(url="https://a.example").effects == frozenset({Effect.NETWORK})
    assert Fetch(url="https://a.example", to="x").effects == frozenset({Effect.NETWORK, Effect.WRITE})
    assert Fetch.effects == frozenset({Effect.NETWORK, Effect.WRITE})


# ---- TLS


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_certificates_are_checked_against_the_name_not_the_address(
    scope: Scope, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    made += ["-keyout", f"{tmp_path}/key", "-out", f"{tmp_path}/cert", "-subj", "/CN=x"]
    subprocess.run([*made, "-addext", "subjectAltName=DNS:secure.test"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{tmp_path}/cert", f"{tmp_path}/key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(hosts, "resolver", lambda host, _: ["127.0.0.1"])
    here = replace(scope, utterance="fetch secure.test and wrong.test")
    port = server.server_port
    with pytest.raises(NlshError, match="certificate verify failed"):
        drive(Fetch(url=f"https://secure.test:{port}/ok/x"), here)
    monkeypatch.setenv("SSL_CERT_FILE", f"{tmp_path}/cert")
    assert drive(Fetch(url=f"https://secure.test:{port}/ok/x"), here)[0] == Chunk(b"hello x")
    with pytest.raises(NlshError, match="certificate verify failed"):
        drive(Fetch(url=f"https://wrong.test:{port}/ok/x"), here)


# ---- hosts


@pytest.mark.parametrize(
    ("host", "utterance", "is_so"),
    [
        ("example.com", "get example.com now", True),
        ("example.com", "get https://Example.com:8080/x", True),
        ("example.com", "it is at example.com.", True),
        ("example.com", "get example.com.evil.org", False),
        ("example.com", "get notexample.com", False),
        ("example.com", "get www.example.com", False),
        ("example.com", "get example.company", False),
        ("127.0.0.1", "curl 127.0.0.1:80/x", True),
        ("127.0.0.1", "curl 127.0.0.11", False),
        ("::1", "curl http://[::1]:80/", True),
        ("::1", "curl http://[fe80::1]/", False),
        ("", "anything", False),
    ],
)
def test_whether_a_host_was_typed(host: str, utterance: str, is_so: bool) -> None:
    assert is_typed(host, utterance) is is_so


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_a_private_address_is_private_however_it_is_wrapped(address: Any) -> None:
    number = int(address)
    assert private_reason(str(address))
    assert private_reason(f"::ffff:{address}")
    assert private_reason(f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}")
    assert private_reason(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert private_reason(address) == ""


@pytest.mark.parametrize(
    "address",
    ["168.63.129.16", "fd00:ec2::254", "100.100.100.200", "fe80::1%eth0", "0.0.0.0", "255.255.255.255", "ff02::1"],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert private_reason(address)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Example.COM", "example.com"),
        ("https://u:p@example.com:8443/x?y#z", "example.com"),
        ("web01:22", "web01"),
        ("[::1]:80", "::1"),
        ("::1", "::1"),
        ("bücher.de.", "bücher.de"),
    ],
)
def test_the_host_that_is_meant(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize("text", ["", "-oProxyCommand=x", "a b", "a;b", "$(id)", "://"])
def test_what_is_no_host_is_an_error(text: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a host"):
        host_of(text)


# ---- reaching


def test_resolve_tells_addresses(scope: Scope) -> None:
    [found] = drive(Resolve(host="localhost"), scope)
    assert isinstance(found, Table)
    assert {row[2] for row in found.rows} & {"127.0.0.1", "::1"}


def test_an_unknown_host_is_said(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    monkeypatch.setattr(hosts, "resolver", fail)
    for syscall in (Resolve(host="nowhere.test"), Ping(host="nowhere.test"), Ports(host="nowhere.test", port=(80,))):
        with pytest.raises(NlshError, match=r"the host nowhere\.test cannot be found"):
            drive(syscall, scope)


def test_ports_tell_open_from_closed(scope: Scope, server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
    [found] = drive(Ports(host="127.0.0.1", port=(server.server_port, closed)), scope)
    assert isinstance(found, Table)
    assert [(row[0], row[2]) for row in found.rows] == [(server.server_port, "open"), (closed, "closed")]


def test_without_ports_the_common_ones_are_tried(scope: Scope, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
    monkeypatch.setattr(reaching, "_COMMON", (server.server_port, closed))
    [found] = drive(Ports(host="127.0.0.1"), scope)
    assert isinstance(found, Table)
    assert [row[0] for row in found.rows] == [server.server_port]
    assert found.note == "1 other common ports are closed or do not answer"


@pytest.mark.parametrize("port", [(0,), (70000,), tuple(range(1, 30))])
def test_ports_have_bounds(scope: Scope, port: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="cannot be tried"):
        Ports(host="localhost", port=port).resolve(scope)


PING = """#!/bin/sh
printf '%s ' "$@" > "$(dirname "$0")/said"
echo "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=2.00 ms"
echo "64 bytes from 127.0.0.1: icmp_seq=3 ttl=64 time=4.00 ms"
exit 1
"""


def test_ping_reads_what_the_program_says(scope: Scope, tmp_path: Path) -> None:
    (tmp_path / "ping").write_text(PING)
    (tmp_path / "ping").chmod(0o755)
    here = replace(scope, env={**scope.env, "PATH": f"{tmp_path}:{scope.env['PATH']}"})
    found, note = drive(Ping(host="127.0.0.1", count=3), here)
    assert isinstance(found, Table)
    assert found.rows == ((1, "127.0.0.1", "icmp", 0.002), (3, "127.0.0.1", "icmp", 0.004))
    assert note == Note("127.0.0.1 answered 2 of 3, on average after 3 ms")
    assert (tmp_path / "said").read_text().split() == ["-n", "-c", "3", "127.0.0.1"]


def test_without_the_program_a_refused_connection_is_an_answer(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "find_program", lambda name, _: "")
    found, note = drive(Ping(host="127.0.0.1", count=2), scope)
    assert isinstance(found, Table)
    assert len(found.rows) == 2
    assert all(str(row[2]).startswith("tcp port") for row in found.rows)
    assert isinstance(note, Note)
    assert note.text.startswith("127.0.0.1 answered 2 of 2")


def test_a_host_that_does_not_answer_is_an_error(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(address: str, port: int) -> reaching.Knock:
        return reaching.Knock(port, "no answer", 0.0)

    monkeypatch.setattr(reaching, "find_program", lambda name, _: "")
    monkeypatch.setattr(reaching, "knock", silent)
    with pytest.raises(NlshError, match=r"127\.0\.0\.1 \(127\.0\.0\.1\) does not answer"):
        drive(Ping(host="127.0.0.1"), scope)


@pytest.mark.parametrize("make", [lambda: Ping(host="a.example"), lambda: Ports(host="a.example", port=(1,))])
def test_every_act_on_the_network_names_its_host(scope: Scope, make: Callable[[], Syscall]) -> None:
    facts = make().resolve(replace(scope, utterance="try a.example"))
    assert (facts.hosts, facts.sensitive) == (("a.example",), "")
    assert make().resolve(scope).sensitive == "you did not name the host a.example"
