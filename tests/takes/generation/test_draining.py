"""Draining of in-flight submissions: a worker that ends submits nothing, and waits for what is under way."""

import asyncio

import pytest

from echoes.takes.generation.draining import InFlightSubmissions

pytestmark = pytest.mark.slow


async def test_closing_waits_for_those_who_have_passed() -> None:
    gate, order = InFlightSubmissions(), asyncio.Event()

    async def pass_it() -> None:
        async with gate.track():
            await order.wait()

    passing = asyncio.create_task(pass_it())
    await asyncio.sleep(0)
    assert await asyncio.to_thread(gate.drain, 0.05) is False
    closing = asyncio.create_task(asyncio.to_thread(gate.drain, 20.0))
    order.set()
    assert await closing
    await passing


async def test_nobody_passes_when_it_is_closed_until_it_is_open() -> None:
    gate, passed = InFlightSubmissions(), asyncio.Event()

    async def pass_it() -> None:
        async with gate.track():
            passed.set()

    assert gate.drain(0.0)
    waiting, given_up = asyncio.create_task(pass_it()), asyncio.create_task(pass_it())
    await asyncio.sleep(0.01)
    given_up.cancel()
    await asyncio.wait({given_up})
    assert not passed.is_set()
    assert gate.drain(0.0), "who did not pass is not waited for"
    gate.reopen()
    await waiting
    assert passed.is_set()
