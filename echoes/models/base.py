"""Base classes of tables: ids, timestamps, owners.

Ids are UUIDv7, times are UTC.
"""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel
from uuid6 import uuid7

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> UUID:
    """Time-ordered, and a plain UUID: drivers do not know the subclass that uuid6 returns."""
    return UUID(int=uuid7().int)


def new_code() -> str:
    """Short enough to say on the telephone, and without letters that look like others."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


def new_token() -> str:
    """Unguessable."""
    return secrets.token_urlsafe(24)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """SQLite forgets the time zone: what goes in is UTC, and comes back as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None and value.tzinfo is not None else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def stored(kind: type[StrEnum]) -> Any:
    """An enumeration as its plain value, without a database type that every new value would have to alter."""
    return sa.Enum(
        kind, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members]
    )


SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class Owned(Row):
    """Somebody's: a session of another user neither sees nor changes it."""

    owner_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", index=True)


class Kept(Row):
    """Somebody's in the same way, and kept without a name when that person is gone: books of account."""

    owner_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)
