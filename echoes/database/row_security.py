"""Row-level security on PostgreSQL, the third wall: a user's session is shown that user's rows alone.

Two roles that nobody signs in as: sessions of users run as `echoes_app`, which sees the rows of the user that
the transaction names; everything else runs as a member of `echoes_service`, which sees all.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import Connection, Engine

from echoes.dbos_adapter import tables

APP_ROLE = "echoes_app"
SERVICE_ROLE = "echoes_service"
ACTING_USER = "nullif(current_setting('echoes.user_id', true), '')::uuid"
"""Nobody, and so nothing, in a transaction that names no user."""
OWN = f"owner_id = {ACTING_USER}"
ALL_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"

NAME_ROLE_AND_USER = sa.select(
    sa.func.set_config("role", APP_ROLE, True),
    sa.func.set_config("echoes.user_id", sa.bindparam("user"), True),
)
MAKE_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE {role} NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, '{role}', 'USAGE') THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role % may not create roles. Ask a PostgreSQL administrator to run this once: '
        'CREATE ROLE {role} NOLOGIN; GRANT {role} TO %;', current_user, quote_ident(current_user);
END $$
"""
"""Roles belong to the whole server: another database of it may have made them."""


def act_as(connection: Connection, user_id: UUID) -> None:
    """Until the transaction ends."""
    connection.execute(NAME_ROLE_AND_USER, {"user": str(user_id)})


def make_roles() -> Iterator[str]:
    for role in (APP_ROLE, SERVICE_ROLE):
        yield MAKE_ROLE.format(role=role)
    yield f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}"


def protect(table: str, seen: str = OWN, written: str = "", rights: str = ALL_RIGHTS) -> Iterator[str]:
    """Statements after which a user sees and writes only their own rows of this table.

    For migrations: every table with an owner needs it. What it does must not change later.
    """
    written = written or seen
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY service ON {table} TO {SERVICE_ROLE} USING (true) WITH CHECK (true)"
    yield f"CREATE POLICY app_sees ON {table} FOR SELECT TO {APP_ROLE} USING ({seen})"
    yield f"CREATE POLICY app_adds ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({written})"
    yield f"CREATE POLICY app_changes ON {table} FOR UPDATE TO {APP_ROLE} USING ({written})"
    yield f"CREATE POLICY app_removes ON {table} FOR DELETE TO {APP_ROLE} USING ({written})"
    yield f"GRANT {rights} ON {table} TO {APP_ROLE}"


def unprotect(table: str) -> Iterator[str]:
    for policy in ("service", "app_sees", "app_adds", "app_changes", "app_removes"):
        yield f"DROP POLICY {policy} ON {table}"
    yield f"REVOKE ALL ON {table} FROM {APP_ROLE}"
    yield f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"


def make_login(connection: Connection, url: str) -> None:
    """The role of ECHOES_APP_DATABASE_URL may do what users may, and no more; made if there is none."""
    login = sa.make_url(url)
    if not login.username or not _has_role(connection, APP_ROLE):
        return
    name = sql.Identifier(login.username)
    driver: Any = connection.connection.driver_connection
    if not _has_role(connection, login.username):
        hashed = driver.pgconn.encrypt_password(
            (login.password or "").encode(), login.username.encode(), b"scram-sha-256"
        )
        driver.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(hashed.decode())))
    driver.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP_ROLE), name))


def guard_engine_tables(engine: Engine) -> None:
    """The job engine makes its tables itself. A user may ask for a job, and sees no jobs but those.

    Safe to repeat: what is in place is left alone, for the sake of jobs that run.
    """
    with engine.begin() as connection:
        is_guarded = connection.exec_driver_sql(tables.IS_GUARDED).first() is not None
        if _has_role(connection, APP_ROLE) and not is_guarded:
            for statement in tables.guard(APP_ROLE, SERVICE_ROLE):
                connection.exec_driver_sql(statement)


def _has_role(connection: Connection, role: str) -> bool:
    found = sa.text("SELECT FROM pg_roles WHERE rolname = :role")
    return connection.execute(found, {"role": role}).first() is not None
