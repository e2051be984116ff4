"""Missed webhook events: Stripe's own list is read, and what we do not know yet goes the webhook's way.

So no refund is lost while our endpoint is down for longer than Stripe delivers, or is told of too few kinds.
A day at a time, the oldest first: a look that is broken off goes on where it was. An event that fails keeps
no other waiting: it is stored with what went wrong, and the next looks try it again.
"""

import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from echoes.credits.payments import webhook
from echoes.credits.payments.events import HANDLERS, NEEDED
from echoes.credits.payments.orders import UnusablePayment
from echoes.credits.payments.payloads import readable
from echoes.credits.payments.stripe import connected, text, uses_stripe
from echoes.database import get_database
from echoes.errors import brief
from echoes.models import Setting, now
from echoes.settings import Settings

QUIET = timedelta(minutes=10)
"""What is younger, the webhook may still bring."""
OVERLAP = timedelta(hours=1)
"""Looked at twice, for clocks that differ and for what Stripe lists late."""
LISTED = timedelta(days=30)
"""For so long Stripe remembers."""
SLICE = timedelta(days=1)
PAGE = 100
LOOKED_UNTIL = "stripe_events"
"""The setting that holds how far we looked, in seconds since 1970."""

logger = logging.getLogger(__name__)


async def fetch_missed_events(settings: Settings) -> int:
    """How many were brought in. Not for the event loop of pages: its database work is done in place."""
    if not uses_stripe(settings):
        return 0
    await webhook.try_again(settings)
    brought: Counter[str] = Counter()
    try:
        async with connected(settings) as client:
            await _look(client, settings, brought)
    except stripe.PermissionError:
        logger.warning("the Stripe key may not read Events: what the webhook missed stays unknown")
    except stripe.StripeError as error:
        logger.warning("Stripe cannot be asked for events at the moment: %s", type(error).__name__)
    _tell(brought)
    return brought.total()


async def _look(client: stripe.StripeClient, settings: Settings, brought: Counter[str]) -> None:
    until = now() - QUIET
    since = _looked_until(until)
    while since < until:
        end = min(since + SLICE, until)
        async for page in _pages(client, since, end):
            for event in _unknown(page):
                if await webhook.receive(settings, b"", event):
                    brought[event["type"]] += 1
        _note(end)
        since = end


async def _pages(client: stripe.StripeClient, since: datetime, end: datetime) -> AsyncIterator[Sequence[Any]]:
    """As they came over the wire: the library's own objects are not what a webhook brings."""
    page = await client.v1.events.list_async(
        params={
            "types": sorted(HANDLERS),
            "created": {"gte": int(since.timestamp()), "lt": int(end.timestamp())},
            "limit": PAGE,
        }
    )
    while not page.is_empty:
        said: Any = page.last_response.data if page.last_response else page
        yield said["data"]
        page = await page.next_page_async()


def _unknown(page: Sequence[Any]) -> list[dict[str, Any]]:
    """The older first, as they happened."""
    listed = [event for said in reversed(page) if (event := _readable(said))]
    known = webhook.handled_among([event["id"] for event in listed])
    return [event for event in listed if event["id"] not in known]


def _readable(said: object) -> dict[str, Any] | None:
    try:
        event = readable(said)
    except UnusablePayment as problem:
        logger.error("Stripe lists what cannot be read: %s", brief(problem))
        return None
    if text(event.get("id")):
        return event
    logger.error("Stripe lists a %s event without an id", event["type"])
    return None


def _looked_until(until: datetime) -> datetime:
    """Where to begin. A mark that is too old, or from a clock that was wrong, is none."""
    earliest = until - LISTED
    with get_database().reading() as session:
        row = _mark(session)
    mark = datetime.fromtimestamp(row.value["until"], UTC) if row else earliest
    return max(earliest, mark - OVERLAP) if mark <= until else earliest


def _note(end: datetime) -> None:
    """Of two at once the last one counts: at the worst something is looked at once more."""
    value = {"until": int(end.timestamp())}
    with get_database().unscoped() as session:
        if row := _mark(session):
            row.value = value
            return
        try:
            with session.begin_nested():
                session.add(Setting(name=LOOKED_UNTIL, version=1, value=value))
        except IntegrityError:
            return  # Another worker's first look.


def _mark(session: Session) -> Setting | None:
    return session.exec(select(Setting).where(col(Setting.name) == LOOKED_UNTIL)).one_or_none()


def _tell(brought: Counter[str]) -> None:
    """Kinds that nobody has to be told of are no news."""
    missed = {kind: count for kind, count in sorted(brought.items()) if kind in NEEDED}
    if missed:
        said = ", ".join(f"{count} {kind}" for kind, count in missed.items())
        logger.warning("the webhook missed events, which were taken from Stripe's list: %s", said)
