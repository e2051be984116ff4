"""The credit ledger, packs and carts."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Kept, Owned, Row, stored


class EntryKind(StrEnum):
    PURCHASE = "purchase"
    REFERRAL = "referral"
    SHARE = "share"
    GENERATION = "generation"
    REFUND = "refund"
    GRANT = "grant"
    REVERSAL = "reversal"


class CreditEntry(Kept, table=True):
    """One line of the ledger: written once, never changed. `credits.ledger` is the only way here."""

    __tablename__ = "credit_entries"
    __table_args__ = (
        sa.UniqueConstraint("kind", "reference"),
        sa.CheckConstraint("amount <> 0", "amount"),
        sa.Index("ix_credit_entries_history", "owner_id", "id"),
        sa.Index("ix_credit_entries_sums", "owner_id", "amount"),
    )

    owner_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    kind: EntryKind = Field(sa_type=stored(EntryKind))
    reference: str
    """What the entry is for, such as `take:<id>`: one entry of a kind for it, ever."""
    amount: int
    balance_after: int
    debt_after: int = 0
    note: str = ""
    """What the person reads beside it."""
    subject_id: UUID | None = Field(default=None, index=True)
    """The take, order, film or user that it is about."""


class CreditPack(Row, table=True):
    __tablename__ = "credit_packs"

    title: str
    credits: int
    price_cents: int
    currency: str = "usd"
    stripe_price_id: str | None = None
    position: int = 0
    is_offered: bool = True


class Cart(Owned, table=True):
    """What somebody was about to make when the credits ran out: kept until it is made or dropped."""

    __tablename__ = "carts"
    __table_args__ = (sa.UniqueConstraint("owner_id"),)

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    wishes: dict[str, Any] = Field(sa_type=sa.JSON)
