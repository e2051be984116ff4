"""Share link service: what the owner of a film may do with its link, one that works or none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import JobStatus, ShareLink, Take, Video, now
from echoes.projects.service import lock as lock_project
from echoes.settings import get_settings
from echoes.sharing import passwords
from echoes.text.validation import has_visible, without_controls

LONGEST_TITLE = 120
LONGEST_NOTE = 600
LONGEST_SENDER = 60
MOST_POSTERS = 12
WATCH = "/watch/"
EMBED = "/embed/"
_HAS_POSTER = col(Take.poster_key).is_not(None)


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How a link is to be. `password`: None leaves the one there is, an empty one takes it away."""

    title: str = ""
    note: str = ""
    sender: str = ""
    poster: UUID | None = None
    """A clip of the film whose first picture stands for it; None for the film's own."""
    can_save: bool = True
    can_reply: bool = True
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
    if wishes.expires_at and wishes.expires_at <= max(now(), wishes.opens_at or now()):
        raise BadInput("The link would end before anybody could open it. Choose a later day.")
    link.title = _line(wishes.title, "title", LONGEST_TITLE)  # If it is empty, the film's own stands there.
    link.sender = _line(wishes.sender, "name", LONGEST_SENDER)
    link.names_owner = link.sender != ""
    link.note = _note(wishes.note)
    link.poster_take_id = _poster(session, link, wishes.poster)
    link.can_save, link.can_reply = wishes.can_save, wishes.can_reply
    link.opens_at, link.expires_at = wishes.opens_at, wishes.expires_at
    if wishes.password is not None:
        link.password_hash = passwords.digest(wishes.password) if wishes.password else None
    _tell(session, link)
    return link


def posters(session: UserSession, video: Video) -> list[Take]:
    """Clips of the film whose first picture can stand for it, spread over its length."""
    query = select(Take).where(col(Take.id).in_(map(UUID, _clips_of(video))), _HAS_POSTER)
    found = {str(take.id): take for take in session.exec(query)}
    takes = [found[name] for name in _clips_of(video) if name in found]
    step = max(1.0, len(takes) / MOST_POSTERS)
    return [takes[int(place * step)] for place in range(min(len(takes), MOST_POSTERS))]


def sender_of(link: ShareLink, owner_name: str) -> str:
    """Whom the film is from: empty where its owner wants nobody named."""
    if link.sender is not None:
        return link.sender
    return owner_name if link.names_owner else ""


def revoke(session: UserSession, link_id: UUID) -> None:
    """For good: sharing again makes another address."""
    link = _get(session, link_id)
    link.revoked_at = link.revoked_at or now()
    _tell(session, link)


def address(link: ShareLink) -> str:
    return f"{get_settings().public_url}{WATCH}{link.token}"


def embed_code(token: str, width: int, height: int) -> str:
    source = f"{get_settings().public_url}{EMBED}{token}"
    return (
        f'<iframe src="{source}" width="{width}" height="{height}" title="A film" '
        'allow="fullscreen; picture-in-picture" allowfullscreen style="border:0"></iframe>'
    )


def _line(text: str, what: str, longest: int) -> str:
    line = without_controls(" ".join(text.split())).strip()
    if len(line) > longest:
        raise BadInput(f"The {what} can have up to {longest} characters.")
    return line if has_visible(line) else ""


def _note(text: str) -> str:
    note = "\n".join(map(without_controls, text.splitlines())).strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"These words can have up to {LONGEST_NOTE} characters.")
    return note


def _poster(session: UserSession, link: ShareLink, take_id: UUID | None) -> UUID | None:
    """Raises NotFound for what is no clip of this film."""
    if take_id is None:
        return None
    video, take = session.get_one(Video, link.video_id), session.get(Take, take_id)
    if take is None or take.poster_key is None or str(take_id) not in _clips_of(video):
        raise NotFound
    return take_id


def _clips_of(video: Video) -> list[str]:
    """As the timeline names them, each once, in the film's order."""
    shots = video.timeline.get("shots", ())
    return list(dict.fromkeys(str(shot.get("clip", "")) for shot in shots))


def _get(session: UserSession, link_id: UUID) -> ShareLink:
    if (link := session.get(ShareLink, link_id)) is None:
        raise NotFound
    return link


def _tell(session: UserSession, link: ShareLink) -> None:
    touch(session, session.get_one(Video, link.video_id).project_id)
