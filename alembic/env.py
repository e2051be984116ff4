"""How migrations reach the database: the same URL and the same models as the app."""

from pathlib import Path
from typing import Literal

from sqlalchemy import create_engine, make_url
from sqlmodel import AutoString, SQLModel

from alembic import context
from echoes.models import UtcDateTime
from echoes.settings import load_settings


def database_url() -> str:
    """The URL that a caller set on the Alembic config (tests do), else the app's own."""
    return context.config.get_main_option("sqlalchemy.url") or load_settings().database_url


def prepared(url: str) -> str:
    """Name the PostgreSQL driver we install; make the folder of an SQLite file that is to be created."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    return url


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """On SQLite the job engine's tables lie in the same file; it migrates them itself."""
    return kind != "table" or name in SQLModel.metadata.tables


def plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration names database types only: it must run as it was written when our classes have changed."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def run_offline() -> None:
    """Print the SQL instead of running it (`alembic upgrade head --sql`)."""
    context.configure(url=prepared(database_url()), target_metadata=SQLModel.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    engine = create_engine(prepared(database_url()))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            include_name=is_ours,
            render_item=plainly,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
