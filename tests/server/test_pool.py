from __future__ import annotations

import asyncio
from threading import Event, get_ident

import pytest
from sevens import BYTES, problem, tiff
from starlette.requests import Request

from digitus.errors import CallRefused
from digitus.server.pool import Deadline, Pool

LONG = 60.0


def kind(error: BaseException) -> str:
    assert isinstance(error, CallRefused)
    return error.kind


def test_work_is_done_in_another_thread():
    async def work() -> int:
        return await Pool(1, 0, LONG).run(lambda _: get_ident())

    assert asyncio.run(work()) != get_ident()


def test_an_error_of_the_work_comes_back_and_gives_its_place_back():
    def fail(_: Deadline) -> None:
        raise CallRefused("no", "invalid")

    async def work() -> None:
        pool = Pool(1, 0, LONG)
        for _ in range(3):
            with pytest.raises(CallRefused, match="no"):
                await pool.run(fail)

    asyncio.run(work())


def test_a_full_queue_refuses_at_once_and_takes_again_later():
    async def work() -> None:
        pool, go_on = Pool(1, 1, LONG), Event()
        first = [asyncio.create_task(pool.run(lambda _: go_on.wait(LONG))) for _ in range(2)]
        await asyncio.sleep(0)
        assert pool.full
        with pytest.raises(CallRefused) as caught:
            await pool.run(lambda _: None)
        assert kind(caught.value) == "busy"
        go_on.set()
        assert await asyncio.gather(*first) == [True, True]
        assert await pool.run(lambda _: "again") == "again"

    asyncio.run(work())


def test_what_waits_too_long_is_never_begun_and_what_runs_keeps_its_place():
    begun = []

    async def work() -> None:
        pool, go_on = Pool(1, 5, 0.05), Event()
        running = asyncio.create_task(pool.run(lambda _: go_on.wait(LONG)))
        await asyncio.sleep(0)
        waiting = pool.run(lambda _: begun.append(True))
        for error in await asyncio.gather(running, waiting, return_exceptions=True):
            assert kind(error) == "too-slow"
        assert pool.taken == 1
        go_on.set()
        pool._executor.shutdown(wait=True)
        assert pool.taken == 0

    asyncio.run(work())
    assert begun == []


def test_a_closed_pool_takes_nothing():
    async def work() -> None:
        pool = Pool(1, 0, LONG)
        pool.close()
        with pytest.raises(CallRefused) as caught:
            await pool.run(lambda _: None)
        assert (kind(caught.value), pool.taken) == ("stopping", 0)

    asyncio.run(work())


def test_a_call_looks_at_its_deadline_between_pages(connect, reader):
    """The second page is read when the time is over, the third never."""
    seen = []

    class Slow:
        model = reader.model

        def read_many(self, pictures, **options):
            for reading in reader.read_many(pictures, **options):
                seen.append(reading.page)
                if len(seen) == 2:
                    over.wait(0.3)
                yield reading

    over = Event()
    client = connect(Slow(), call_seconds=0.25)
    response = client.post("/v1/read", content=tiff(9), headers=BYTES)
    problem(response, 504, "too-slow")
    client.app.state.service.pool._executor.shutdown(wait=True)
    assert seen == [1, 2]


def test_a_full_server_answers_503_and_is_not_ready(connect):
    client = connect()
    assert client.get("/readyz").json() == {"status": "ok"}
    client.app.state.service.pool.taken = 10_000
    response = client.post("/v1/read", content=b"x", headers=BYTES)
    problem(response, 503, "busy")
    assert response.headers["retry-after"] == "1"
    problem(client.get("/readyz"), 503, "busy")
    assert client.get("/healthz").status_code == 200


def test_a_server_whose_threads_are_all_late_is_not_ready(connect):
    client = connect(threads=2, call_seconds=0.05)
    pool, go_on = client.app.state.service.pool, Event()

    async def hang(times: int) -> None:
        work = [pool.run(lambda _: go_on.wait(LONG)) for _ in range(times)]
        await asyncio.gather(*work, return_exceptions=True)

    try:
        asyncio.run(hang(1))
        assert client.get("/readyz").status_code == 200
        asyncio.run(hang(1))
        problem(client.get("/readyz"), 503, "busy")
    finally:
        go_on.set()
    pool._executor.shutdown(wait=True)
    assert client.get("/readyz").status_code == 200


def test_a_client_that_has_gone_gives_its_place_in_the_queue_back(connect):
    service = connect(threads=1).app.state.service
    begun, go_on = [], Event()

    async def work() -> None:
        left = asyncio.Event()

        async def receive():
            await left.wait()
            return {"type": "http.disconnect"}

        running = asyncio.create_task(service.pool.run(lambda _: go_on.wait(LONG)))
        call = Request({"type": "http", "headers": []}, receive)
        waiting = asyncio.create_task(service.work(call, lambda _: begun.append(True)))
        while service.pool.taken < 2:
            await asyncio.sleep(0)
        left.set()
        with pytest.raises(CallRefused, match="gone"):
            await waiting
        while service.pool.taken > 1:
            await asyncio.sleep(0)
        go_on.set()
        await running

    asyncio.run(asyncio.wait_for(work(), LONG))
    assert begun == []
