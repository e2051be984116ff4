"""People who come with an invitation, and what is said to who may not join."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.accounts import sign_up
from echoes.accounts.redirects import SignInFailed
from echoes.accounts.sign_up import Codes, Identity
from echoes.database import Database
from echoes.models import User
from echoes.settings import Settings

INVITED = Settings(mode="production", sign_up="invited", admin_emails="boss@example.org")
ISSUER = "https://id.example"
Invite = Callable[..., str]


def identity(subject: str = "rosa", email: str | None = None) -> Identity:
    return Identity(ISSUER, subject, subject.title(), email or f"{subject}@example.org")


def come(books: Database, who: Identity, code: str = "", settings: Settings = INVITED) -> UUID:
    with books.unscoped() as session:
        return sign_up.find_or_create_user(session, settings, who, Codes(invitation=code)).id


def refusal(books: Database, who: Identity, code: str = "", settings: Settings = INVITED) -> str:
    with pytest.raises(SignInFailed) as refused:
        come(books, who, code, settings)
    return refused.value.problem


def people(books: Database) -> list[str]:
    with books.reading() as session:
        return sorted(session.exec(select(User.subject)))
