"""Who has seen a film: once for each visitor and day, without anything that says who they are."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from crawlerdetect import CrawlerDetect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, update

from echoes.models import ShareLink, ShareView, new_id, now
from echoes.settings import get_settings, signing_key
from echoes.sharing.visiting import Shown

KEPT = timedelta(days=2)
PREVIEWS = re.compile(
    r"whatsapp|facebookexternalhit|facebot|signal|iframely|embedly|mastodon|bluesky|cardyb"
    r"|preview|(?<!cu)bot\b|crawl|spider|fetch|curl|wget|python|okhttp",
    re.IGNORECASE,
)
"""Not the browsers within Snapchat, Pinterest and Viber, nor Cubot's telephones: people look through them."""


def is_person(headers: Mapping[str, str]) -> bool:
    """A browser that somebody opened the page with: not a messenger's preview, a crawler or a prefetch."""
    agent = headers.get("user-agent", "")
    purpose = f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')} {headers.get('x-moz', '')}"
    if not agent.startswith("Mozilla/") or PREVIEWS.search(agent) or purpose.strip():
        return False
    # Browsers say how they came here; programs that borrow a browser's name rarely do.
    came_by = headers.get("sec-fetch-mode", "navigate" if headers.get("accept-language") else "")
    return came_by == "navigate" and not _crawlers().isCrawler(agent)


def count(session: Session, shown: Shown, address: str, agent: str) -> bool:
    """True for a visit that was not counted before."""
    day = f"{now():%Y-%m-%d}"
    visit = {
        "id": new_id(), "created_at": now(), "owner_id": shown.owner_id, "link_id": shown.link_id, "day": day,
        "visitor": _visitor(day, address, agent),
    }  # fmt: skip
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    if not session.execute(insert(ShareView).values(visit).on_conflict_do_nothing()).rowcount:  # type: ignore[attr-defined]
        return False
    session.exec(
        update(ShareLink).where(col(ShareLink.id) == shown.link_id).values(views=col(ShareLink.views) + 1)
    )
    return True


def forget_visits(session: Session) -> None:
    """The numbers stay; what told one visitor from another goes."""
    session.exec(delete(ShareView).where(col(ShareView.created_at) < now() - KEPT))


def _visitor(day: str, address: str, agent: str) -> str:
    """Another one every day, and too short to be found back to one address."""
    secret = hmac.digest(signing_key(get_settings()), f"visitors of {day}".encode(), hashlib.sha256)
    return hmac.digest(secret, f"{address}\n{agent}".encode(errors="replace"), hashlib.sha256).hex()[:10]


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect()
