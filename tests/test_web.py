"""Fetching from addresses that mean no good: bounded in time, never into the house."""

import socket
import threading
from contextlib import contextmanager

import pytest

from analysis.articles import web
from analysis.articles.web import LocalAddressError, check_address, fetch

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nIt paid."
PUBLIC = "93.184.216.34"


@contextmanager
def serving(*parts, drip=False):
    """A server on this machine that sends some bytes; in drips it never ends."""
    done, asked = threading.Event(), []

    def serve(listening):
        with listening.accept()[0] as connection:
            asked.append(connection.recv(4000))
            for part in parts:
                connection.sendall(part)
            if drip:
                done.wait(30)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/a.txt", asked
        done.set()


@pytest.fixture
def names(monkeypatch):
    """Hosts of one's own making: what each look-up of a name gives, in turn."""
    real, told = socket.getaddrinfo, {}

    def look_up(host, port, *args, **options):
        answers = told.get(host)
        address = answers.pop(0) if answers else host
        return real(address, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return told


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nA", PAGE[:-3]])
def test_a_server_that_drips_is_given_up(sent, monkeypatch):
    monkeypatch.setattr(web, "DEADLINE", 0.3)
    with (
        serving(sent, drip=True) as (url, _),
        pytest.raises(ValueError, match="did not answer .it took more than 0.3 s"),
    ):
        fetch(url, allow_local=True)


@pytest.mark.parametrize(
    "sent",
    [
        b"SSH-2.0-none\r\n\r\n",
        b"\x00" * 99,
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 99_999 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 No\r\nLocation: //\r\n\r\n",
        b"HTTP/1.1 302 No\r\nLocation: http://[::1\r\n\r\n",
    ],
)
def test_an_answer_that_is_none_is_named(sent, monkeypatch):
    monkeypatch.setattr(web, "DEADLINE", 2)  # nobody answers a second time
    with (
        serving(sent) as (url, _),
        pytest.raises(ValueError, match="did not answer|no web address"),
    ):
        fetch(url, allow_local=True)


def test_a_length_that_is_no_number_is_no_fault():
    head = PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: many\r\n\r\n")
    with serving(head) as (url, _), pytest.raises(ValueError):
        fetch(url.replace("http:", "https:"), allow_local=True)  # no TLS there
    with serving(head) as (url, _):
        assert fetch(url, allow_local=True).data == b"It paid."


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[64:ff9b::7f00:1]",  # NAT64
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",  # 6to4
        "[2001:0:7f00:1::1]",  # Teredo
        "[::127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[fec0::1]",
        "[fc00::1]",
        "[ff02::1]",
        "2130706433",
        "0x7f.1",
        "①②⑦.0.0.1",
        "100.64.0.1",
        "a@127.0.0.1",
    ],
)
def test_every_form_of_an_own_address_is_refused(host):
    with pytest.raises(LocalAddressError, match="own network"):
        check_address(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    ["http://[::1", "http://a.b:99999/", "http://a:b/", "http://a..b/", "http://"]
    + [f"http://{'a' * 300}.example/"],
)
def test_an_address_that_is_none_is_named(url):
    with pytest.raises(ValueError, match="no web address|no host"):
        fetch(url)


def test_a_name_that_turns_into_an_own_address_is_not_read(names):
    with serving(PAGE) as (url, asked):
        names["turns.example"] = [PUBLIC, "127.0.0.1"]
        with pytest.raises(LocalAddressError):
            fetch(url.replace("127.0.0.1", "turns.example"))
    assert not asked


def test_the_address_that_was_checked_is_the_one_connected_to(names, monkeypatch):
    names["turns.example"] = [PUBLIC, PUBLIC, "127.0.0.1"]
    tried = []

    def connect(address, timeout):
        tried.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(ValueError, match="no network here"):
        fetch("http://turns.example/a")
    assert tried == [(PUBLIC, 80)]


def test_a_redirect_into_the_own_network_is_refused(monkeypatch):
    real, first = web._is_public, [True, True]  # the look-up, and the connection
    monkeypatch.setattr(web, "_is_public", lambda a: first.pop() if first else real(a))
    with serving(PAGE) as (inner, asked):
        sent = f"HTTP/1.1 302 No\r\nLocation: {inner}\r\n\r\n".encode()
        with serving(sent) as (url, met), pytest.raises(LocalAddressError):
            fetch(url)
    assert met and not asked


def test_the_users_own_proxy_may_be_local(names, monkeypatch):
    names["paper.example"] = [PUBLIC, PUBLIC]
    with serving(PAGE) as (url, asked):
        monkeypatch.setenv("http_proxy", url.removesuffix("/a.txt"))
        monkeypatch.delenv("no_proxy", raising=False)
        assert fetch("http://paper.example/a").data == b"It paid."
    assert asked[0].startswith(b"GET http://paper.example/a")


def test_a_tunnel_through_the_users_own_proxy(names, monkeypatch):
    names["paper.example"] = [PUBLIC]
    with serving(b"HTTP/1.1 200 OK\r\n\r\n", b"no TLS") as (url, asked):
        monkeypatch.setenv("https_proxy", url.removesuffix("/a.txt"))
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(ValueError, match="did not answer .*SSL"):
            fetch("https://paper.example/a")
    assert asked[0].startswith(b"CONNECT paper.example:443")


def test_a_redirect_to_no_web_page_is_refused():
    sent = (
        b"HTTP/1.1 302 No\r\nLocation: ftp://127.0.0.1/a\r\nContent-Length: 0\r\n\r\n"
    )
    with serving(sent) as (url, _), pytest.raises(ValueError, match="must open with"):
        fetch(url, allow_local=True)
