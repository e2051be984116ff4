"""Link access state.

What somebody who has a link gets to see: the film, a lock, a day to wait for, or kind words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from compiler.timeline.model import to_seconds
from echoes.errors import NotFound
from echoes.models import ShareLink, User, Video, now
from echoes.sharing import passwords
from echoes.storage import is_intact

LONGEST_TOKEN = 64


class LinkAccess(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    EARLY = "early"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class LinkedFilm:
    """All that the page may need. The page keeps hidden what `access` says: it asks that first."""

    access: LinkAccess
    link_id: UUID
    video_id: UUID
    token: str
    owner_id: UUID
    is_owner: bool
    title: str
    note: str
    owner_name: str
    referral_code: str
    opens_at: datetime | None
    may_be_indexed: bool
    film_key: str
    film_bytes: int | None
    poster_key: str
    width: int
    height: int
    seconds: float
    proof: str
    is_damaged: bool = False
    """The file is not what was stored."""

    @property
    def has_password(self) -> bool:
        return self.proof != ""

    @property
    def is_waiting(self) -> bool:
        """For its day. Only its owner gets in before."""
        return self.opens_at is not None and self.opens_at > now()


def look_up(session: Session, token: str, visitor_id: UUID | None = None, proof: str = "") -> LinkedFilm:
    """Raises NotFound for what was never a link, or whose film is deleted."""
    link, video, owner = _find(session, token)
    if not video.film_key:
        raise NotFound
    return LinkedFilm(
        access=_access(link, owner, visitor_id, proof),
        link_id=link.id,
        video_id=video.id,
        token=link.token,
        owner_id=owner.id,
        is_owner=visitor_id == owner.id,
        title=link.title or video.title,
        note=link.note,
        owner_name=owner.name if link.names_owner else "",
        referral_code=owner.referral_code,
        opens_at=link.opens_at,
        may_be_indexed=link.may_be_indexed,
        film_key=video.film_key,
        film_bytes=video.size_bytes,
        poster_key=video.poster_key or "",
        width=video.width,
        height=video.height,
        seconds=to_seconds(video.frames or 0),
        proof=passwords.proof(link) if link.password_hash else "",
        is_damaged=not is_intact(video.film_key, video.size_bytes),
    )


def _find(session: Session, token: str) -> tuple[ShareLink, Video, User]:
    if len(token) > LONGEST_TOKEN or not token.isprintable():
        raise NotFound
    query = (
        select(ShareLink, Video, User)
        .join(Video, col(Video.id) == col(ShareLink.video_id))
        .join(User, col(User.id) == col(ShareLink.owner_id))
        .where(col(ShareLink.token) == token)
    )
    if (found := session.exec(query).one_or_none()) is None:
        raise NotFound
    return found


def _access(link: ShareLink, owner: User, visitor_id: UUID | None, proof: str) -> LinkAccess:
    """Owners come in before the day and without the password, and see what the others will."""
    is_over = link.expires_at is not None and link.expires_at <= now()
    if link.revoked_at or is_over or owner.suspended_at or owner.deletes_at:
        return LinkAccess.GONE
    if visitor_id == owner.id:
        return LinkAccess.OPEN
    if link.opens_at is not None and link.opens_at > now():
        return LinkAccess.EARLY
    if link.password_hash and not passwords.is_proven(link, proof):
        return LinkAccess.LOCKED
    return LinkAccess.OPEN
