"""Queries of the clip sheet: what can be changed of one clip of the film."""

from dataclasses import dataclass, field
from uuid import UUID

from compiler.timeline.model import FRAME_RATE
from echoes.catalogue.aspects import choice_of
from echoes.clips.regeneration import is_being_made, longer_lengths
from echoes.database import UserSession
from echoes.editing.clips import SHORTEST_PART, fitting_takes
from echoes.models import Clip, Photo, Project, Take
from echoes.pages.project.clips.offer import priced
from echoes.projects import service as projects
from echoes.projects.timeline import ClipInFilm, clips_in_film, part_shown
from echoes.storage import Storage, get_storage
from echoes.takes import requesting
from echoes.takes.motions import LABELS
from echoes.takes.posters import poster_url
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
    longer: list[int] = field(default_factory=list)
    """Seconds that another clip of this photo can last."""
    price: int = 0
    once: str = ""
    """What follows the name of what is tapped; nothing where that is free."""
    costs: str = "free"
    is_being_made: bool = False
    """Another clip of this photo is under way."""


NO_CLIP = ClipSheet()


def read_clip_sheet(session: UserSession, project_id: UUID, clip_id: UUID) -> ClipSheet:
    """Nothing for a clip that is not in the film (any more)."""
    project = projects.get(session, project_id)
    places = clips_in_film(session, project)
    for number, place in enumerate(places, 1):
        if place.clip.id == clip_id and place.take.frames:
            return _sheet(session, project, number, place)
    return NO_CLIP


def _sheet(session: UserSession, project: Project, number: int, place: ClipInFilm) -> ClipSheet:
    clip, take, storage = place.clip, place.take, get_storage()
    frames = take.frames or 0
    start, end = part_shown(project, clip, take)
    end = frames if end is None else end
    photo, price = session.get(Photo, clip.photo_id), requesting.offer(session).price
    return ClipSheet(
        id=str(clip.id),
        title=f"Clip {number}",
        src=storage.url(take.video_key, size_bytes=take.size_bytes) if take.video_key else "",
        poster=poster_url(take, storage),
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
        longer=longer_lengths(session, take),
        price=price,
        once=priced(price),
        costs=f"for {formatting.pluralize(price, 'credit')}" if price else "free",
        is_being_made=is_being_made(session, clip),
    )


def in_seconds(frames: int) -> str:
    return f"{frames / FRAME_RATE:.1f} s"


def _takes(session: UserSession, clip: Clip, shown: Take, storage: Storage) -> list[OtherTake]:
    """Nothing to choose where there is only one."""
    takes = fitting_takes(session, clip)
    return [
        OtherTake(str(take.id), poster_url(take, storage), LABELS.get(take.motion, ""), take.id == shown.id)
        for take in takes
        if len(takes) > 1
    ]
