"""Nobody orders while the worker is ending, and it does not end while somebody orders."""

import asyncio

import pytest

from echoes.takes.draining import Gate

pytestmark = pytest.mark.slow


async def test_closing_waits_for_those_who_have_passed() -> None:
    gate, order = Gate(), asyncio.Event()

    async def pass_it() -> None:
        async with gate.passed():
            await order.wait()

    passing = asyncio.create_task(pass_it())
    await asyncio.sleep(0)
    assert await asyncio.to_thread(gate.close, 0.05) is False
    closing = asyncio.create_task(asyncio.to_thread(gate.close, 20.0))
    order.set()
    assert await closing
    await passing


async def test_nobody_passes_when_it_is_closed_until_it_is_open() -> None:
    gate, passed = Gate(), asyncio.Event()

    async def pass_it() -> None:
        async with gate.passed():
            passed.set()

    assert gate.close(0.0)
    waiting, given_up = asyncio.create_task(pass_it()), asyncio.create_task(pass_it())
    await asyncio.sleep(0.01)
    given_up.cancel()
    await asyncio.wait({given_up})
    assert not passed.is_set()
    assert gate.close(0.0), "who did not pass is not waited for"
    gate.open()
    await waiting
    assert passed.is_set()
