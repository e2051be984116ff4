"""What happens at Stripe without our being told, and the look at its list of events."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.credits import ledger
from echoes.credits.payments import missed_events, webhook
from echoes.credits.payments.missed_events import fetch_missed_events
from echoes.database import Database
from echoes.models import CreditEntry, Order, Setting, WebhookEvent, now
from echoes.settings import get_settings
from tests.support.payments.stripe import (
    Event,
    StripeStandIn,
    add_order,
    event,
)

HOUR, DAY = 3600, 86_400
COMPLETED = "checkout.session.completed"


class Account:
    """What happens at Stripe; whether we are told is another matter."""

    def __init__(self, stand_in: StripeStandIn) -> None:
        self.stand_in = stand_in

    def happens(self, kind: str, about: dict[str, Any], ago: float = HOUR) -> Event:
        made = event(kind, about, created=int(time.time() - ago))
        self.stand_in.events.append(made)
        return made

    def looks(self) -> list[dict[str, str]]:
        return [asked for _, path, asked in self.stand_in.asked if path == "/v1/events"]


@pytest.fixture
def account(database: Database, stripe_stand_in: StripeStandIn) -> Account:
    return Account(stripe_stand_in)


@pytest.fixture
def order(database: Database, anna: UUID) -> Order:
    with database.unscoped() as session:
        return add_order(session, anna)


@pytest.fixture
def looked(database: Database) -> None:
    """Not for the first time, so that one request is one look."""
    with database.unscoped() as session:
        mark(session.add, timedelta(hours=1))


def mark(add: Any, age: timedelta) -> None:
    until = int((now() - age).timestamp())
    add(Setting(name=missed_events.LOOKED_UNTIL, version=1, value={"until": until}))


async def deliver(said: Event) -> bool:
    return await webhook.receive(get_settings(), b"", said)


async def look() -> int:
    return await fetch_missed_events(get_settings())


def balances(database: Database, user: UUID) -> tuple[int, int, int]:
    """Balance, debt, and how many entries led there."""
    with database.reading() as session:
        person = ledger.lock(session, user)
        assert ledger.differences(session) == []
        return person.balance, person.debt, len(session.exec(select(CreditEntry)).all())


def stored(database: Database) -> list[WebhookEvent]:
    with database.reading() as session:
        return list(session.exec(select(WebhookEvent).order_by(col(WebhookEvent.id))))
