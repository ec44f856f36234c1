from __future__ import annotations

import asyncio
import tracemalloc

import pytest
from sevens import PNG, SEVEN, problem, texts
from starlette.requests import Request

from digitus.errors import CallRefused
from digitus.server.bodies import Bodies
from digitus.server.settings import Settings


def request(*pieces: bytes, then: str = "http.request", **headers: str) -> Request:
    """A call whose body comes in pieces; ``then`` ends it, or ``wait`` lets it hang."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    left = iter(pieces)

    async def receive():
        piece = next(left, None)
        if piece is not None:
            return {"type": "http.request", "body": piece, "more_body": True}
        if then == "wait":
            await asyncio.Event().wait()
        return {"type": then, "body": b"", "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


def taken(bodies: Bodies, call: Request) -> bytes:
    async def take() -> bytes:
        async with bodies.whole(call) as body:
            assert bodies.held == len(body)
            return body

    try:
        return asyncio.run(take())
    finally:
        assert bodies.held == 0


def refusal(bodies: Bodies, call: Request) -> str:
    with pytest.raises(CallRefused) as caught:
        taken(bodies, call)
    return caught.value.kind


def test_a_body_is_put_together_and_let_go():
    assert taken(Bodies(Settings()), request(b"ab", b"", b"c")) == b"abc"


def test_a_body_is_held_once():
    async def take() -> int:
        pieces = (bytes(100_000) for _ in range(50))
        async with Bodies(Settings()).whole(request(*pieces)) as body:
            assert len(body) == 5_000_000
            return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        assert asyncio.run(take()) < 6_000_000
    finally:
        tracemalloc.stop()


def test_a_body_is_given_up_where_it_is_too_large():
    bodies = Bodies(Settings(max_bytes=4))
    assert taken(bodies, request(b"abcd")) == b"abcd"
    assert refusal(bodies, request(b"ab", b"cd", b"e", then="wait")) == "too-large"
    # Nothing of it is waited for where its length is told.
    assert refusal(bodies, request(then="wait", content_length="5")) == "too-large"


def test_a_body_that_does_not_come_is_given_up():
    assert (
        refusal(Bodies(Settings(upload_seconds=0.05)), request(b"ab", then="wait")) == "slow-upload"
    )


def test_a_body_that_is_broken_off_is_given_up():
    assert refusal(Bodies(Settings()), request(b"ab", then="http.disconnect")) == "malformed"


def test_a_compressed_body_is_not_taken():
    assert (
        refusal(Bodies(Settings()), request(then="wait", content_encoding="gzip")) == "wrong-type"
    )


def test_all_bodies_together_are_limited():
    bodies = Bodies(Settings(max_bytes=10))
    bodies.held = 16 * 10 - 3

    async def take() -> None:
        async with bodies.whole(request(b"abc")) as body:
            assert body == b"abc"
        async with bodies.whole(request(b"abcd")):
            pass

    with pytest.raises(CallRefused) as caught:
        asyncio.run(take())
    assert caught.value.kind == "busy"
    assert bodies.held == 16 * 10 - 3


def test_the_limit_holds_for_calls(connect):
    client = connect(max_bytes=len(SEVEN))
    assert texts(client.post("/v1/read", content=SEVEN, headers=PNG)) == [["7"]]
    response = client.post("/v1/read", content=SEVEN + b"x", headers=PNG)
    assert "MB" in problem(response, 413, "too-large")["detail"]
    response = client.post("/v1/classify", content=iter([SEVEN, b"x"]), headers=PNG)
    problem(response, 413, "too-large")


def test_small_bodies_are_taken_where_large_ones_use_up_the_memory():
    bodies = Bodies(Settings(max_bytes=100))
    bodies.held = 16 * 100

    async def take() -> None:
        async with bodies.whole(request(b"abcde")) as body:
            assert body == b"abcde"
        with pytest.raises(CallRefused):
            async with bodies.whole(request(b"abcdef")):
                pass
        bodies.held += 2 * 100
        with pytest.raises(CallRefused):
            async with bodies.whole(request(b"a")):
                pass

    asyncio.run(take())
