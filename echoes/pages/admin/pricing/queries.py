"""Queries of the pricing page: packs, rewards and prices as an operator sees them."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from echoes import operator_settings
from echoes.admin import pricing
from echoes.models import CreditPack
from echoes.operator_settings import Configured, Moderation, Rewards
from echoes.text import formatting
from echoes.text.isolation import isolated

VERSIONED: dict[str, type[Configured]] = {kind.name: kind for kind in (Rewards, Moderation)}


@dataclass(frozen=True)
class OfferedPackViewModel:
    id: str = ""
    title: str = ""
    credits: int = 5
    price_cents: int = 1500
    position: int = 0
    stripe_price_id: str = ""
    is_offered: bool = True
    price: str = ""


def facts_of(pack: OfferedPackViewModel) -> dict[str, Any]:
    """What the form of a pack is filled with, as the pack itself has it."""
    return {
        "title": pack.title, "credits": pack.credits, "price_cents": pack.price_cents,
        "position": pack.position, "stripe_price_id": pack.stripe_price_id or None,
        "is_offered": pack.is_offered,
    }  # fmt: skip


@dataclass(frozen=True)
class PricingVersionViewModel:
    kind: str
    number: int
    who: str
    change: str
    note: str
    is_current: bool


@dataclass(frozen=True)
class PricingViewModel:
    packs: list[OfferedPackViewModel]
    versions: list[PricingVersionViewModel]
    rewards: dict[str, int]
    refunds_per_day: int
    newest: dict[str, int]
    """The newest version of each kind: what is changed is based on it."""


def read_pricing(session: Session) -> PricingViewModel:
    return PricingViewModel(
        packs=[_pack(pack) for pack in pricing.packs(session)],
        versions=[line for kind in VERSIONED.values() for line in _versions_of(session, kind)],
        rewards=operator_settings.read(session, Rewards).model_dump(),
        refunds_per_day=operator_settings.read(session, Moderation).refunds_per_day,
        newest={name: operator_settings.latest(session, kind) for name, kind in VERSIONED.items()},
    )


def _versions_of(session: Session, kind: type[Configured]) -> list[PricingVersionViewModel]:
    known = pricing.versions(session, kind)
    return [
        PricingVersionViewModel(
            kind=kind.name,
            number=version.number,
            who=f"{isolated(version.author)}, {version.when:%-d %b %Y, %H:%M}",
            change=", ".join(
                f"{name.replace('_', ' ')} {was} → {becomes}" for name, (was, becomes) in changed.items()
            ),
            note=version.note,
            is_current=version == known[0],
        )
        for version, changed in zip(known, pricing.differences(kind, known), strict=True)
    ]


def _pack(pack: CreditPack) -> OfferedPackViewModel:
    return OfferedPackViewModel(
        id=str(pack.id),
        title=pack.title,
        credits=pack.credits,
        price_cents=pack.price_cents,
        position=pack.position,
        stripe_price_id=pack.stripe_price_id or "",
        is_offered=pack.is_offered,
        price=_price(pack),
    )


def _price(pack: CreditPack) -> str:
    amount = formatting.money(pack.price_cents, pack.currency)
    return f"{formatting.pluralize(pack.credits, 'credit')} for {amount}"
