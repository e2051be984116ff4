"""Link access state.

What somebody who has a link gets to see: the film, a lock, a day to wait for, or kind words.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from compiler.timeline.model import to_seconds
from echoes.content_credentials.disclosure import disclosure_of
from echoes.errors import NotFound
from echoes.models import ShareLink, Take, User, Video, now
from echoes.sharing import passwords
from echoes.sharing.service import sender_of
from echoes.storage import is_intact
from echoes.takes.posters import shown_poster_key

LONGEST_TOKEN = 64


class LinkAccess(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    EARLY = "early"
    ENDED = "ended"
    """Its day is over; its owner can choose a later one."""
    GONE = "gone"
    """Turned off, or of somebody who is no longer here."""


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
    sender: str
    """Whom it is from; empty for nobody named."""
    referral_code: str
    can_save: bool
    can_reply: bool
    opens_at: datetime | None
    expires_at: datetime | None
    may_be_indexed: bool
    film_key: str
    film_bytes: int | None
    poster_key: str
    small_poster_key: str
    """The large one, where there is no other."""
    width: int
    height: int
    seconds: float
    made_at: datetime
    timeline: dict[str, Any]
    """As it was frozen when the film was made."""
    proof: str
    is_damaged: bool = False
    """The file is not what was stored."""
    how_made: tuple[str, ...] = ()
    """In sentences: the movement that was generated, and the camera moves."""

    @property
    def has_password(self) -> bool:
        return self.proof != ""

    @property
    def has_captions(self) -> bool:
        return any(shot.get("caption") for shot in self.timeline.get("shots", ()))

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
        sender=sender_of(link, owner.name),
        referral_code=owner.referral_code,
        can_save=link.can_save,
        can_reply=link.can_reply,
        opens_at=link.opens_at,
        expires_at=link.expires_at,
        may_be_indexed=link.may_be_indexed,
        film_key=video.film_key,
        film_bytes=video.size_bytes,
        poster_key=poster_key_of(session, link, video),
        small_poster_key=shown_poster_key(_pictured(session, link, video)),
        width=video.width,
        height=video.height,
        seconds=to_seconds(video.frames or 0),
        made_at=video.ended_at or video.created_at,
        timeline=video.timeline,
        proof=passwords.proof(link) if link.password_hash else "",
        is_damaged=not is_intact(video.film_key, video.size_bytes),
        how_made=tuple(disclosure_of(video)),
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


def poster_key_of(session: Session, link: ShareLink, video: Video) -> str:
    return _pictured(session, link, video).poster_key or ""


def _pictured(session: Session, link: ShareLink, video: Video) -> Take | Video:
    """Whose poster stands for the film. The chosen clip may have gone since."""
    chosen = session.get(Take, link.poster_take_id) if link.poster_take_id else None
    return chosen if chosen and chosen.poster_key else video


def _access(link: ShareLink, owner: User, visitor_id: UUID | None, proof: str) -> LinkAccess:
    """Owners come in before the day and without the password, and see what the others will."""
    if link.revoked_at or owner.suspended_at or owner.deletes_at:
        return LinkAccess.GONE
    if link.expires_at is not None and link.expires_at <= now():
        return LinkAccess.ENDED
    if visitor_id == owner.id:
        return LinkAccess.OPEN
    if link.opens_at is not None and link.opens_at > now():
        return LinkAccess.EARLY
    if link.password_hash and not passwords.is_proven(link, proof):
        return LinkAccess.LOCKED
    return LinkAccess.OPEN
