"""Sessions, from sign-in to their end, and who may act."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from echoes.accounts import service
from echoes.database import Database
from echoes.errors import NotFound, NotSignedIn
from echoes.models import AuthSession, Role, User, now
from echoes.settings import get_settings


def open_session(database: Database, user_id: UUID, instead_of: str | None = None) -> str:
    with database.unscoped() as session:
        return service.open_session(session, get_settings(), user_id, "a browser", instead_of)


def change_user(database: Database, user_id: UUID, **values: object) -> None:
    with database.unscoped() as session:
        session.exec(update(User).where(col(User.id) == user_id).values(**values))


def change_session(database: Database, **values: object) -> None:
    with database.unscoped() as session:
        session.exec(update(AuthSession).values(**values))


def only_session(database: Database) -> AuthSession:
    with database.reading() as session:
        return session.exec(select(AuthSession)).one()


def test_a_token_names_its_user_and_is_kept_only_as_a_hash(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    assert service.authenticate(token) == anna
    assert token not in only_session(database).token_hash


@pytest.mark.parametrize("token", [None, "", "forged", "é" * 10, "\udcff"])
def test_no_session_no_user(database: Database, token: str | None) -> None:
    with pytest.raises(NotSignedIn):
        service.authenticate(token)


@pytest.mark.parametrize(
    "over",
    [
        {"expires_at": now() - timedelta(seconds=1)},
        {"seen_at": now() - timedelta(days=14, seconds=1)},
    ],
    ids=["absolutely", "for being idle"],
)
def test_an_ended_session_says_so_and_is_cleaned_up_by_the_next_sign_in(
    database: Database, anna: UUID, over: dict[str, object]
) -> None:
    token = open_session(database, anna)
    change_session(database, **over)
    with pytest.raises(NotSignedIn, match="ended") as caught:
        service.authenticate(token)
    assert caught.value.problem == "ended"
    open_session(database, anna)
    assert only_session(database).expires_at > now()


def test_using_a_session_keeps_it_but_not_beyond_its_absolute_end(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    end = only_session(database).expires_at
    change_session(database, seen_at=now() - timedelta(days=13))
    assert service.authenticate(token) == anna
    used = only_session(database)
    assert now() - used.seen_at < timedelta(minutes=1)
    assert used.expires_at == end


def test_use_is_noted_every_few_minutes_at_most(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    recently = now() - timedelta(minutes=4)
    change_session(database, seen_at=recently)
    service.authenticate(token)
    assert only_session(database).seen_at == recently


def test_signing_in_again_ends_this_browsers_session_alone(database: Database, anna: UUID) -> None:
    here, elsewhere = open_session(database, anna), open_session(database, anna)
    again = open_session(database, anna, instead_of=here)
    with pytest.raises(NotSignedIn):
        service.authenticate(here)
    assert service.authenticate(elsewhere) == service.authenticate(again) == anna


def test_signing_out_ends_this_session_alone(database: Database, anna: UUID) -> None:
    here, elsewhere = open_session(database, anna), open_session(database, anna)
    with database.unscoped() as session:
        service.close_session(session, here)
        service.close_session(session, None)
    with pytest.raises(NotSignedIn):
        service.authenticate(here)
    assert service.authenticate(elsewhere) == anna


def revision_of(database: Database, user_id: UUID) -> int:
    with database.reading() as session:
        return session.exec(select(User.revision).where(col(User.id) == user_id)).one()


def test_open_tabs_are_told_when_their_session_is_signed_out(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    token, before = open_session(database, anna), revision_of(database, anna)
    with database.unscoped() as session:
        service.close_session(session, token)
    assert revision_of(database, anna) == before + 1
    assert revision_of(database, stranger) == 0


def test_open_tabs_are_told_when_another_person_signs_in_here_and_not_when_the_same_does(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    first, before = open_session(database, anna), revision_of(database, anna)
    second = open_session(database, anna, instead_of=first)
    assert revision_of(database, anna) == before
    open_session(database, stranger, instead_of=second)
    assert revision_of(database, anna) == before + 1


def test_suspension_shuts_out_at_once_and_says_why(database: Database, anna: UUID) -> None:
    token = open_session(database, anna)
    change_user(database, anna, suspended_at=now())
    with pytest.raises(NotSignedIn, match="suspended") as caught:
        service.authenticate(token)
    assert caught.value.problem == "suspended"


def test_operators_are_let_through_and_for_others_there_is_nothing(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    change_user(database, anna, role=Role.OPERATOR)
    token = open_session(database, anna)
    assert service.require_operator(token) == anna
    for outsider in (open_session(database, stranger), "forged", None):
        with pytest.raises(NotFound):
            service.require_operator(outsider)
    change_user(database, anna, suspended_at=now())
    with pytest.raises(NotFound):
        service.require_operator(token)
