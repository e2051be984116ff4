"""“Your film is ready”: a mail to whoever is not there to see it."""

from uuid import UUID

from sqlmodel import Session

from echoes.mail import service as mail
from echoes.mail.messages import film_ready
from echoes.models import MailKind, Video


def tell_owner(session: Session, video_id: UUID) -> None:
    """Of a new film, not of its further sizes. In the transaction that settles it."""
    video = session.get_one(Video, video_id)
    if video.original_id is None and mail.is_away(session, video.owner_id):
        content = film_ready(video.title, f"/project/{video.project_id}/film")
        mail.tell_person(session, video.owner_id, MailKind.FILM_READY, content, once=f"{video_id}")
