"""A person with something everywhere in the running app, and what others could see or change of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import SQLModel, col, select

from echoes.accounts.cookies import COOKIE, INVITATION
from echoes.accounts.invitations import service as invitations
from echoes.database import Database
from echoes.database.ownership import owned_tables
from echoes.jobs.names import JobName
from echoes.jobs.requests import client, workflow_id
from echoes.models import (
    AuthSession,
    Cart,
    JobEvent,
    Kept,
    Mail,
    MailOptOut,
    MusicTrack,
    Owned,
    PasskeyChallenge,
    Project,
    ProjectEdit,
    RecoveryCode,
    RemovedFile,
    Role,
    ShareView,
    Take,
    User,
    Video,
    WorkerLease,
)
from tests.database.owned_rows import fill
from tests.support.databases.rows import add_photo, add_take
from tests.support.processes import PATIENCE
from tests.support.servers.ports import free_port

SECRET = "Nobody else may read this title"
OWNED: tuple[Any, ...] = (*owned_tables(), MusicTrack)
OF_NOBODY: tuple[Any, ...] = tuple(
    mapper.class_
    for mapper in SQLModel._sa_registry.mappers
    if not issubclass(
        mapper.class_, Owned | Kept | User | AuthSession | MusicTrack | WorkerLease | PasskeyChallenge
    )
)
"""Settings, packs, what operators did: nobody's rows are everybody's concern. Anybody may begin a
ceremony."""

UNTOLD: tuple[Any, ...] = (
    Cart,
    JobEvent,
    Mail,
    MailOptOut,
    ProjectEdit,
    RecoveryCode,
    RemovedFile,
    ShareView,
)
"""Of their rows no page is told; `test_every_handler` holds that against what it hears."""


@dataclass
class Walked:
    """The app with one of the two databases behind it."""

    app: Any
    database: Database

    @property
    def address(self) -> str:
        return str(self.app.address)

    def sign_in(self, name: str) -> str:
        answer = httpx.post(
            f"{self.address}/auth/local",
            data={"name": name},
            headers={"origin": self.address},
            timeout=PATIENCE,
        )
        return f"{COOKIE}={answer.cookies[COOKIE]}"

    def cookie_of(self, caller: str) -> str:
        """What a browser of this kind of person sends."""
        if caller == "nobody":
            return ""
        if caller == "an invited person":
            return self._follow_invitation()
        name = f"{caller} {uuid4()}"
        cookie = self.sign_in(name)
        if caller == "an operator":
            with self.database.unscoped() as session:
                session.exec(select(User).where(col(User.name) == name)).one().role = Role.OPERATOR
        return cookie

    def _follow_invitation(self) -> str:
        """Of somebody who has not joined yet."""
        with self.database.unscoped() as session:
            _, code = invitations.create(session, invitations.InvitationTerms(), None)
        answer = httpx.get(f"{self.address}/join/{code}", timeout=PATIENCE)
        return f"{INVITATION}={answer.cookies[INVITATION]}"


@dataclass(frozen=True)
class Anna:
    cookie: str
    user_id: UUID
    name: str
    project: Project
    ids: tuple[str, ...]
    """Of a row of every table."""
    untold: frozenset[str]
    """Those of them that no page of hers is ever told, and thus none could send."""

    @property
    def told(self) -> tuple[str, ...]:
        return tuple(value for value in self.ids if value not in self.untold)

    def asked_by(self, caller: str) -> tuple[str, ...]:
        """A member asks for everything. Three are enough where an account is missing, which is refused before
        it matters for what, and for the owner, whose film, take and clip they are."""
        return self.told if caller == "a member" else self.told[:3]

    @property
    def secrets(self) -> tuple[str, ...]:
        return (SECRET, "secret.jpg", self.name, str(self.user_id), "Traceback")


@pytest.fixture
def anna_of(walked: Walked) -> Anna:
    name = f"Anna {uuid4()}"
    cookie = walked.sign_in(name)
    with walked.database.unscoped() as session:
        owner_id = session.exec(select(User.id).where(col(User.name) == name)).one()
        rows = fill(session, owner_id)
        project, video = rows[Project], rows[Video]
        project.title = video.title = SECRET
        take = add_take(session, add_photo(session, project, "secret.jpg"), approved=True)
    await_turns(walked.database, rows[Take].id, video.id)
    others = [row.id for table, row in rows.items() if table is not Project]
    ids = (str(project.id), str(take.id), str(take.clip_id), *map(str, others))
    return Anna(cookie, owner_id, name, project, ids, frozenset(str(rows[table].id) for table in UNTOLD))


def await_turns(database: Database, take_id: UUID, video_id: UUID) -> None:
    """In a line that nobody serves: what is made for neither would soon be settled as left behind."""
    for job, row_id in ((JobName.GENERATE_TAKE, take_id), (JobName.COMPILE_FILM, video_id)):
        client(database).enqueue(
            {
                "workflow_name": job.value,
                "queue_name": "a line that nobody serves",
                "workflow_id": workflow_id(job, row_id),
            },
            str(row_id),
        )


def state_of(database: Database, owner: UUID) -> dict[str, list[dict[str, Any]]]:
    """All that is hers, and all that is nobody's."""
    with database.reading() as session:
        found: dict[str, list[dict[str, Any]]] = {}
        for table in (*OWNED, *OF_NOBODY, User, AuthSession):
            owned = {User: "id", AuthSession: "user_id"}.get(table, "owner_id" if table in OWNED else None)
            query = select(table).order_by(table.id)
            rows = session.exec(query.where(getattr(table, owned) == owner) if owned else query)
            found[table.__name__] = [row.model_dump(exclude={"seen_at"}) for row in rows]
    return found


@pytest.fixture(scope="session")
def app_on_postgres(
    postgres: str, migrated_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    from tests.journeys.conftest import UNHURRIED, App
    from tests.support.databases.postgres import as_app, create_database

    url = create_database(postgres, template=migrated_postgres)
    settings = {"ECHOES_DATABASE_URL": url, "ECHOES_APP_DATABASE_URL": as_app(url)}
    settings |= {"ECHOES_CLIP_SECONDS": "1", "ECHOES_SIGN_IN": "openid,passkey", **UNHURRIED}
    running = App(tmp_path_factory.mktemp("data"), free_port(), settings)
    running.start()
    yield running
    running.stop()


CALLERS = (
    ("sqlite", "nobody"),
    ("sqlite", "an invited person"),
    ("sqlite", "a member"),
    pytest.param("postgresql", "a member", marks=pytest.mark.postgres),
)
"""Who asks, before which database. Who is nobody is refused before it matters which."""
ON_SQLITE = ("sqlite",)
"""Of operators, whose sessions no row-level security narrows: one database shows what the other would."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def walked(request: pytest.FixtureRequest) -> Iterator[Walked]:
    running = request.getfixturevalue("app_on_postgres" if request.param == "postgresql" else "app")
    url = running.settings.get("ECHOES_DATABASE_URL") or f"sqlite:///{running.data_dir}/echoes.db"
    database = Database(url)
    yield Walked(running, database)
    database.dispose()
