"""Replies as a viewer of a link leaves them: a heart, sentences, no account.

A browser is known by a cookie that it gets with its first reply, for this link alone. What is kept is a
digest of it, so that a heart given twice is one.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, func, select

from echoes.database.revisions import touch_progress, touch_user
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Project, ShareReply, Video, new_id, now
from echoes.settings import get_settings, signing_key
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.replies import reply_mail
from echoes.text.validation import has_visible, without_controls

LONGEST_WORDS = 300
LONGEST_NAME = 60
MOST_OF_A_BROWSER = 5
"""Sentences, beside the heart."""
MOST_OF_A_LINK = 500
HEART = ""
"""A reply without words."""
BROWSER_ID = re.compile(r"[\w-]{20,64}", re.ASCII)
DIGEST_LETTERS = 24


@dataclass(frozen=True, slots=True)
class GivenReplies:
    """What this browser has left here before."""

    has_heart: bool = False
    sentences: tuple[str, ...] = ()


def new_browser_id() -> str:
    return secrets.token_urlsafe(18)


def is_browser_id(text: str) -> bool:
    return BROWSER_ID.fullmatch(text) is not None


def given_by(session: Session, link_id: UUID, browser_id: str) -> GivenReplies:
    query = select(ShareReply.words).where(*_of_browser(link_id, browser_id)).order_by(col(ShareReply.id))
    words = list(session.exec(query))
    return GivenReplies(HEART in words, tuple(sentence for sentence in words if sentence != HEART))


def leave(session: Session, shown: LinkedFilm, browser_id: str, words: str, name: str = "") -> bool:
    """For an unscoped session: viewers have none of their own. `HEART` for no words.

    True if it is new; the same twice is one. Raises Refused, BadInput, and NotFound for a film that has gone.
    """
    if shown.access != LinkAccess.OPEN or not shown.can_reply:
        raise Refused("Replies are turned off for this film.")
    if shown.is_owner:
        raise Refused("This is your own film. Replies come from the people you send it to.")
    reply = {
        "id": new_id(), "created_at": now(), "owner_id": shown.owner_id, "link_id": shown.link_id,
        "visitor": _digest(shown.link_id, browser_id), "words": words, "name": checked_name(name),
    }  # fmt: skip
    project_id = _hold_project(session, shown.video_id)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    written = session.execute(insert(ShareReply).values(reply).on_conflict_do_nothing())
    if not written.rowcount:  # type: ignore[attr-defined]
        return False
    _check_room(session, shown.link_id, browser_id)
    touch_progress(session, project_id)
    touch_user(session, shown.owner_id)
    reply_mail.tell_owner(session, shown.video_id)
    return True


def checked_words(text: str) -> str:
    """Plain text on as many lines as it was written on, without empty ones."""
    lines = (without_controls(" ".join(line.split())) for line in text.splitlines())
    words = "\n".join(line for line in lines if line)
    if not has_visible(words):
        raise BadInput("Please write a few words first.")
    if len(words) > LONGEST_WORDS:
        raise BadInput(f"Please use up to {LONGEST_WORDS} characters.")
    return words


def checked_name(text: str) -> str:
    name = without_controls(" ".join(text.split()))
    if len(name) > LONGEST_NAME:
        raise BadInput(f"A name can have up to {LONGEST_NAME} characters.")
    return name if has_visible(name) else ""


def _hold_project(session: Session, video_id: UUID) -> UUID:
    """Many at once are counted one after the other. The project first, as everybody does, so that no two wait
    for each other."""
    held = select(Project.id).join(Video, col(Video.project_id) == col(Project.id))
    held = held.where(col(Video.id) == video_id).with_for_update(of=Project, key_share=True)
    if (project_id := session.exec(held).one_or_none()) is None:
        raise NotFound
    return project_id


def _check_room(session: Session, link_id: UUID, browser_id: str) -> None:
    """With the new one among them: what raises here takes it back."""
    count = select(func.count()).select_from(ShareReply)
    if session.exec(count.where(*_of_browser(link_id, browser_id))).one() > MOST_OF_A_BROWSER + 1:
        raise Refused("You have already sent several replies. Thank you for each of them.")
    if session.exec(count.where(col(ShareReply.link_id) == link_id)).one() > MOST_OF_A_LINK:
        raise Refused("This film has had so many replies that it takes no more. Yours was not sent.")


def _of_browser(link_id: UUID, browser_id: str) -> tuple[ColumnElement[bool], ...]:
    return col(ShareReply.link_id) == link_id, col(ShareReply.visitor) == _digest(link_id, browser_id)


def _digest(link_id: UUID, browser_id: str) -> str:
    known = f"reply {link_id} {browser_id}".encode("utf-8", "surrogatepass")
    return hmac.digest(signing_key(get_settings()), known, hashlib.sha256).hex()[:DIGEST_LETTERS]
