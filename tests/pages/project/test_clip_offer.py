"""What is said of the price before anybody taps, and of pictures that a safety check refuses."""

from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.credits import refunds
from echoes.database import Database
from echoes.models import new_id
from echoes.operator_settings import Moderation, Providers
from echoes.pages.project.clips.offer import OfferViewModel, read_offer

KINDLY = (
    "If a safety check refuses a photo, its credit comes back, up to 2 times a day."
    " Nothing else that goes wrong is ever charged."
)


@pytest.fixture(autouse=True)
def runway(database: Database) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Providers(active="runway"), None)
        operator_settings.write(session, Moderation(refunds_per_day=2), None)


def offer(database: Database, user: UUID) -> OfferViewModel:
    with database.reading_as(user) as session:
        return read_offer(session)


def refuse(database: Database, user: UUID, times: int) -> None:
    """As many pictures, each paid back."""
    for _ in range(times):
        with database.unscoped() as session:
            assert refunds.settle_refused(session, user, new_id(), 1)


def test_how_often_a_refused_picture_is_paid_back_is_said_beforehand(database: Database, anna: UUID) -> None:
    assert (offer(database, anna).fairness, offer(database, anna).is_used_up) == (KINDLY, False)
    refuse(database, anna, 1)
    assert (offer(database, anna).fairness, offer(database, anna).is_used_up) == (KINDLY, False)


def test_that_the_next_one_is_not_paid_back_is_said_beforehand(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    refuse(database, anna, 2)
    assert (offer(database, anna).fairness, offer(database, anna).is_used_up) == (
        "If a safety check refuses a photo now, its credit does not come back: that happened 2 times today."
        " Nothing else that goes wrong is ever charged.",
        True,
    )
    assert offer(database, stranger).fairness == KINDLY, "everybody has a number of their own"


def test_that_none_is_ever_paid_back_is_said_without_a_number(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Moderation(refunds_per_day=0), None)
    assert offer(database, anna).fairness == (
        "If a safety check refuses a photo now, its credit does not come back."
        " Nothing else that goes wrong is ever charged."
    )


@pytest.mark.parametrize(
    "free", [Providers(active="motion"), Providers(active="runway", prices={"runway": 0})]
)
def test_of_what_is_free_nothing_is_said(database: Database, anna: UUID, free: Providers) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, free, None)
    found = offer(database, anna)
    assert (found.fairness, found.once, found.is_used_up) == ("", "", False)


def test_the_price_follows_what_is_tapped(database: Database, anna: UUID) -> None:
    found = offer(database, anna)
    assert (found.once, found.prices[1], found.prices[4]) == (" · 1 credit", " · 1 credit", " · 4 credits")
