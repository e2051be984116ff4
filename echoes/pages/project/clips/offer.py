"""Clip options and prices: what can be asked for on the clips step, said before anybody taps."""

from dataclasses import dataclass, field

from echoes import operator_settings
from echoes.database import UserSession
from echoes.takes import requesting
from echoes.takes.requesting import MOST_VARIATIONS, TakeOffer
from echoes.text.formatting import pluralize


@dataclass(frozen=True)
class MotionViewModel:
    key: str
    label: str
    hint: str


@dataclass(frozen=True)
class OfferViewModel:
    """`once` follows the name of what is tapped, such as “Animate · 1 credit”; free ones say nothing."""

    takes_words: bool = False
    price: int = 0
    once: str = ""
    prices: list[str] = field(default_factory=lambda: ["", *[""] * MOST_VARIATIONS])
    """What follows the button's name, by how many are asked for."""
    motions: list[MotionViewModel] = field(default_factory=list)
    fairness: str = ""
    """What happens to the credit when a safety check refuses the picture."""
    is_used_up: bool = False


def read_offer(session: UserSession) -> OfferViewModel:
    offer = requesting.offer(session)
    return OfferViewModel(
        takes_words=offer.takes_words,
        price=offer.price,
        once=priced(offer.price),
        prices=[priced(offer.price * count) for count in range(MOST_VARIATIONS + 1)],
        motions=[MotionViewModel(motion.key, motion.label, motion.hint) for motion in offer.motions],
        fairness=_fairness(session, offer),
        is_used_up=bool(offer.price) and offer.takes_words and offer.refused_left == 0,
    )


def priced(credits_: int) -> str:
    return f" · {pluralize(credits_, 'credit')}" if credits_ else ""


def _fairness(session: UserSession, offer: TakeOffer) -> str:
    if not offer.price or not offer.takes_words:
        return ""
    allowed = operator_settings.read(session, operator_settings.Moderation).refunds_per_day
    if offer.refused_left > 0:
        return (
            "If a safety check refuses a photo, its credit comes back,"
            f" up to {pluralize(allowed, 'time')} a day. Nothing else that goes wrong is ever charged."
        )
    return (
        "If a safety check refuses a photo now, its credit does not come back"
        + (f": that happened {pluralize(allowed, 'time')} today. " if allowed else ". ")
        + "Nothing else that goes wrong is ever charged."
    )
