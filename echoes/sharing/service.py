"""Share link service: what the owner of a film may do with its link, one that works or none."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import JobStatus, ShareLink, Video, now
from echoes.projects.service import lock as lock_project
from echoes.settings import get_settings
from echoes.sharing import passwords
from echoes.text.validation import has_visible

LONGEST_TITLE = 120
LONGEST_NOTE = 600
WATCH = "/watch/"
EMBED = "/embed/"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How a link is to be. `password`: None leaves the one there is, an empty one takes it away."""

    title: str = ""
    note: str = ""
    names_owner: bool = False
    opens_at: datetime | None = None
    expires_at: datetime | None = None
    password: str | None = None


def find(session: UserSession, video_id: UUID) -> ShareLink | None:
    """The film's working link."""
    query = select(ShareLink).where(col(ShareLink.video_id) == video_id, col(ShareLink.revoked_at).is_(None))
    return session.exec(query.order_by(col(ShareLink.id).desc())).first()


def share(session: UserSession, video_id: UUID) -> ShareLink:
    """The film's working link; a new one, with a new address, if there is none."""
    video = session.get(Video, video_id)
    if video is None or video.original_id is not None:  # A film is sent, not one of its sizes.
        raise NotFound
    lock_project(session, video.project_id)
    if video.status != JobStatus.SUCCEEDED:
        raise Refused("This film is not finished yet.")
    if link := find(session, video_id):
        return link
    link = ShareLink(owner_id=session.user_id, video_id=video_id)
    session.add(link)
    session.flush()
    touch(session, video.project_id)
    return link


def shape(session: UserSession, link_id: UUID, wishes: LinkSettings) -> ShareLink:
    link = _get(session, link_id)
    title = _text(" ".join(wishes.title.split()))
    if not has_visible(title):
        title = ""  # The film's own stands there then.
    note = "\n".join(map(_text, wishes.note.splitlines())).strip()
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"The title can have up to {LONGEST_TITLE} characters.")
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"The note can have up to {LONGEST_NOTE} characters.")
    if wishes.expires_at and wishes.expires_at <= max(now(), wishes.opens_at or now()):
        raise BadInput("The link would end before anybody could open it. Choose a later day.")
    link.title, link.note, link.names_owner = title, note, wishes.names_owner
    link.opens_at, link.expires_at = wishes.opens_at, wishes.expires_at
    if wishes.password is not None:
        link.password_hash = passwords.digest(wishes.password) if wishes.password else None
    _tell(session, link)
    return link


def revoke(session: UserSession, link_id: UUID) -> None:
    """For good: sharing again makes another address."""
    link = _get(session, link_id)
    link.revoked_at = link.revoked_at or now()
    _tell(session, link)


def address(link: ShareLink) -> str:
    return f"{get_settings().public_url}{WATCH}{link.token}"


def embed_code(link: ShareLink, width: int, height: int) -> str:
    source = f"{get_settings().public_url}{EMBED}{link.token}"
    return (
        f'<iframe src="{source}" width="{width}" height="{height}" title="A film" '
        'allow="fullscreen; picture-in-picture" allowfullscreen style="border:0"></iframe>'
    )


def _text(line: str) -> str:
    """Without control characters and halves of letters: copied text brings them, no page may hold them."""
    spaced = line.replace("\t", " ")
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in {"Cc", "Cs"})


def _get(session: UserSession, link_id: UUID) -> ShareLink:
    if (link := session.get(ShareLink, link_id)) is None:
        raise NotFound
    return link


def _tell(session: UserSession, link: ShareLink) -> None:
    touch(session, session.get_one(Video, link.video_id).project_id)
