"""Which stored files the rows of a database name."""

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


def named_files(session: Session) -> set[str]:
    """Every column that holds a key is called so: a new table is not forgotten here."""
    keys = [
        column
        for table in SQLModel.metadata.tables.values()
        for column in table.c
        if column.key[-4:] == "_key"
    ]
    return {key for column in keys for key in session.scalars(sa.select(column)) if key}
