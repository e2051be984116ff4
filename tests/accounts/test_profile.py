"""User profile: what people see and change of their own account: nobody else's."""

import shutil
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from echoes.accounts import profile, service
from echoes.database import Database, get_database
from echoes.errors import BadInput, NotFound, NotSignedIn
from echoes.models import AuthSession, User, new_id, now
from echoes.settings import get_settings

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """Also where the database itself guards the rows."""
    if request.param == "postgresql":
        opened: Database = request.getfixturevalue("postgres_database")
        return opened
    shutil.copy(request.getfixturevalue("empty_database"), request.getfixturevalue("data_dir"))
    return get_database()


def open_session(database: Database, user_id: UUID, agent: str = "a program") -> str:
    with database.unscoped() as session:
        return service.open_session(session, get_settings(), user_id, agent)


def id_of(database: Database, token: str) -> UUID:
    with database.reading() as session:
        mine = select(AuthSession.id).where(col(AuthSession.token_hash) == service.token_hash(token))
        return session.exec(mine).one()


def name_of(database: Database, user_id: UUID) -> tuple[str, int]:
    with database.reading() as session:
        return session.exec(select(User.name, User.revision).where(col(User.id) == user_id)).one()


def test_a_new_name_is_told_to_open_tabs(database: Database, anna: UUID, stranger: UUID) -> None:
    _, revision = name_of(database, anna)
    with database.acting_as(anna) as session:
        profile.rename(session, "  Anna   the Great ")
    assert name_of(database, anna) == ("Anna the Great", revision + 1)
    assert name_of(database, stranger)[0] == "Stranger"


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_name_must_be_one(database: Database, anna: UUID, name: str) -> None:
    with pytest.raises(BadInput, match="name"), database.acting_as(anna) as session:
        profile.rename(session, name)
    assert name_of(database, anna)[0] == "Anna"


def test_browsers_are_listed_this_one_first_and_without_strangers(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    here = open_session(database, anna, "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko Firefox/140.0")
    open_session(database, anna, PHONE)
    open_session(database, stranger)
    with database.reading_as(anna) as session:
        found = profile.browser_sessions(session, here)
    assert [(one.device, one.is_here) for one in found] == [
        ("Firefox on Windows", True),
        ("Safari on iPhone", False),
    ]


@pytest.mark.parametrize(
    "over",
    [{"expires_at": now() - timedelta(seconds=1)}, {"seen_at": now() - timedelta(days=14, seconds=1)}],
    ids=["absolutely", "for being idle"],
)
def test_a_browser_whose_session_has_ended_is_not_listed(
    database: Database, anna: UUID, over: dict[str, object]
) -> None:
    here, ended = open_session(database, anna), open_session(database, anna, PHONE)
    with database.unscoped() as session:
        old = update(AuthSession).where(col(AuthSession.token_hash) == service.token_hash(ended))
        session.exec(old.values(**over))
    with database.reading_as(anna) as session:
        assert [one.is_here for one in profile.browser_sessions(session, here)] == [True]


def test_one_can_be_signed_out_and_the_others_stay(database: Database, anna: UUID) -> None:
    here, lost = open_session(database, anna), open_session(database, anna)
    lost_id = id_of(database, lost)
    with database.acting_as(anna) as session:
        profile.sign_out_one(session, lost_id)
    with pytest.raises(NotSignedIn):
        service.authenticate(lost)
    assert service.authenticate(here) == anna
    with pytest.raises(NotFound, match="already"), database.acting_as(anna) as session:
        profile.sign_out_one(session, lost_id)


def test_all_others_can_be_signed_out(database: Database, anna: UUID, stranger: UUID) -> None:
    here, theirs = open_session(database, anna), open_session(database, stranger)
    others = [open_session(database, anna) for _ in range(3)]
    with database.acting_as(anna) as session:
        profile.sign_out_others(session, here)
    for token in others:
        with pytest.raises(NotSignedIn):
            service.authenticate(token)
    assert (service.authenticate(here), service.authenticate(theirs)) == (anna, stranger)


def test_a_stranger_signs_nobody_out(database: Database, anna: UUID, stranger: UUID) -> None:
    token = open_session(database, anna)
    for session_id in (id_of(database, token), new_id()):
        with pytest.raises(NotFound), database.acting_as(stranger) as session:
            profile.sign_out_one(session, session_id)
    with database.acting_as(stranger) as session:
        profile.sign_out_others(session, None)
    assert service.authenticate(token) == anna


@pytest.mark.postgres
def test_nobody_makes_themselves_an_operator(postgres_database: Database) -> None:
    """The database refuses what no code of ours asks for."""
    with postgres_database.unscoped() as session:
        user = User(issuer="local", subject="mallory", name="Mallory")
        session.add(user)
    with pytest.raises(Exception, match="permission denied"), postgres_database.acting_as(user.id) as session:
        session.exec(update(User).values(role="operator"))


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/148.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/148.0 Safari/537.36 Edg/148.0", "Edge on Mac"),
        (
            "Mozilla/5.0 (Linux; Android 16) SamsungBrowser/30.0 Chrome/140.0 Safari",
            "Samsung Internet on Android",
        ),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_devices_have_names_that_people_know(agent: str, device: str) -> None:
    assert profile.device_of(agent) == device
