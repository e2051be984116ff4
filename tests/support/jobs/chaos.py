"""Takes asked for, stopped and removed, while the provider fails and workers are killed and frozen at random.

Used by tests/takes/generation/test_chaos.py (short) and benchmarks/server/chaos.py (long). What must hold
afterwards stands in `verdict`.
"""

import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlmodel import col, func, select

from echoes import operator_settings
from echoes.clips import removal as clip_removal
from echoes.clips import service as clips
from echoes.credits import ledger
from echoes.database import Database
from echoes.dbos_adapter.tables import UNDER_WAY
from echoes.engine import housekeeping
from echoes.errors import EchoesError
from echoes.jobs.requests import client
from echoes.models import (
    UNFINISHED,
    CreditEntry,
    EntryKind,
    JobStatus,
    Project,
    Take,
    User,
    new_id,
)
from echoes.operator_settings import Moderation, Providers
from echoes.takes.motions import SURPRISE
from tests.support.jobs.engines import Worker
from tests.support.jobs.making import fund, named_files, scratch, stored_files, stored_photo
from tests.support.standins.runway import RunwayStandIn

PATIENCE = 3600.0
PRICE = 2


@dataclass
class Plan:
    seed: int
    users: int
    photos: int
    """Of each user."""
    workers: int = 3
    stops: float = 0.15
    """The share of takes that somebody stops."""
    removals: float = 0.05
    strokes: int = 12
    """Against workers, each when it is at work: one that is only just starting has nothing to lose."""
    calm: tuple[float, float] = (0.2, 2.0)
    """Seconds between two of them."""
    frozen: tuple[float, float] = (0.5, 5.0)


@dataclass
class Strokes:
    killed: int = 0
    frozen: int = 0
    stopped: int = 0
    removed: int = 0


@dataclass
class Campaign:
    database: Database
    standin: RunwayStandIn
    folder: Path
    plan: Plan
    dice: random.Random = field(init=False)
    strokes: Strokes = field(default_factory=Strokes)
    takes: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Takes that were asked for, and whose."""
    prices: dict[UUID, int] = field(default_factory=dict)
    seconds: float = 0.0
    _workers: list[Worker] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.plan.seed)

    def run(self) -> None:
        self._configure()
        began = time.monotonic()
        self._workers = [self._start_worker() for _ in range(self.plan.workers)]
        striker = threading.Thread(target=self._strike, name="chaos")
        striker.start()
        try:
            self._ask()
            self._disturb_people()
            self._wait(lambda: self._unfinished() <= self._last_part())
        finally:
            self._ended.set()
            striker.join()
        try:
            self._wait(lambda: self._unfinished() == 0 and not self._jobs_under_way())
        finally:
            for worker in self._workers:
                worker.process.send_signal(signal.SIGCONT)
                worker.end()
        self.seconds = time.monotonic() - began

    def verdict(self) -> list[str]:
        """What is wrong; nothing, if all held."""
        return [*self._wrong_takes(), *self._wrong_credits(), *self._paid_twice(), *self._wrong_files()]

    def figures(self) -> dict[str, object]:
        with self.database.reading() as session:
            statuses = Counter(session.exec(select(Take.status)))
            failed = select(Take.failure_kind).where(col(Take.failure_kind).is_not(None))
            kinds = Counter(session.exec(failed))
        orders = self.standin.memory.orders()
        return {
            "takes": len(self.takes), "users": self.plan.users, **vars(self.strokes),
            "statuses": dict(statuses), "failures": dict(kinds), "orders": len(orders),
            "answers lost by the stand-in": sum(not order["answered"] for order in orders),
            "seconds": round(self.seconds, 1),
        }  # fmt: skip

    def _configure(self) -> None:
        terms = Providers(
            active="runway",
            concurrency={"runway": 8},
            daily_limits={"runway": 1_000_000},
            prices={"runway": PRICE},
        )
        with self.database.unscoped() as session:
            operator_settings.write(session, terms, None)
            operator_settings.write(session, Moderation(refunds_per_day=1_000_000), None)

    def _ask(self) -> None:
        for number in range(self.plan.users):
            with self.database.unscoped() as session:
                user = User(issuer="local", subject=f"user-{number}", name=f"User {number}")
                session.add(user)
                session.flush()
                project = Project(owner_id=user.id, title="Chaos")
                session.add(project)
                session.flush()
                for seed in range(self.plan.photos):
                    stored_photo(session, project, self.folder, seed)
            fund(self.database, user.id, PRICE * self.plan.photos)
            with self.database.acting_as(user.id) as session:
                asked = clips.animate_all(session, project.id, SURPRISE)
            self.takes += [(take.id, user.id) for take in asked]
            self.prices |= {take.id: take.price for take in asked}

    def _disturb_people(self) -> None:
        """Some change their mind, at any moment."""
        for take_id, user_id in self.dice.sample(self.takes, len(self.takes)):
            drawn = self.dice.random()
            if drawn > self.plan.stops + self.plan.removals:
                continue
            time.sleep(self.dice.uniform(0.0, 1.0))
            try:
                with self.database.acting_as(user_id) as session:
                    take = session.get_one(Take, take_id)
                    if drawn < self.plan.stops:
                        clips.cancel(session, take_id)
                        self.strokes.stopped += 1
                    else:
                        clip_removal.remove(session, take.clip_id)
                        self.strokes.removed += 1
            except EchoesError:
                continue

    def _strike(self) -> None:
        for stroke in range(self.plan.strokes):
            if self._ended.wait(self.dice.uniform(*self.plan.calm)):
                return
            place = self.dice.randrange(len(self._workers))
            worker = self._workers[place]
            while not worker.is_at_work():
                if self._ended.wait(0.1):
                    return
            if stroke % 2 == 0:
                worker.kill()
                self.strokes.killed += 1
                self._workers[place] = self._start_worker()
            else:
                worker.process.send_signal(signal.SIGSTOP)
                self.strokes.frozen += 1
                self._ended.wait(self.dice.uniform(*self.plan.frozen))
                worker.process.send_signal(signal.SIGCONT)

    def _start_worker(self) -> Worker:
        return Worker(self.folder / f"worker-{new_id()}.log")

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"still under way: {self.figures()}, {self._jobs_under_way()}")
            housekeeping.fail_stale_jobs()
            time.sleep(0.5)

    def _last_part(self) -> int:
        """Peace returns before the end: else the last ones would be struck for ever."""
        return max(2, len(self.takes) // 10)

    def _unfinished(self) -> int:
        with self.database.reading() as session:
            return session.exec(select(func.count()).where(col(Take.status).in_(UNFINISHED))).one()

    def _jobs_under_way(self) -> list[str]:
        found = client(self.database).list_workflows(
            status=list(UNDER_WAY), load_input=False, load_output=False
        )
        return [job.workflow_id for job in found if "_take:" in job.workflow_id]

    def _wrong_takes(self) -> list[str]:
        with self.database.reading() as session:
            takes = session.exec(select(Take)).all()
        return [
            f"{take.id} is {take.status} ({take.failure_kind})"
            for take in takes
            if take.status in UNFINISHED or take.failure_kind == "asking"
        ]

    def _wrong_credits(self) -> list[str]:
        """Each user's balance is what was given, less what the takes cost that were made or charged for."""
        with self.database.reading() as session:
            wrong = [str(difference) for difference in ledger.differences(session)]
            rows = {take.id: take for take in session.exec(select(Take))}
            refunds = select(CreditEntry.subject_id).where(col(CreditEntry.kind) == EntryKind.REFUND)
            back = Counter(session.exec(refunds))
            balances = dict(session.exec(select(User.id, User.balance)).all())
        billed = {seed for seed, costs in self._costs().items() if _paid(costs)}
        spent: dict[UUID, int] = defaultdict(int)
        for take_id, user_id in self.takes:
            row, price = rows.get(take_id), self.prices[take_id]
            if row is not None and back[take_id] != _refunds_due(row):
                wrong.append(f"{take_id} ({row.status}, {row.failure_kind}) came back {back[take_id]} times")
            if not back[take_id] and _seed(take_id) not in billed:
                wrong.append(f"{take_id} was paid for, and nobody made it")
            if back[take_id] > 1:
                wrong.append(f"{take_id} came back {back[take_id]} times")
            spent[user_id] += price * (1 - back[take_id])
        given = PRICE * self.plan.photos
        return wrong + [
            f"{user_id} has {balances[user_id]} and should have {given - cost}"
            for user_id, cost in spent.items()
            if balances[user_id] != given - cost
        ]

    def _paid_twice(self) -> list[str]:
        """Orders of one take have its seed. A second one is right only after one that failed for nothing."""
        by_take = self._costs()
        wrong = [f"seed {seed} was paid {costs}" for seed, costs in by_take.items() if _paid(costs) > 1]
        known = {_seed(take_id) for take_id, _ in self.takes}
        return wrong + [f"an order of no take: {seed}" for seed in by_take.keys() - known]

    def _costs(self) -> dict[int | None, list[float]]:
        by_take: dict[int | None, list[float]] = defaultdict(list)
        for job in self.standin.memory.jobs.values():
            by_take[job.seed].append(self.standin._cost(job))
        return by_take

    def _wrong_files(self) -> list[str]:
        stored, named = stored_files(), named_files()
        return [
            *(f"stored, and named by no row: {key}" for key in stored - named),
            *(f"named, and not stored: {key}" for key in named - stored),
            *(f"left behind: {path}" for path in scratch()),
        ]


def _refunds_due(take: Take) -> int:
    if take.status == JobStatus.SUCCEEDED or take.failure_kind == "charged":
        return 0
    return 1


def _seed(take_id: UUID) -> int:
    return take_id.int % 2**32


def _paid(costs: list[float]) -> int:
    return sum(cost > 0 for cost in costs)
