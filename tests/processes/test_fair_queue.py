"""Whose piece of work begins next, when somebody leaves, and when something fails. No clock is asked."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoes.processes.fair_queue import MOST_WAITING, FairQueue, QueueFull

CHEAP, EXPENSIVE = 1.0, 10.0


class Work:
    """Pieces that begin when the queue lets them, and end when the test says so."""

    def __init__(self, places: int = 1) -> None:
        self.queue = FairQueue(places, heavy_from=EXPENSIVE)
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, *names: str, cost: float = CHEAP) -> None:
        """`anna 2` is a piece of anna's."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._piece(name, cost))
            await settled()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await self._tasks.pop(name)
            await settled()

    async def leave(self, *names: str) -> None:
        """As a client that is gone: at one moment, whoever is waiting."""
        tasks = [self._tasks.pop(name) for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await settled()

    async def end_all(self) -> list[str]:
        """One after the other, as they began; the order in which all began."""
        while self._tasks:
            await self.end(next(name for name in self.begun if name in self._tasks))
        return self.begun

    async def _piece(self, name: str, cost: float) -> None:
        async with self.queue.turn(name.split()[0], cost):
            self.begun.append(name)
            await self._ends[name].wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_people_take_turns() -> None:
    work = Work()
    await work.ask("anna 1", "anna 2", "anna 3", "ben 1", "ben 2", "cleo 1")
    assert await work.end_all() == ["anna 1", "ben 1", "cleo 1", "anna 2", "ben 2", "anna 3"]


async def test_many_of_one_delay_a_newcomer_by_no_more_than_what_runs() -> None:
    work = Work(places=2)
    await work.ask(*(f"anna {number}" for number in range(15)))
    await work.end("anna 0", "anna 1", "anna 2")
    assert work.begun == [f"anna {number}" for number in range(5)]
    await work.ask("ben 1")
    await work.end("anna 3")
    assert work.begun[5:] == ["ben 1"]


async def test_of_one_person_what_came_first_begins_first() -> None:
    work = Work()
    await work.ask("anna 3", "anna 1", "anna 2")
    assert await work.end_all() == ["anna 3", "anna 1", "anna 2"]


async def test_who_was_just_served_comes_after_who_was_not() -> None:
    work = Work()
    await work.ask("anna 1", "ben 1", "cleo 1")
    await work.end("anna 1")
    await work.ask("anna 2", "dora 1")
    assert await work.end_all() == ["anna 1", "ben 1", "cleo 1", "dora 1", "anna 2"]


async def test_what_was_served_while_nobody_waited_counts_against_nobody() -> None:
    work = Work()
    for number in range(5):
        await work.ask(f"anna {number}")
        await work.end(f"anna {number}")
    await work.ask("ben 1", "anna 5", "ben 2")
    assert (await work.end_all())[5:] == ["ben 1", "anna 5", "ben 2"]


async def test_who_sends_what_costs_more_waits_longer_for_the_next_turn() -> None:
    work = Work()
    await work.ask("anna 1", "anna 2", cost=3 * CHEAP)
    await work.ask("ben 1", "ben 2", "ben 3", "ben 4")
    assert await work.end_all() == ["anna 1", "ben 1", "ben 2", "ben 3", "anna 2", "ben 4"]


async def test_expensive_pieces_never_have_all_places() -> None:
    work = Work(places=2)
    await work.ask("anna 1", "anna 2", "ben 1", cost=EXPENSIVE)
    assert work.begun == ["anna 1"]
    await work.ask("cleo 1", "anna 3")
    assert work.begun == ["anna 1", "cleo 1"], "a stranger's small one does not wait"
    await work.end("cleo 1")
    assert work.begun[2:] == ["anna 3"], "nor a small one of the same person"
    await work.end("anna 1")
    assert work.begun[3:] == ["ben 1"], "expensive ones take turns as well"


async def test_where_there_is_one_place_expensive_pieces_get_it_too() -> None:
    work = Work()
    await work.ask("anna 1", "anna 2", cost=EXPENSIVE)
    assert await work.end_all() == ["anna 1", "anna 2"]


async def test_expensive_pieces_are_not_passed_for_ever() -> None:
    work = Work(places=2)
    await work.ask("anna 1", cost=EXPENSIVE)
    await work.ask("anna 2", cost=EXPENSIVE)
    await work.end("anna 1")
    await work.ask(*(f"ben {number}" for number in range(15)))
    await work.end("ben 0")
    assert "anna 2" in work.begun


async def test_who_leaves_the_line_frees_the_place() -> None:
    work = Work()
    await work.ask("anna 1", "ben 1", "cleo 1")
    await work.leave("ben 1")
    assert await work.end_all() == ["anna 1", "cleo 1"]


async def test_what_was_given_up_costs_no_turn() -> None:
    work = Work()
    await work.ask("dora 1", "anna 1", "anna 2", "anna 3", "ben 1", "ben 2")
    await work.leave("anna 1", "anna 2")
    assert await work.end_all() == ["dora 1", "anna 3", "ben 1", "ben 2"]


async def test_who_leaves_in_the_moment_of_the_turn_passes_it_on() -> None:
    work = Work()
    await work.ask("anna 1", "ben 1", "cleo 1")
    work._ends["anna 1"].set()
    await asyncio.sleep(0)
    await work.leave("ben 1")
    await settled()
    assert work.begun[-1] == "cleo 1"


async def test_all_may_leave_at_once() -> None:
    work = Work()
    await work.ask("anna 1", "anna 2", "ben 1", "ben 2")
    await work.leave("anna 1", "anna 2", "ben 1", "ben 2")
    await work.ask("cleo 1")
    assert work.begun == ["anna 1", "cleo 1"]


async def test_a_failure_frees_the_place() -> None:
    queue = FairQueue(1, EXPENSIVE)
    with pytest.raises(ZeroDivisionError):
        async with queue.turn("anna", CHEAP):
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        await queue.run("anna", CHEAP, lambda: 1 // 0)
    assert await queue.run("ben", CHEAP, lambda: "done") == "done"


async def test_a_thread_keeps_its_place_though_nobody_waits_for_it_any_more() -> None:
    work, may_end, began = Work(), threading.Event(), threading.Event()

    def piece() -> None:
        began.set()
        may_end.wait()

    task = asyncio.create_task(work.queue.run("anna", CHEAP, piece))
    await asyncio.to_thread(began.wait)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await work.ask("ben 1")
    assert work.begun == []
    may_end.set()
    await work.end("ben 1")
    assert work.begun == ["ben 1"]


async def test_nobody_may_fill_the_line() -> None:
    work = Work()
    await work.ask(*(f"anna {number}" for number in range(MOST_WAITING + 1)))
    with pytest.raises(QueueFull, match="other files ready"):
        async with work.queue.turn("anna", CHEAP):
            pass
    await work.ask("ben 1")
    await work.end("anna 0")
    assert work.begun == ["anna 0", "ben 1"]


PIECES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([CHEAP, 2.5, EXPENSIVE]), st.booleans()), max_size=20
)


@given(PIECES, st.integers(1, 3))
def test_all_that_stays_in_line_is_served_once(pieces: list[tuple[str, float, bool]], places: int) -> None:
    async def everybody() -> None:
        work, stay = Work(places), set[str]()
        for number, (person, cost, leaves) in enumerate(pieces):
            await work.ask(name := f"{person} {number}", cost=cost)
            if leaves:
                await work.leave(name)
            else:
                stay.add(name)
        begun = await work.end_all()
        assert len(begun) == len(set(begun))
        assert stay <= set(begun)
        assert (work.queue._waiting, work.queue._running, work.queue._finish_tags) == ([], [], {})

    asyncio.run(everybody())


async def test_everybodys_first_comes_before_anybodys_second() -> None:
    work = Work(places=2)
    people = [f"person{number}" for number in range(50)]
    await work.ask(*(f"{person} {number}" for person in people for number in range(2)))
    begun = await work.end_all()
    # The first one was alone when it came: its second piece found a free place.
    late = [name for name in begun[:51] if name.endswith("1")]
    assert late == ["person0 1"]
