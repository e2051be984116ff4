"""Rate limit of checkouts: how often one person may begin to buy within an hour."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from echoes.credits.payments import checkout
from echoes.database import Database
from echoes.errors import TooOften
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from tests.support.payments.stripe import add_pack


@pytest.fixture(autouse=True)
def two_an_hour(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ECHOES_CHECKOUTS_PER_HOUR", "2")
    get_settings.cache_clear()
    get_rate_limiter.cache_clear()
    yield
    get_rate_limiter.cache_clear()


def test_the_third_has_to_wait_and_others_have_not(database: Database, anna: UUID, stranger: UUID) -> None:
    with database.unscoped() as session:
        pack = add_pack(session)
    for user in (anna, anna, stranger):
        with database.acting_as(user) as session:
            assert checkout.order(session, pack.id).order.owner_id == user
    with pytest.raises(TooOften, match="a lot of purchases"), database.acting_as(anna) as session:
        checkout.order(session, pack.id)
