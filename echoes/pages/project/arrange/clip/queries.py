"""Queries of the clip sheet: what can be changed of one clip of the film."""

from dataclasses import dataclass, field
from uuid import UUID

from compiler.timeline.model import FRAME_RATE
from echoes.catalogue.aspects import choice_of
from echoes.database import UserSession
from echoes.editing.clips import SHORTEST_PART, fitting_takes
from echoes.models import Clip, Photo, Take
from echoes.projects import service as projects
from echoes.projects.timeline import ClipInFilm, clips_in_film, part_of
from echoes.storage import Storage, get_storage
from echoes.takes.motions import LABELS
from echoes.text import formatting


@dataclass(frozen=True)
class OtherTake:
    id: str
    poster: str
    label: str
    is_shown: bool


@dataclass(frozen=True)
class ClipSheet:
    """`start` up to `end` is what the film shows of its frames. Without an `id` no clip is open."""

    id: str = ""
    title: str = ""
    src: str = ""
    poster: str = ""
    ratio: str = "16 / 9"
    frames: int = 1
    start: int = 0
    end: int = 1
    shortest: int = 1
    lasts: str = ""
    whole: str = ""
    caption: str = ""
    date: str = ""
    has_audio: bool = False
    has_sound: bool = False
    volume: int = 100
    takes: list[OtherTake] = field(default_factory=list)


NO_CLIP = ClipSheet()


def read_clip_sheet(session: UserSession, project_id: UUID, clip_id: UUID) -> ClipSheet:
    """Nothing for a clip that is not in the film (any more)."""
    project = projects.get(session, project_id)
    places = clips_in_film(session, project)
    for number, place in enumerate(places, 1):
        if place.clip.id == clip_id and place.take.frames:
            return _sheet(session, number, place, place.take.frames)
    return NO_CLIP


def _sheet(session: UserSession, number: int, place: ClipInFilm, frames: int) -> ClipSheet:
    clip, take, storage = place.clip, place.take, get_storage()
    start, end = part_of(clip, take)
    end = frames if end is None else end
    photo = session.get(Photo, clip.photo_id)
    return ClipSheet(
        id=str(clip.id),
        title=f"Clip {number}",
        src=storage.url(take.video_key, size_bytes=take.size_bytes) if take.video_key else "",
        poster=_poster(take, storage),
        ratio=choice_of(take.aspect).ratio,
        frames=frames,
        start=start,
        end=end,
        shortest=min(SHORTEST_PART, frames),
        lasts=in_seconds(end - start),
        whole=in_seconds(frames),
        caption=clip.caption,
        date=formatting.full_date(photo.taken_at) if photo and photo.taken_at else "",
        has_audio=take.audio_key is not None,
        has_sound=clip.has_sound,
        volume=round(clip.sound_volume * 100),
        takes=_takes(session, clip, take, storage),
    )


def in_seconds(frames: int) -> str:
    return f"{frames / FRAME_RATE:.1f} s"


def _takes(session: UserSession, clip: Clip, shown: Take, storage: Storage) -> list[OtherTake]:
    """Nothing to choose where there is only one."""
    takes = fitting_takes(session, clip)
    return [
        OtherTake(str(take.id), _poster(take, storage), LABELS.get(take.motion, ""), take.id == shown.id)
        for take in takes
        if len(takes) > 1
    ]


def _poster(take: Take, storage: Storage) -> str:
    return storage.url(take.poster_key) if take.poster_key else ""
