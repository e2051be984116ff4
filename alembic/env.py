"""How migrations reach the database: by the app's own URL, engine and models."""

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlmodel import SQLModel

import echoes.models  # noqa: F401 -- fills SQLModel.metadata
from echoes.database.engine import make_engine
from echoes.database.migrations import REVISIONS, record_revisions
from echoes.database.row_security import make_login
from echoes.settings import SettingsError, load_settings
from echoes.startup_checks import CannotStart, answering, check_data_folder


def database_url() -> str:
    """The URL that a caller set on the Alembic config (tests do), else the app's own."""
    if given := context.config.get_main_option("sqlalchemy.url"):
        return given
    settings = load_settings()
    check_data_folder(settings)
    return settings.database_url


def app_database_url() -> str:
    """Whose role is made here too, so that two addresses are all that an operator has to think of."""
    return "" if context.config.get_main_option("sqlalchemy.url") else load_settings().app_database_url


def is_ours(_object: object, name: str | None, kind: str, reflected: bool, twin: object | None) -> bool:
    """The job engine keeps its tables here too: what our models do not know is not ours to drop."""
    if kind == "table" and name == REVISIONS.name:
        return False
    return kind != "table" or not reflected or twin is not None or "ours_alone" in context.config.attributes


def configure_and_run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        record_revisions(connection)


def run_online() -> None:
    engine = make_engine(database_url())
    if engine.dialect.name == "sqlite":
        # A batch migration drops and renames tables, which would delete the rows that refer to them.
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys=OFF"))
    with answering("ECHOES_DATABASE_URL"):
        engine.connect().close()
    with engine.connect() as connection:
        configure_and_run(connection)
    with engine.begin() as connection:
        if url := app_database_url():
            make_login(connection, url)
    engine.dispose()


def run_offline() -> None:
    """Print the SQL instead of running it (`alembic upgrade head --sql`)."""
    context.configure(url=database_url(), target_metadata=SQLModel.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


try:
    if context.is_offline_mode():
        run_offline()
    else:
        run_online()
except (SettingsError, CannotStart) as error:
    raise CommandError(f"{error}") from error
