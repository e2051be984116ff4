"""Sign-in by name, sessions and their end."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.accounts import service
from echoes.database import Database
from echoes.errors import BadInput, NotSignedIn, Refused
from echoes.models import AuthSession, User, now
from echoes.settings import Settings, get_settings

PRODUCTION = Settings(mode="production")


def open_session(database: Database, user_id: UUID) -> str:
    with database.unscoped() as session:
        return service.open_session(session, get_settings(), user_id, "a browser")


def test_the_same_name_is_the_same_person(database: Database) -> None:
    with database.unscoped() as session:
        first = service.sign_in_locally(session, get_settings(), "  Rosa   Meier ")
        again = service.sign_in_locally(session, get_settings(), "rosa meier")
        other = service.sign_in_locally(session, get_settings(), "Paul")
    assert (first.id, first.name) == (again.id, "Rosa Meier")
    assert other.id != first.id


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "bad\x00name", "zero\u200bwidth"])
def test_a_name_must_be_one(database: Database, name: str) -> None:
    with pytest.raises(BadInput, match="name"), database.unscoped() as session:
        service.sign_in_locally(session, get_settings(), name)


def test_production_refuses_sign_in_by_name(database: Database) -> None:
    with pytest.raises(Refused), database.unscoped() as session:
        service.sign_in_locally(session, PRODUCTION, "Rosa")
    with database.reading() as session:
        assert session.exec(select(User)).all() == []


def test_a_token_names_its_user_and_is_kept_only_as_a_hash(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    assert service.authenticate(token) == anna
    with database.reading() as session:
        assert token not in session.exec(select(AuthSession.token_hash)).one()


@pytest.mark.parametrize("token", [None, "", "forged", "é" * 10])
def test_no_session_no_user(database: Database, token: str | None) -> None:
    with pytest.raises(NotSignedIn):
        service.authenticate(token)


def test_an_expired_session_is_none_and_is_swept_by_the_next_sign_in(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    with database.unscoped() as session:
        session.exec(select(AuthSession)).one().expires_at = now() - timedelta(seconds=1)
    with pytest.raises(NotSignedIn, match="ended"):
        service.authenticate(token)
    open_session(database, anna)
    with database.reading() as session:
        assert len(session.exec(select(AuthSession)).all()) == 1


def test_signing_out_ends_this_session_alone(database: Database, anna: UUID) -> None:
    here, elsewhere = open_session(database, anna), open_session(database, anna)
    with database.unscoped() as session:
        service.close_session(session, here)
        service.close_session(session, None)
    with pytest.raises(NotSignedIn):
        service.authenticate(here)
    assert service.authenticate(elsewhere) == anna
