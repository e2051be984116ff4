"""Bulk insert of the synthetic data into a database."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import sqlalchemy as sa
from psycopg.types.json import Json
from sqlmodel import SQLModel

from benchmarks.support.synthetic_data import (
    Crowd,
    Values,
    audit_entries_of,
    clips_of,
    costs_of,
    entries_of,
    events_of,
    ids_of,
    orders_of,
    photos_of,
    projects_of,
    sessions_of,
    settings_of,
    takes_of,
    tracks_of,
    users_of,
    videos_of,
)
from echoes.database import Database
from echoes.models import (
    AuditEntry,
    AuthSession,
    Clip,
    CreditEntry,
    JobEvent,
    MusicTrack,
    Order,
    Photo,
    Project,
    ProviderCost,
    Setting,
    Take,
    User,
    Video,
)

CHUNK = 10_000


def populate(database: Database, crowd: Crowd) -> None:
    """People first, for all refers to them; their balances last, when the entries are known."""
    fill(database, User, users_of(crowd))
    fill(database, AuthSession, sessions_of(crowd))
    fill(database, Project, projects_of(crowd))
    clips = ids_of(crowd, crowd.users * 2)
    fill(database, Photo, photos_of(crowd, clips))
    fill(database, Clip, clips_of(crowd, clips))
    takes = ids_of(crowd, crowd.takes)
    fill(database, Take, takes_of(crowd, clips, takes))
    fill(database, ProviderCost, costs_of(crowd, takes))
    fill(database, JobEvent, events_of(crowd, takes))
    fill(database, Video, videos_of(crowd))
    fill(database, Order, orders_of(crowd))
    fill(database, CreditEntry, entries_of(crowd, takes))
    fill(database, AuditEntry, audit_entries_of(crowd))
    fill(database, Setting, settings_of(crowd))
    fill(database, MusicTrack, tracks_of(crowd))
    _settle_balances(database, crowd)
    _look_after_tables(database)


def fill(database: Database, table: type[SQLModel], rows: Iterable[Values]) -> None:
    write = _copy if database.engine.dialect.name == "postgresql" else _insert
    left = iter(rows)
    with database.engine.begin() as connection:
        while chunk := list(islice(left, CHUNK)):
            write(connection, table, chunk)


def _insert(connection: sa.Connection, table: type[SQLModel], rows: list[Values]) -> None:
    connection.execute(sa.insert(table), rows)


def _copy(connection: sa.Connection, table: type[SQLModel], rows: list[Values]) -> None:
    columns = SQLModel.metadata.tables[str(table.__tablename__)].c
    kept = [column.name for column in columns]
    names = ", ".join(f'"{name}"' for name in kept)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.__tablename__}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([Json(row[c]) if isinstance(row[c], (dict, list)) else row[c] for c in kept])


def _settle_balances(database: Database, crowd: Crowd) -> None:
    known = sa.update(User).where(sa.column("id", User.__table__.c.id.type) == sa.bindparam("person"))  # type: ignore[attr-defined]
    rows = [
        {"person": person, "held": held} for person, held in zip(crowd.people, crowd.balances, strict=True)
    ]
    with database.engine.begin() as connection:
        connection.execute(known.values(balance=sa.bindparam("held")), rows)


def _look_after_tables(database: Database) -> None:
    """What PostgreSQL does by itself within a minute, and SQLite never."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
