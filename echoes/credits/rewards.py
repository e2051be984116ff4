"""Rewards: credits at sign-up, for a friend who buys (referral), for a film that is watched.

Each is written once by its reference, so that every function here may be called again. All are for unscoped
sessions: what one person does changes another's balance. How much, operators set (`configuration.Rewards`).
"""

from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes import operator_settings
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.credits.reversals import reverse, taken_back
from echoes.models import CreditEntry, EntryKind, Order, User, Video
from echoes.operator_settings import Rewards
from echoes.settings import get_settings

WELCOME = "A welcome gift"
CAME_INVITED = "A gift for joining through a friend’s invitation"
FRIEND_BOUGHT = "A friend you invited bought credits"
WATCHED = "Somebody watched your film"
FRIEND = "friend:"
RETURNED = ("A friend’s purchase was refunded", "A friend’s purchase counts again")
OWN_RETURNED = ("Your first purchase was refunded", "Your first purchase counts again")


def on_sign_up(session: Session, user: User) -> None:
    _give(session, user.id, EntryKind.GRANT, at_sign_up(session), f"sign_up:{user.id}", WELCOME)


def at_sign_up(session: Session) -> int:
    rewards = operator_settings.read(session, Rewards)
    return rewards.sign_up_locally if get_settings().is_local else rewards.sign_up


def on_first_purchase(session: Session, order: Order) -> None:
    """For every paid order: one that is not the first, or not a friend's, earns nothing.

    The friend's part is not capped: the friend has no part in how many others were invited.
    """
    friend = session.get(User, order.owner_id) if order.owner_id else None
    if friend is None or friend.referred_by_id is None:
        return
    ledger.lock(session, friend.id)
    referrer = ledger.lock(session, friend.referred_by_id)
    if not _is_first(session, friend, order) or _are_one_person(session, friend, referrer, order):
        return
    rewards = operator_settings.read(session, Rewards)
    kind = EntryKind.REFERRAL
    _give(session, friend.id, kind, rewards.referral_friend, f"welcome:{friend.id}", CAME_INVITED, order.id)
    if referrer.suspended_at is None and _count(session, referrer.id, kind, FRIEND) < rewards.referral_cap:
        reference = f"{FRIEND}{friend.id}"
        _give(session, referrer.id, kind, rewards.referral_referrer, reference, FRIEND_BOUGHT, order.id)


def on_return(session: Session, order: Order, is_all_back: bool) -> None:
    """What a purchase earned goes when all its money went back, and comes again when that was withdrawn."""
    gifts = select(CreditEntry).where(
        col(CreditEntry.subject_id) == order.id,
        col(CreditEntry.kind) == EntryKind.REFERRAL,
        col(CreditEntry.owner_id).is_not(None),
    )
    # The friend’s own (`welcome:`) before the one who came earlier, as the ledger wants its locks.
    for gift in session.exec(gifts.order_by(col(CreditEntry.reference).desc())).all():
        owed = (gift.amount if is_all_back else 0) - taken_back(session, gift.reference)
        if owed and gift.owner_id is not None:
            notes = RETURNED if gift.reference.startswith(FRIEND) else OWN_RETURNED
            reverse(session, gift.owner_id, owed, gift.reference, notes, order.id)


def on_foreign_view(session: Session, video_id: UUID) -> None:
    """When somebody who is not its owner opens a film's share link: once for a film."""
    video, reference = session.get(Video, video_id), f"video:{video_id}"
    if video is None or ledger.is_written(session, EntryKind.SHARE, reference):
        return
    owner = ledger.lock(session, video.owner_id)
    rewards = operator_settings.read(session, Rewards)
    if owner.suspended_at is None and _count(session, video.owner_id, EntryKind.SHARE) < rewards.share_cap:
        _give(session, video.owner_id, EntryKind.SHARE, rewards.share, reference, WATCHED, video_id)


def _is_first(session: Session, friend: User, order: Order) -> bool:
    """By the ledger, which also knows purchases that were given back."""
    earlier = select(CreditEntry.id).where(
        col(CreditEntry.owner_id) == friend.id,
        col(CreditEntry.kind) == EntryKind.PURCHASE,
        col(CreditEntry.reference) != f"order:{order.id}",
    )
    return session.exec(earlier).first() is None


def _are_one_person(session: Session, friend: User, referrer: User, order: Order) -> bool:
    """Also under another sign-in with the same address, or with a card that paid for another account."""
    same_address = friend.email is not None and friend.email.casefold() == (referrer.email or "").casefold()
    if friend.id == referrer.id or same_address:
        return True
    if order.payment_fingerprint is None:
        return False
    card = col(Order.payment_fingerprint) == order.payment_fingerprint
    elsewhere = select(Order.id).where(card, col(Order.owner_id).is_distinct_from(friend.id))
    return session.exec(elsewhere).first() is not None


def _count(session: Session, user_id: UUID, kind: EntryKind, prefix: str = "") -> int:
    """Under the user's lock, so that two at once do not both find room below a cap."""
    given = select(func.count()).select_from(CreditEntry)
    mine = given.where(col(CreditEntry.owner_id) == user_id, col(CreditEntry.kind) == kind)
    return session.exec(mine.where(col(CreditEntry.reference).startswith(prefix))).one()


def _give(
    session: Session,
    user_id: UUID,
    kind: EntryKind,
    amount: int,
    reference: str,
    note: str,
    subject_id: UUID | None = None,
) -> None:
    """A reward that operators set to 0 is none."""
    if amount:
        ledger.give(session, user_id, Movement(kind, amount, reference, note, subject_id))
