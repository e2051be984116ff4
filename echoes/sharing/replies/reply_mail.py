"""“Somebody replied to …”: a mail to the owner of a shared film who is not there to see it."""

from uuid import UUID

from sqlmodel import Session

from echoes.mail import service as mail
from echoes.mail.messages import reply_arrived
from echoes.models import MailKind, Video, now


def tell_owner(session: Session, video_id: UUID) -> None:
    """In the transaction of the reply; of one film once a day at most."""
    video = session.get_one(Video, video_id)
    if mail.is_away(session, video.owner_id):
        content = reply_arrived(video.title, f"/project/{video.project_id}/film")
        once = f"{video_id}:{now():%Y-%m-%d}"
        mail.tell_person(session, video.owner_id, MailKind.REPLY, content, once=once)
