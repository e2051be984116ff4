"""Webhook deliveries of Stripe to our route, and the ledger after them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from echoes.credits import ledger
from echoes.credits.payments.routes import routes
from echoes.database import Database
from echoes.models import Order, OrderState, WebhookEvent
from tests.support.payments.stripe import signed
from tests.support.servers.application import application

COMPLETED = "checkout.session.completed"


@pytest.fixture
def stripe(database: Database, webhook_secret: str) -> Iterator[TestClient]:
    """Stripe's side of our route."""
    with TestClient(application(routes), raise_server_exceptions=True) as client:
        yield client


def send(stripe: TestClient, said: dict[str, Any] | str, **signing: Any) -> int:
    answer: httpx2.Response = stripe.post("/stripe/webhook", **signed(said, **signing))
    return answer.status_code


def balance(database: Database, user: UUID) -> tuple[int, int]:
    with database.reading() as session:
        person = ledger.lock(session, user)
        return person.balance, person.debt


def state(database: Database, order: Order) -> OrderState:
    with database.reading() as session:
        return session.get_one(Order, order.id).state


def stored(database: Database) -> list[WebhookEvent]:
    with database.reading() as session:
        return list(session.exec(select(WebhookEvent).order_by(col(WebhookEvent.id))))
