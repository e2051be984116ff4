"""What can be asked for on the clips step, and what it costs: said before anybody taps."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from echoes import configuration
from echoes.clips import orders
from echoes.clips import service as clips
from echoes.clips.motions import SURPRISE
from echoes.clips.orders import MOST_VARIATIONS, Offer
from echoes.credits import carts
from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.models import Photo
from echoes.pages.words import counted


@dataclass(frozen=True)
class MotionView:
    key: str
    label: str
    hint: str


@dataclass(frozen=True)
class OfferView:
    """`once` follows the name of what is tapped, such as “Animate · 1 credit”; free ones say nothing."""

    takes_words: bool = False
    price: int = 0
    once: str = ""
    prices: list[str] = field(default_factory=lambda: ["", *[""] * MOST_VARIATIONS])
    """What follows the button's name, by how many are asked for."""
    motions: list[MotionView] = field(default_factory=list)
    fairness: str = ""
    """What happens to the credit when a safety check refuses the picture."""
    is_used_up: bool = False


@dataclass(frozen=True)
class CartView:
    """What this person was about to make here when the credits ran out."""

    label: str = ""
    sentence: str = ""
    is_affordable: bool = False


def offer_view(session: UserSession) -> OfferView:
    offer = orders.offer(session)
    return OfferView(
        takes_words=offer.takes_words,
        price=offer.price,
        once=priced(offer.price),
        prices=[priced(offer.price * count) for count in range(MOST_VARIATIONS + 1)],
        motions=[MotionView(motion.key, motion.label, motion.hint) for motion in offer.motions],
        fairness=_fairness(session, offer),
        is_used_up=bool(offer.price) and offer.takes_words and offer.refused_left == 0,
    )


def priced(credits_: int) -> str:
    return f" · {counted(credits_, 'credit')}" if credits_ else ""


def cart_view(session: UserSession, project_id: UUID, price: int) -> CartView:
    cart = carts.find(session)
    if cart is None or cart.project_id != project_id or not (photos := _still_there(session, cart.wishes)):
        return CartView()
    total = price * len(photos) * int(cart.wishes.get("variations", 1))
    missing = total - session.user.balance
    return CartView(
        label=f"Animate {counted(len(photos), 'photo')}{priced(total)}",
        sentence="Your choice is still here."
        if missing <= 0
        else f"Your choice is still here. You need {counted(missing, 'more credit')} for it.",
        is_affordable=missing <= 0,
    )


def carry_out(session: UserSession, project_id: UUID) -> None:
    """The cart, all of it, and then there is none."""
    cart = carts.find(session)
    if cart is None or cart.project_id != project_id:
        raise NotFound("This choice is not there any more.")
    wishes = cart.wishes
    clips.animate_many(
        session,
        project_id,
        _still_there(session, wishes),
        wishes.get("motion") or SURPRISE,
        wishes.get("wish", ""),
        int(wishes.get("variations", 1)),
    )
    carts.drop(session)


def _still_there(session: UserSession, wishes: dict[str, object]) -> list[UUID]:
    named = wishes.get("photo_ids")
    ids = [UUID(str(photo_id)) for photo_id in named] if isinstance(named, list) else []
    return list(session.exec(select(Photo.id).where(col(Photo.id).in_(ids)).order_by(col(Photo.id))))


def _fairness(session: UserSession, offer: Offer) -> str:
    if not offer.price or not offer.takes_words:
        return ""
    allowed = configuration.read(session, configuration.Moderation).refunds_per_day
    if offer.refused_left > 0:
        return (
            "If a safety check refuses a picture, its credit comes back,"
            f" up to {counted(allowed, 'time')} a day. Whatever else goes wrong is never charged."
        )
    return (
        "If a safety check refuses a picture now, its credit does not come back"
        + (f": that happened {counted(allowed, 'time')} today. " if allowed else ". ")
        + "Whatever else goes wrong is never charged."
    )
