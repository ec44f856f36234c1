from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest
from sevens import SEVEN

from digitus.server.connection import _without_offers
from digitus.server.run import _listen
from real_server import PATIENCE, SERVE, answer, everything, serving

pytestmark = pytest.mark.usefixtures("reader")  # without a model nothing can be served

# The same waits as always, but short.
HASTY = f"""
from digitus.server import connection
connection.HEAD_SECONDS = connection.GRACE_SECONDS = connection.STALL_SECONDS = 0.3
connection.TICK_SECONDS = 0.05
{SERVE}
"""
# Tells of every file that is opened for writing.
WATCHED = f"""
import os, sys
def hook(event, arguments):
    if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        print("WRITES", arguments[0], file=sys.stderr)
    if event in ("tempfile.mkstemp", "tempfile.mkdtemp", "os.mkdir"):
        print("WRITES", arguments, file=sys.stderr)
def watch(*arguments, write=sys.stderr.write):
    sys.addaudithook(hook)
import digitus.server.run as run
sys.dont_write_bytecode = True
before = run._url
run._url = lambda listener: (watch(), before(listener))[1]
{SERVE}
"""


def head(length: int, kind: str = "image/png", more: str = "") -> bytes:
    return (
        f"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\n{more}\r\n"
    ).encode()


def status(content: bytes) -> int:
    return int(content.split()[1])


def test_sigterm_finishes_what_is_under_way():
    with serving() as server, server.connect() as connection, server.connect() as idle:
        idle.sendall(head(len(SEVEN)) + SEVEN)
        assert status(answer(idle)) == 200
        connection.sendall(head(len(SEVEN), more="Expect: 100-continue\r\n"))
        assert status(connection.recv(1 << 10)) == 100  # the server waits for the body now
        server.process.terminate()
        assert everything(idle) == b""  # it has begun to stop: it closes what is idle
        connection.sendall(SEVEN)
        answered = everything(connection)
        assert status(answered) == 200
        assert b'"text": "7"' in answered
        assert server.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_regular_end_even_right_after_the_announcement(number):
    with serving() as server:
        server.process.send_signal(number)
        _, errors = server.process.communicate(timeout=PATIENCE)
        assert (server.process.returncode, errors) == (0, "")


def test_two_hundred_slow_clients_do_not_stop_the_others(server):
    with ExitStack() as slow:
        for place in range(200):
            connection = slow.enter_context(server.connect())
            connection.sendall(head(1_000_000)[: None if place % 2 else 30] + b"x" * (place % 2))
        with server.connect() as connection:
            for _ in range(5):
                connection.sendall(head(len(SEVEN)) + SEVEN)
                assert status(answer(connection)) == 200


def test_slow_clients_are_cut_off():
    with serving("--upload-timeout", "0.3", program=HASTY) as server:
        for sent in (b"", b"POST /v1/re", head(9)[:-2]):
            with server.connect() as connection:
                connection.sendall(sent)
                cut = everything(connection)
                assert status(cut) == 408
                assert b"/docs#slow-upload" in cut
        with server.connect() as connection:
            connection.sendall(head(9) + b"x")
            cut = everything(connection)
            assert status(cut) == 408
            assert b"application/problem+json" in cut
            assert b"within 0.3 s" in cut


def test_a_client_that_does_not_fetch_its_answers_is_cut_off():
    with serving(program=HASTY) as server, server.connect() as connection:
        # Far more than the buffers between the two hold.
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2000)
        poll = select.poll()
        poll.register(connection, 0)  # tells of a connection that was cut, and of nothing else
        assert poll.poll(PATIENCE * 1000 // 4)


def test_many_calls_at_once_on_one_connection_are_answered_one_by_one(server):
    """Pipelining: half of a call's headers may come with many whole calls before it."""
    call = head(len(SEVEN)) + SEVEN
    with server.connect() as connection:
        connection.sendall(call * 200 + call[:20])
        connection.sendall(call[20:])
        found, statuses = b"", 0
        while statuses < 201:
            piece = connection.recv(1 << 16)
            assert piece
            found += piece
            statuses = found.count(b"HTTP/1.1 200 OK")


def test_a_refused_upload_is_answered_though_it_goes_on(server):
    """The client sees why, instead of a broken connection."""
    with server.connect() as connection:
        body = b"x" * 3_000_000
        connection.sendall(head(30_000_000) + body)
        assert status(answer(connection)) == 413


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"POST /v1/read HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /v1/read HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"x" * 200_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 50_000, 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nA: " + b"x" * 5_000_000, 431),
    ],
)
def test_what_is_no_http_is_a_problem(server, sent, wanted):
    with server.connect() as connection:
        connection.sendall(sent)
        answered = everything(connection)
        assert status(answered) == wanted
        assert b"application/problem+json" in answered


def chunked(*pieces: bytes, then: bytes = b"") -> bytes:
    """A call whose body comes in chunks, and what comes behind the last one."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return (
        b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n" + then
    )


def test_headers_behind_the_body_change_nothing(server):
    with server.connect() as connection:
        # Far more between the pieces than headers may have.
        connection.sendall(chunked(SEVEN, *[b"x"] * 40_000, then=b"Content-Type: a/b\r\n\r\n"))
        assert b'"text": "7"' in answer(connection)


@pytest.mark.parametrize("sent", [b"A: " + b"x" * 30_000_000, b"A: b\r\n" * 5_000_000])
def test_endless_headers_behind_the_body_end_the_connection(server, sent):
    with server.connect() as connection:
        connection.settimeout(PATIENCE / 4)  # at once, not when the upload takes too long
        connection.sendall(chunked(SEVEN, then=sent))
        assert status(everything(connection)) == 431


def test_one_connection_too_many_is_told():
    limited = f"""
from dataclasses import replace
from digitus.server import run
before = run.connections
run.connections = lambda settings: before(replace(settings, max_connections=2))
{SERVE}
"""
    with serving(program=limited) as server, server.connect() as one, server.connect() as two:
        for connection in (one, two):
            connection.sendall(head(len(SEVEN)) + SEVEN)
            assert status(answer(connection)) == 200
        with server.connect() as third:
            assert status(everything(third)) == 503
        one.sendall(head(len(SEVEN)) + SEVEN)
        assert status(answer(one)) == 200


def test_nothing_that_is_sent_is_logged_or_written_to_disk():
    secret = b"Grandmother"
    large = SEVEN + secret * 500_000
    form = (
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="Grandmother.png"\r\n\r\n'
        + large
        + b"\r\n--XX--\r\n"
    )
    with serving(program=WATCHED) as server:
        for content in (
            head(len(form), "multipart/form-data; boundary=XX") + form,
            head(len(large)) + large,
            head(len(secret)) + secret,
            head(len(secret), "application/json") + secret,
            b"GET /Grandmother?Grandmother HTTP/1.1\r\nHost: Grandmother\r\n\r\n",
        ):
            with server.connect() as connection:
                connection.sendall(content)
                answer(connection)
        for nonsense in (secret + b"\r\n\r\n", b"GET / HTTP/1.1\r\nUpgrade: Grandmother\r\n"
                         b"Connection: upgrade\r\nHost: localhost\r\n\r\n"):  # fmt: skip
            with server.connect() as connection:
                connection.sendall(nonsense)
                connection.recv(1 << 10)
        assert server.said() == ""


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_confirmed():
    with ExitStack() as opened:
        listener = opened.enter_context(_listen("127.0.0.1", 0))
        opened.enter_context(socket.create_connection(listener.getsockname()))
        connection = opened.enter_context(listener.accept()[0])
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_a_sentence(server):
    command = [sys.executable, "-c", SERVE, "serve", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"digitus: cannot listen on 127.0.0.1, port {server.port}: ")
    assert done.stderr.count("\n") == 1


def test_pixels_are_limited():
    with serving("--max-megapixels", "0.003") as server, server.connect() as connection:
        connection.sendall(head(len(SEVEN)) + SEVEN)
        answered = answer(connection)
        assert status(answered) == 413
        assert b"56 x 56 pixels" in answered


@pytest.mark.parametrize("offered", ["h2c", "websocket"])
def test_an_offer_of_another_protocol_is_declined_and_the_call_answered(server, offered):
    """As curl --http2 and Java's HttpClient make it."""
    offer = f"Connection: Upgrade, HTTP2-Settings\r\nUPGRADE: {offered}\r\nHTTP2-Settings: AAMA\r\n"
    with server.connect() as connection:
        for _ in range(2):
            connection.sendall(head(len(SEVEN), more=offer))
            connection.sendall(SEVEN)
            assert b'"text": "7"' in answer(connection)


def test_a_body_that_speaks_of_upgrades_arrives_as_it_is():
    call = head(9, more="upgrade : h2c\r\n")
    body = b"\r\nUpgrade: h2c\r\n\r\n"
    assert _without_offers(call + body) == call.replace(b"upgrade", b"Ignored") + body


def test_a_broken_chunk_is_told(server):
    with server.connect() as connection:
        connection.sendall(chunked(SEVEN).removesuffix(b"0\r\n") + b"no number\r\n")
        answered = everything(connection)
        assert status(answered) == 400
        assert b"/docs#malformed" in answered


def test_a_thread_that_hangs_does_not_keep_the_server_from_ending():
    hanging = f"""
import threading
from digitus.server import run, service
run.GRACE_SECONDS = 0
service.Service.read = lambda *_: threading.Event().wait()
{SERVE}
"""
    with serving("--timeout", "1", program=hanging) as server, server.connect() as connection:
        connection.sendall(head(len(SEVEN)) + SEVEN)
        assert status(answer(connection)) == 504
        server.process.terminate()
        assert server.process.wait(PATIENCE / 4) == 0
