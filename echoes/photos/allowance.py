"""Allowance of photos: how many of them one person may keep, as operators say."""

from sqlmodel import col, func, select

from echoes import operator_settings
from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import Photo, Upload, UploadKind, User
from echoes.operator_settings import Allowances
from echoes.text.formatting import pluralize


def require_photos(session: UserSession, count: int = 1) -> None:
    """Raises Refused when so many more are too many, uploads under way included. With the person's row held,
    so that all who add some are counted one after the other."""
    most = operator_settings.read(session, Allowances).photos
    if not most:
        return
    session.exec(select(User.id).where(col(User.id) == session.user_id).with_for_update()).one()
    if _count(session) + count > most:
        raise Refused(
            f"You can keep up to {pluralize(most, 'photo')} here. Remove some that you no longer need to make"
            " room."
        )


def _count(session: UserSession) -> int:
    there = session.exec(select(func.count()).select_from(Photo)).one()
    announced = select(func.count()).select_from(Upload).where(col(Upload.kind) == UploadKind.PHOTO)
    return there + session.exec(announced.where(col(Upload.id).not_in(select(Photo.id)))).one()
