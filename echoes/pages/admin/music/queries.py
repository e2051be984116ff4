"""Queries of the music library page."""

from dataclasses import dataclass

from sqlmodel import Session

from echoes.admin import music
from echoes.models import MusicTrack
from echoes.storage import get_storage
from echoes.text import formatting


@dataclass(frozen=True)
class TrackView:
    id: str = ""
    title: str = ""
    mood: str = ""
    licence: str = ""
    facts: str = ""
    address: str = ""
    is_hidden: bool = False


def track_views(session: Session) -> list[TrackView]:
    storage = get_storage()
    return [
        TrackView(
            id=str(track.id),
            title=track.title,
            mood=track.mood,
            licence=track.licence,
            facts=_facts(track),
            address=storage.url(track.audio_key),
            is_hidden=track.is_hidden,
        )
        for track in music.tracks(session)
    ]


def _facts(track: MusicTrack) -> str:
    facts = [
        formatting.length(track.duration),
        track.mood,
        f"{track.loudness:.1f} LUFS" if track.loudness is not None else "",
        formatting.counted(len(track.beats), "beat") if track.beats else "",
    ]
    return " · ".join(fact for fact in facts if fact)
