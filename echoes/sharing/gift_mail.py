"""“… opens today”: a mail to the owner of a gift, on its day."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from echoes.database import get_database
from echoes.mail import service as mail
from echoes.mail.messages import gift_opens
from echoes.models import MailKind, ShareLink, Video, now
from echoes.sharing.service import WATCH

LATEST = timedelta(days=1)
"""A machine that was off tells it when it is on again, for so long."""


def tell_owners(moment: datetime | None = None) -> None:
    """Of links that have opened since yesterday: each once, however often this is called."""
    moment = moment or now()
    has_opened = col(ShareLink.opens_at).between(moment - LATEST, moment)
    was_a_gift = col(ShareLink.opens_at) > col(ShareLink.created_at)
    opened = select(ShareLink, Video.title).join(Video, col(Video.id) == col(ShareLink.video_id))
    with get_database().unscoped() as session:
        for link, title in session.exec(
            opened.where(has_opened, was_a_gift, col(ShareLink.revoked_at).is_(None))
        ).all():
            content = gift_opens(link.title or title, f"{WATCH}{link.token}")
            once = f"{link.id}:{link.opens_at:%Y-%m-%dT%H:%M}"
            mail.tell_person(session, link.owner_id, MailKind.GIFT_OPENS, content, once=once)
