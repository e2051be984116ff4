"""Invitations as operators and members make them."""

from uuid import UUID

import pytest

from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.database import Database
from tests.accounts.invitations.joining import Invite


@pytest.fixture
def invite(books: Database) -> Invite:
    def make(owner: UUID | None = None, **terms: object) -> str:
        with books.unscoped() as session:
            return invitations.create(session, InvitationTerms(**terms), owner)[1]  # type: ignore[arg-type]

    return make
