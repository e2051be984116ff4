"""Framing of a photo by hand: what matters in it, whether all of it is shown, how far the camera moves."""

from math import isfinite
from uuid import UUID

from compiler.subject import FramingMode, MovementStrength
from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import BadInput, NotFound
from echoes.models import Photo


def set_focus(session: UserSession, photo_id: UUID, x: float, y: float) -> None:
    """In parts of the photo's width and height. Raises NotFound, BadInput."""
    if not all(isfinite(part) and 0.0 <= part <= 1.0 for part in (x, y)):
        raise BadInput("Please tap inside the photo.")
    photo = _photo(session, photo_id)
    photo.focus_x, photo.focus_y = round(x, 4), round(y, 4)


def clear_focus(session: UserSession, photo_id: UUID) -> None:
    """Faces, or what stands out, are what matters again."""
    photo = _photo(session, photo_id)
    photo.focus_x = photo.focus_y = None


def set_mode(session: UserSession, photo_id: UUID, mode: str) -> None:
    if mode not in list(FramingMode):
        raise BadInput("Please choose how the photo is framed.")
    _photo(session, photo_id).framing_mode = mode


def set_movement(session: UserSession, photo_id: UUID, strength: str) -> None:
    if strength not in list(MovementStrength):
        raise BadInput("Please choose how far the camera moves.")
    _photo(session, photo_id).movement = strength


def _photo(session: UserSession, photo_id: UUID) -> Photo:
    """About to change: open tabs learn of it."""
    if (photo := session.get(Photo, photo_id)) is None:
        raise NotFound
    touch(session, photo.project_id)
    return photo
