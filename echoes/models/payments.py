"""Orders, refunds and disputes, payment webhook events."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Kept, Row, UtcDateTime, stored


class OrderState(StrEnum):
    """Pending until the payment service has spoken. Money that came back is in `returned_cents`."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


class ReturnKind(StrEnum):
    """How money of a payment goes back. A charge says how much went back by all its refunds together."""

    REFUND = "refund"
    DISPUTE = "dispute"
    CHARGE = "charge"


class Order(Kept, table=True):
    """A purchase, written before anybody is sent to pay."""

    __tablename__ = "orders"

    pack_id: UUID | None = Field(default=None, foreign_key="credit_packs.id", ondelete="SET NULL")
    credits: int
    price_cents: int
    currency: str
    state: OrderState = Field(default=OrderState.PENDING, sa_type=stored(OrderState), index=True)
    returned_cents: int = 0
    returned_credits: int = 0
    stripe_session_id: str | None = Field(default=None, unique=True)
    stripe_payment_id: str | None = Field(default=None, unique=True)
    payment_fingerprint: str | None = Field(default=None, index=True)
    receipt_url: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PaymentReturn(Row, table=True):
    """What is known of one refund or dispute. Kept by its payment: it may come before the order is paid."""

    __tablename__ = "payment_returns"

    stripe_id: str = Field(unique=True)
    stripe_payment_id: str = Field(index=True)
    kind: ReturnKind = Field(sa_type=stored(ReturnKind))
    cents: int
    status: str = ""
    said_at: int = Field(default=0, sa_type=sa.BigInteger)
    """When Stripe said so, in seconds since 1970: what it says comes in any order."""


class WebhookEvent(Row, table=True):
    """Stored before it is handled, and handled once."""

    __tablename__ = "webhook_events"
    __table_args__ = (sa.UniqueConstraint("source", "event_id"),)

    source: str
    event_id: str
    kind: str
    payload: dict[str, Any] = Field(sa_type=sa.JSON)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str = ""
