"""Which stored files the rows of a database name."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

OF_NO_FILE = {"public_key"}
"""A passkey's is called as WebAuthn calls it."""


def key_columns() -> Iterator["sa.Column[Any]"]:
    """Columns that hold a storage key. All are called so: a new table is not forgotten here."""
    for table in SQLModel.metadata.tables.values():
        for column in table.c:
            if column.key.endswith("_key") and column.key not in OF_NO_FILE:
                yield column


def named_files(session: Session) -> set[str]:
    return {key for column in key_columns() for key in session.scalars(sa.select(column)) if key}
