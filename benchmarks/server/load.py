"""Load test: open tabs, and people at work.

    python -m benchmarks.server.load [--minutes 10] [--only single | several]

1. Open tabs, some of which tap: how long an event takes, and beside it on a blank Reflex app
   (benchmarks/support/blank_app.py) with as many tabs, processes and taps, its states kept in the same
   kind of place. The two take turns of ten seconds, so that what else the machine does meets both, and
   both have all their tabs open all the time.
2. People who upload, animate and compile for minutes (benchmarks/support/people.py): errors, how much
   each got, how long events took, and whether memory grew.

For one process with SQLite, and for two web and two worker processes with PostgreSQL, Redis and an
S3-compatible store. Needs the built front end. Ends with 1 if there was any error.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from benchmarks.server.upload_turns import photograph
from benchmarks.support.blank_app import Blank, blank_server
from benchmarks.support.fleet import Fleet, fleet
from benchmarks.support.people import CHANGES, TAPS, Person, Tap, all_at_work
from benchmarks.support.tabs import Tab, sign_in, watching_films

TURN_SECONDS = 10.0
AT_ONCE = 10
MINUTE = 60.0
LATE = 10
FLAT = 1.1
"""How much larger lasting processes may be at the end than after the first minute."""
FLEETS = {"single": (1, 0), "several": (2, 2)}


def main() -> int:
    options = _options()
    are_fine = [measure(name, *FLEETS[name], options) for name in FLEETS if options.only in {None, name}]
    return 0 if all(are_fine) else 1


def measure(name: str, webs: int, workers: int, options: argparse.Namespace) -> bool:
    with (
        tempfile.TemporaryDirectory(prefix="load-") as folder,
        fleet(Path(folder) / name, webs, workers, {"ECHOES_CLIP_SECONDS": "1.0"}) as echoes,
    ):
        print(f"{echoes.name}", flush=True)
        if options.turns:
            with ExitStack() as stack:
                redis = echoes.settings.get("ECHOES_REDIS_URL", "")
                blanks = [stack.enter_context(blank_server(redis)) for _ in range(webs)]
                asyncio.run(compare(echoes, blanks, options))
        errors = work(echoes, options) if options.minutes else []
        errors += echoes.complaints()
        print(f"  errors: {len(errors)}", *errors[:20], sep="\n    ", flush=True)
        return not errors


async def compare(echoes: Fleet, blanks: list[Blank], options: argparse.Namespace) -> None:
    """A ratio of each pair of turns too: how far they differ says how steady the machine was."""
    async with AsyncExitStack() as stack:
        place = asyncio.Semaphore(AT_ONCE)
        cookies = [await asyncio.to_thread(sign_in, web.address) for web in echoes.webs]

        async def ours(number: int) -> Tab:
            address = echoes.webs[number % len(echoes.webs)].address
            async with place:
                return await stack.enter_async_context(watching_films(address, cookies[0]))

        async def theirs(number: int) -> Tab:
            async with place:
                return await stack.enter_async_context(Tab.open(blanks[number % len(blanks)].address))

        our_tabs = await asyncio.gather(*(ours(number) for number in range(options.tabs)))
        blank_tabs = await asyncio.gather(*(theirs(number) for number in range(options.tabs)))
        increment = f"{blanks[0].counter}.increment"
        of_ours, of_blank = [], []
        for _ in range(options.turns):
            of_blank.append(await turn(blank_tabs[: options.busy], [(increment, {})], "count"))
            of_ours.append(await turn(our_tabs[: options.busy], TAPS, CHANGES))
        show_events(f"{options.tabs} tabs, {options.busy} tap once a second: blank app", of_blank)
        show_events(f"{options.tabs} tabs, {options.busy} tap once a second: Echoes", of_ours)
        ratio = percentile([*chain(*of_ours)], 95) / percentile([*chain(*of_blank)], 95)
        pairs = [percentile(a, 95) / percentile(b, 95) for a, b in zip(of_ours, of_blank, strict=True)]
        print(
            f"  p95 of Echoes is {ratio:.2f} x that of the blank app; by pairs of turns "
            f"{min(pairs):.2f} to {max(pairs):.2f}, median {statistics.median(pairs):.2f}",
            flush=True,
        )


async def turn(tabs: list[Tab], handlers: Sequence[Tap], changes: str) -> list[float]:
    """Each taps once a second, at a moment of its own."""
    taps: list[float] = []

    async def tap(tab: Tab) -> None:
        await asyncio.sleep(random.random())
        until = time.monotonic() + TURN_SECONDS
        while time.monotonic() < until:
            for handler, payload in handlers:
                began = time.monotonic()
                taps.append(await tab.tap(handler, changes, payload))
                await asyncio.sleep(max(0.0, began + 1.0 - time.monotonic()))

    await asyncio.gather(*map(tap, tabs))
    return taps


def work(echoes: Fleet, options: argparse.Namespace) -> list[str]:
    photo, until = photograph(), time.monotonic() + options.minutes * MINUTE
    addresses = [web.address for web in echoes.webs]
    people = [
        Person(addresses[number % len(addresses)], number, photo, until) for number in range(options.people)
    ]
    with watched(echoes) as memory, progress(people):
        asyncio.run(all_at_work(people))
    print(f"  {options.people} people at work for {options.minutes:g} minutes")
    for what in ("photos", "takes", "films"):
        got = sorted(getattr(person, what) for person in people)
        print(f"    {what}: {sum(got)}; each got {got[0]} to {got[-1]}, median {statistics.median(got):g}")
    for what in ("photo", "clip", "film"):
        waits = [wait for person in people for wait in person.waits.get(what, [])]
        if waits:
            print(
                f"    wait for a {what}: p50 {percentile(waits, 50):.1f} s, p95 {percentile(waits, 95):.1f} s"
            )
    print(f"    {_starving(people)}")
    show_events("  events meanwhile", [person.taps for person in people])
    memory.show()
    print(f"    load average {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")
    return [error for person in people for error in person.errors]


def _starving(people: list[Person]) -> str:
    """Somebody starves who waited for a clip ten times as long as half of the others did, or got none."""
    waits = {
        person.number: max(person.waits["clip"]) if person.waits.get("clip") else None for person in people
    }
    without = sorted(number for number, wait in waits.items() if wait is None)
    usual = statistics.median([wait for wait in waits.values() if wait is not None] or [0.0])
    late = sorted(number for number, wait in waits.items() if wait is not None and wait > LATE * usual)
    if not without and not late:
        return f"nobody starves: each got a clip, and nobody waited {LATE} x the median of {usual:.1f} s"
    return f"WITHOUT A CLIP {without}, {LATE} x AS LATE AS OTHERS {late}, of {len(people)}"


@dataclass
class Memory:
    """Of all processes of the fleet, by the second."""

    samples: list[tuple[float, float, float]] = field(default_factory=list)

    def show(self) -> None:
        """By the minute, so that what fills up once is told from what leaks."""
        last = self.samples[-1][0]
        minutes = [MINUTE * number for number in range(1, int(last // MINUTE) + 1)]
        lasting, everything = zip(*(self._around(moment) for moment in minutes or [last]), strict=True)
        for name, column in (("lasting processes", lasting), ("with children", everything)):
            print(f"    memory by the minute, {name}, MB: {' '.join(f'{size:.0f}' for size in column)}")
        growth = lasting[-1] / lasting[0]
        print(f"    memory {'is flat' if growth <= FLAT else 'GREW'}: {growth:.2f} x that of the first")

    def _around(self, moment: float) -> tuple[float, float]:
        """Medians over the twenty seconds before: children come and go."""
        near = [sample for sample in self.samples if moment - 20 <= sample[0] <= moment + 1]
        return statistics.median(size for _, size, _ in near), statistics.median(size for *_, size in near)


@contextmanager
def watched(echoes: Fleet) -> Iterator[Memory]:
    memory, ended, began = Memory(), threading.Event(), time.monotonic()

    def watch() -> None:
        while not ended.wait(1.0):
            memory.samples.append((time.monotonic() - began, *echoes.resident()))

    watcher = threading.Thread(target=watch, name="memory")
    watcher.start()
    try:
        yield memory
    finally:
        ended.set()
        watcher.join()


@contextmanager
def progress(people: list[Person]) -> Iterator[None]:
    """A line each minute."""
    ended, began = threading.Event(), time.monotonic()

    def say() -> None:
        while not ended.wait(MINUTE):
            got = {
                what: sum(getattr(person, what) for person in people) for what in ("photos", "takes", "films")
            }
            errors = sum(len(person.errors) for person in people)
            minute = round((time.monotonic() - began) / MINUTE)
            print(f"    minute {minute}: {got}, {errors} errors", flush=True)

    speaker = threading.Thread(target=say, name="progress")
    speaker.start()
    try:
        yield
    finally:
        ended.set()
        speaker.join()


def show_events(name: str, turns: list[list[float]]) -> None:
    taps = [1000 * seconds for taps in turns for seconds in taps]
    if not taps:
        print(f"  {name}: none")
        return
    figures = "   ".join(f"p{part} {percentile(taps, part):7.1f} ms" for part in (50, 95, 99))
    print(f"  {name:58} {len(taps):5} events   {figures}", flush=True)


def percentile(values: list[float], part: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="of people at work; 0: none")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--tabs", type=int, default=200)
    parser.add_argument("--busy", type=int, default=40, help="tabs that tap")
    parser.add_argument("--turns", type=int, default=6, help="of ten seconds, for each of the two; 0: none")
    parser.add_argument("--only", choices=FLEETS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
