"""View counting without tracking.

Who has seen a film: once for each visitor and day, without anything that says who they are.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from crawlerdetect import CrawlerDetect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, func, select, update

from echoes.accounts import networks
from echoes.models import ShareLink, ShareView, User, new_id, now
from echoes.sharing.link_access import LinkedFilm

KEPT = timedelta(days=2)
MOST_OF_A_NETWORK = 5
"""Views of a film from one address and day: a family's telephones and its television. A school or an office
counts as one such house; who only calls their browser by other names gets no further."""
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


def count(session: Session, shown: LinkedFilm, address: str, agent: str) -> bool:
    """True for a visit that was not counted before, from an address with less than its share."""
    day = f"{now():%Y-%m-%d}"
    network = networks.digest(day, address)
    if _counted_from(session, shown, day, network) >= MOST_OF_A_NETWORK:
        return False
    visit = {
        "id": new_id(), "created_at": now(), "owner_id": shown.owner_id, "link_id": shown.link_id, "day": day,
        "visitor": network + networks.digest(day, f"{address}\n{agent}"),
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
    networks.forget(session)


def is_owners(session: Session, shown: LinkedFilm, address: str, jar: Mapping[str, str]) -> bool:
    """What looks like a stranger, and comes from where its owner is, or from a browser of theirs."""
    owner = session.get(User, shown.owner_id)
    is_theirs = networks.mark_of(shown.owner_id) in networks.marks_in(jar)
    return is_theirs or (owner is not None and networks.is_of(owner, address))


def _counted_from(session: Session, shown: LinkedFilm, day: str, network: str) -> int:
    """With the link held, so that many at once are counted one after the other."""
    session.exec(select(ShareLink.id).where(col(ShareLink.id) == shown.link_id).with_for_update()).first()
    same = (
        col(ShareView.link_id) == shown.link_id,
        col(ShareView.day) == day,
        col(ShareView.visitor).startswith(network),
    )
    return session.exec(select(func.count()).select_from(ShareView).where(*same)).one()


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect()
