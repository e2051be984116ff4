"""Cost of debits, and of reading a balance with a long history: on SQLite and PostgreSQL.

    python -m benchmarks.server.ledger [--debits 500] [--entries 100000]

Both write to the disk as in production. The floor of a debit is a bare conditional UPDATE in a transaction of
its own, which keeps no books; the floor of a balance is one row by its key, without a session.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import col, func, select

from echoes.credits import history, ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import CreditEntry, EntryKind, User, new_id, now
from tests.support.databases.postgres import cluster

ROOT = Path(__file__).parents[2]
DURABLE = "-c listen_addresses="
PLENTY = 1_000_000
WRITERS = 8


@contextmanager
def on_sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="echoes-ledger-") as folder:
        yield f"sqlite:///{folder}/echoes.db"


@contextmanager
def on_postgresql() -> Iterator[str]:
    with cluster(DURABLE) as url:
        yield url


def migrate(url: str) -> Database:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    return Database(url)


def join(database: Database) -> UUID:
    with database.unscoped() as session:
        user = User(issuer="benchmark", subject=str(new_id()), name="Benchmark")
        session.add(user)
        session.flush()
        ledger.give(session, user.id, Movement(EntryKind.GRANT, PLENTY, f"gift:{user.id}", "A gift"))
    return user.id


def debit(database: Database, user_id: UUID) -> None:
    take_id = new_id()
    with database.acting_as(user_id) as session:
        ledger.spend(
            session, user_id, Movement(EntryKind.GENERATION, 1, f"take:{take_id}", "A clip", take_id)
        )


def bare_update(database: Database, user_id: UUID) -> None:
    held = sa.update(User).where(col(User.id) == user_id, col(User.balance) >= 1)
    with database.engine.begin() as connection:
        connection.execute(held.values(balance=col(User.balance) - 1))


def per_second(work: Callable[[UUID], None], users: list[UUID], count: int) -> float:
    """One writer for each user."""
    began = time.perf_counter()

    def write(user: UUID) -> None:
        for _ in range(count // len(users)):
            work(user)

    with ThreadPoolExecutor(len(users)) as pool:
        list(pool.map(write, users))
    return count // len(users) * len(users) / (time.perf_counter() - began)


def milliseconds(look: Callable[[], object], times: int = 200) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        look()
        took.append(time.perf_counter() - began)
    return median(took) * 1000


def lengthen(database: Database, user_id: UUID, entries: int) -> None:
    """A long history of gifts and clips, which adds up to what was there before."""
    rows = [
        {
            "id": new_id(), "created_at": now(), "owner_id": user_id,
            "kind": EntryKind.GENERATION if even else EntryKind.GRANT,
            "reference": f"long:{number}", "amount": -1 if even else 1, "balance_after": PLENTY - even,
            "debt_after": 0, "note": "A clip",
        }
        for number in range(entries)
        for even in [number % 2 == 0]
    ]  # fmt: skip
    with database.engine.begin() as connection:
        connection.execute(sa.insert(CreditEntry), rows)


def debits(database: Database, count: int) -> None:
    one, several = [join(database)], [join(database) for _ in range(WRITERS)]
    for title, users in (("one writer", one), (f"{WRITERS} people at once", several)):
        ours = per_second(lambda user: debit(database, user), users, count)
        floor = per_second(lambda user: bare_update(database, user), users, count)
        print(f"  debits, {title:<18}{ours:9.0f} /s    bare UPDATE{floor:9.0f} /s    {ours / floor:5.0%}")


def looks(database: Database, entries: int) -> None:
    short, long = join(database), join(database)
    lengthen(database, long, entries)
    key = sa.text("SELECT balance FROM users WHERE id = :id")
    for title, user in (("1 entry", short), (f"{entries:,} entries", long)):
        with database.engine.connect() as connection, database.reading_as(user) as session:
            bound = {"id": user.hex if "sqlite" in database.url else user}
            balance = milliseconds(lambda: ledger.balance_of(session, user))  # noqa: B023
            floor = milliseconds(lambda: connection.scalar(key, bound))  # noqa: B023
            page = milliseconds(lambda: history.page_of(session), times=50)
            total = select(func.sum(CreditEntry.amount)).where(col(CreditEntry.owner_id) == user)
            counted = milliseconds(lambda: session.exec(total).one(), times=10)  # noqa: B023
        print(
            f"  balance, {title:<18}{balance:8.2f} ms    row by key {floor:6.2f} ms    newest page of the "
            f"statement {page:6.2f} ms    adding all up {counted:7.2f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--debits", type=int, default=500)
    parser.add_argument("--entries", type=int, default=100_000)
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors")
    for name, place in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        with place() as url:
            database = migrate(url)
            print(name)
            debits(database, asked.debits)
            looks(database, asked.entries)
            assert ledger_is_sound(database), "the books do not agree"
            database.dispose()


def ledger_is_sound(database: Database) -> bool:
    """But for those whose balance the floor took from without a word in the books."""
    with database.reading() as session:
        return all(difference.balance < difference.entries for difference in ledger.differences(session))


if __name__ == "__main__":
    main()
