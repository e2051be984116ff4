"""Row-level security (wall 3), alone: raw SQL in a user's session on PostgreSQL reaches that user's rows.

The tables are found in the models, and in the database itself: a new one without its wall fails here.
"""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlmodel import SQLModel, select

from echoes.database import Database
from echoes.database.engine import make_engine
from echoes.database.ownership import owned_tables
from echoes.database.row_security import APP_ROLE, make_login
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.models import AuthSession, MusicTrack, ShareReply, User, new_id, now
from tests.database.owned_rows import Rows, fill, raw
from tests.support.databases.postgres import ROOT

pytestmark = pytest.mark.postgres
# ruff: noqa: S608 -- names of tables and columns are no parameters, and stand in this file

OWNED = [*owned_tables(), MusicTrack]
GUARDED = [*(str(table.__tablename__) for table in OWNED), "users", "auth_sessions"]
OPEN_TO_READ = {"credit_packs", "settings"}
"""Of nobody, and no secret: what every user's session needs."""
CLOSED = {
    "webhook_events", "audit_entries", "worker_leases", "payment_returns", "provider_costs",
    "schema_revisions",
    "alembic_version", "backup_runs", "passkey_challenges", "sign_in_links", "mail_blocks",
}  # fmt: skip
"""Of nobody, and nobody's business."""

REFUSAL = re.compile("row-level security|permission denied|must be owner")


@pytest.fixture
def database(walled: Database) -> Database:
    return walled


@pytest.fixture
def rows(database: Database, anna: UUID) -> Rows:
    with database.unscoped() as session:
        session.add(AuthSession(user_id=anna, token_hash=str(new_id()), expires_at=now()))
        return fill(session, anna)


def ids_in(table: Any, database: Database, user: UUID) -> Any:
    """Bundled music aside: it is everybody's."""
    return raw(database, user, f"SELECT id FROM {table.__tablename__} WHERE owner_id IS NOT NULL")


def refused(database: Database, user: UUID, statement: str, **values: Any) -> bool:
    """The database says no, or there is nothing that the statement could change."""
    try:
        return not raw(database, user, statement, **values)
    except DBAPIError as error:
        return REFUSAL.search(str(error)) is not None


class TestNoTableIsForgotten:
    def test_each_has_its_place(self, database: Database) -> None:
        tables = set(sa.inspect(database.engine).get_table_names())
        assert tables == {*GUARDED, *OPEN_TO_READ, *CLOSED} & tables
        assert {str(table) for table in SQLModel.metadata.tables} <= {*GUARDED, *OPEN_TO_READ, *CLOSED}

    @pytest.mark.parametrize("table", GUARDED)
    def test_what_has_an_owner_is_guarded_even_from_its_own_role(
        self, table: str, database: Database
    ) -> None:
        wall = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = CAST(:t AS regclass)"
        policies = "SELECT policyname FROM pg_policies WHERE tablename = :t"
        with database.engine.connect() as connection:
            assert connection.scalar(sa.text(wall), {"t": table}) is True
            found = set(connection.scalars(sa.text(policies), {"t": table}))
        assert found == {"service", "app_sees", "app_adds", "app_changes", "app_removes"}

    def test_what_users_may_do_is_this_and_no_more(self, database: Database) -> None:
        granted = "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = :role"
        with database.engine.connect() as connection:
            found = set(connection.scalars(sa.text(granted), {"role": APP_ROLE}))
        assert found == {*GUARDED, *OPEN_TO_READ, "workflow_status", "workflow_input"}

    def test_their_role_owns_nothing_and_has_no_way_around(self, database: Database) -> None:
        with database.engine.connect() as connection:
            powers = "SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = :role"
            assert connection.scalar(sa.text(powers), {"role": APP_ROLE}) is False
            owners = set(connection.scalars(sa.text("SELECT DISTINCT tableowner FROM pg_tables")))
        assert not owners & {APP_ROLE, "echoes_web"}


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.__name__)
class TestAStrangerWithRawSql:
    def test_finds_nothing(self, table: Any, database: Database, rows: Rows, stranger: UUID) -> None:
        assert ids_in(table, database, stranger) == []

    def test_the_owner_finds_it(self, table: Any, database: Database, rows: Rows, anna: UUID) -> None:
        """Else the test above would prove nothing."""
        assert ids_in(table, database, anna) == [rows[table].id]

    def test_changes_and_removes_nothing(
        self, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        assert refused(database, stranger, f"UPDATE {table.__tablename__} SET created_at = now()")
        assert refused(database, stranger, f"DELETE FROM {table.__tablename__}")
        with database.reading() as session:
            assert session.get_one(table, rows[table].id).created_at == rows[table].created_at

    def test_adds_nothing_in_the_name_of_another(
        self, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        values = rows[table].model_dump() | {"id": new_id()}
        with pytest.raises(ProgrammingError, match=REFUSAL), database.acting_as(stranger) as session:
            session.connection().execute(sa.insert(table.__table__).values(**values))

    def test_the_owner_cannot_give_it_away(
        self, table: Any, database: Database, rows: Rows, anna: UUID, stranger: UUID
    ) -> None:
        statement = f"UPDATE {table.__tablename__} SET owner_id = :stranger"
        assert refused(database, anna, statement, stranger=stranger)


class TestUsers:
    def test_see_themselves_and_their_own_sessions(
        self, database: Database, rows: Rows, anna: UUID, stranger: UUID
    ) -> None:
        assert raw(database, stranger, "SELECT id FROM users") == [stranger]
        assert raw(database, stranger, "SELECT id FROM auth_sessions") == []
        assert len(raw(database, anna, "SELECT id FROM auth_sessions")) == 1

    @pytest.mark.parametrize("change", ["role = 'operator'", "suspended_at = NULL", "subject = 'other'"])
    def test_do_not_make_themselves_more_than_they_are(
        self, change: str, database: Database, anna: UUID
    ) -> None:
        assert refused(database, anna, f"UPDATE users SET {change}")
        assert raw(database, anna, "UPDATE users SET name = 'Anna Maria'") == 1

    def test_change_nobody_else(self, database: Database, anna: UUID, stranger: UUID) -> None:
        assert refused(database, stranger, "UPDATE users SET name = 'x' WHERE id = :anna", anna=anna)
        assert refused(database, stranger, "DELETE FROM users")

    def test_forge_no_session_of_another(self, database: Database, anna: UUID, stranger: UUID) -> None:
        forged = (
            "INSERT INTO auth_sessions (id, created_at, user_id, token_hash, expires_at, seen_at, user_agent)"
            " VALUES (:id, now(), :anna, 'x', now(), now(), '')"
        )
        assert refused(database, stranger, forged, id=new_id(), anna=anna)


class TestTheLedger:
    def test_is_written_and_never_changed(self, database: Database, rows: Rows, anna: UUID) -> None:
        for statement in ("UPDATE credit_entries SET amount = 100", "DELETE FROM credit_entries"):
            assert refused(database, anna, statement)

    @pytest.mark.parametrize("kind", ["purchase", "referral", "share", "grant", "reversal"])
    def test_credits_come_from_the_service_alone(self, kind: str, database: Database, anna: UUID) -> None:
        given = (
            "INSERT INTO credit_entries"
            " (id, created_at, owner_id, kind, reference, amount, balance_after, debt_after, note)"
            " VALUES (:id, now(), :anna, :kind, 'me', 100, 100, 0, '')"
        )
        assert refused(database, anna, given, id=new_id(), anna=anna, kind=kind)


class TestReplies:
    def test_are_written_by_the_service_alone(self, database: Database, rows: Rows, anna: UUID) -> None:
        """Not even by the owner of the film: what viewers say is theirs."""
        values = rows[ShareReply].model_dump() | {"id": new_id(), "words": "I praise myself"}
        with pytest.raises(ProgrammingError, match=REFUSAL), database.acting_as(anna) as session:
            session.connection().execute(sa.insert(ShareReply.__table__).values(**values))  # type: ignore[attr-defined]
        assert raw(database, anna, "UPDATE share_replies SET hidden_at = now()") == 1


class TestTheWayBack:
    """What somebody would try who got a statement of theirs into a session of a user."""

    @pytest.mark.parametrize("escape", ["RESET ROLE", "SET ROLE NONE", "SET SESSION AUTHORIZATION DEFAULT"])
    def test_does_not_exist(self, escape: str, database: Database, rows: Rows, stranger: UUID) -> None:
        with database.acting_as(stranger) as session:
            connection = session.connection()
            connection.execute(sa.text(escape))
            assert connection.execute(sa.text("SELECT id FROM projects")).all() == []
            assert connection.scalar(sa.text("SELECT current_user")) != "postgres"

    @pytest.mark.parametrize("role", ["postgres", "echoes_service"])
    def test_leads_into_no_greater_role(self, role: str, database: Database, stranger: UUID) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            raw(database, stranger, f"SET ROLE {role}")

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE projects DISABLE ROW LEVEL SECURITY",
            "DROP POLICY app_sees ON projects",
            "TRUNCATE projects CASCADE",
            "CREATE TABLE public.mine (id int)",
            "SELECT payload FROM webhook_events",
            "SELECT credits FROM provider_costs",
            "SELECT inputs FROM dbos.workflow_input",
        ],
    )
    def test_does_not_go_through_the_wall(self, statement: str, database: Database, stranger: UUID) -> None:
        with pytest.raises(ProgrammingError, match=REFUSAL):
            raw(database, stranger, statement)

    def test_a_transaction_that_names_nobody_sees_nothing(self, database: Database, rows: Rows) -> None:
        with database.app_engine.connect() as connection:
            assert connection.execute(sa.text("SELECT id FROM projects")).all() == []
            assert connection.execute(sa.text("SELECT id FROM users")).all() == []

    def test_nobody_is_left_behind_for_the_next_transaction(
        self, database: Database, rows: Rows, anna: UUID
    ) -> None:
        raw(database, anna, "SELECT id FROM projects")
        with database.app_engine.connect() as connection:
            assert connection.execute(sa.text("SELECT id FROM projects")).all() == []


class TestJobs:
    @pytest.fixture
    def database(self, postgres_database: Database) -> Database:
        """The settings' own: there jobs are asked for."""
        return postgres_database

    def test_are_asked_for_by_users_who_see_no_others(
        self, database: Database, anna: UUID, stranger: UUID
    ) -> None:
        for user in (anna, stranger):
            with database.acting_as(user) as session:
                enqueue(session, JobName.COMPILE_FILM, new_id())
        mine = raw(database, stranger, "SELECT workflow_uuid FROM dbos.workflow_status")
        assert len(mine) == 1
        assert raw(database, stranger, "SELECT workflow_uuid FROM dbos.workflow_input") == mine
        assert refused(database, stranger, "DELETE FROM dbos.workflow_status")
        assert refused(database, stranger, "UPDATE dbos.workflow_status SET status = 'CANCELLED'")


class TestWithoutAnAddressOfItsOwn:
    """One address for all: the same walls, as long as nobody says RESET ROLE."""

    def test_the_wall_stands(self, database: Database, rows: Rows, anna: UUID, stranger: UUID) -> None:
        alone = Database(database.url)
        try:
            assert raw(alone, stranger, "SELECT id FROM projects") == []
            assert len(raw(alone, anna, "SELECT id FROM projects")) == 1
        finally:
            alone.dispose()


def test_the_service_role_need_not_be_a_superuser(postgres_url: str) -> None:
    """As on a rented PostgreSQL: a role that may make roles migrates, and then sees all rows."""
    administrator = make_engine(postgres_url)
    name = f"operator_{new_id().hex}"
    with administrator.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {name} LOGIN CREATEROLE"))
        connection.execute(sa.text(f"ALTER DATABASE {administrator.url.database} OWNER TO {name}"))
    administrator.dispose()
    url = postgres_url.replace("//postgres@", f"//{name}@")
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    operated = Database(url)
    with operated.engine.begin() as connection:
        make_login(connection, url.replace(f"//{name}@", f"//web_{name}:secret@"))
    with operated.unscoped() as session:
        user = User(issuer="local", subject="x", name="X")
        session.add(user)
        session.flush()
        fill(session, user.id)
        assert session.exec(select(User.id)).all() == [user.id]
    app = Database(url, url.replace(f"//{name}@", f"//web_{name}:secret@"))
    assert raw(app, user.id, "SELECT count(*) FROM projects") == [1]
    assert raw(app, new_id(), "SELECT count(*) FROM projects") == [0]
    app.dispose()
    operated.dispose()
