"""Queries of the music library page."""

from dataclasses import dataclass

from sqlmodel import Session

from echoes.admin import music
from echoes.models import MusicTrack
from echoes.storage import get_storage
from echoes.text import formatting


@dataclass(frozen=True)
class LibraryTrackViewModel:
    id: str = ""
    title: str = ""
    mood: str = ""
    licence: str = ""
    facts: str = ""
    address: str = ""
    is_hidden: bool = False


def read_tracks(session: Session) -> list[LibraryTrackViewModel]:
    storage = get_storage()
    return [
        LibraryTrackViewModel(
            id=str(track.id),
            title=track.title,
            mood=track.mood,
            licence=track.licence,
            facts=_facts(track),
            address=storage.url(track.audio_key, size_bytes=track.size_bytes),
            is_hidden=track.is_hidden,
        )
        for track in music.tracks(session)
    ]


def _facts(track: MusicTrack) -> str:
    facts = [
        formatting.duration(track.duration),
        track.mood,
        f"{track.loudness:.1f} LUFS" if track.loudness is not None else "",
        formatting.pluralize(len(track.beats), "beat") if track.beats else "",
    ]
    return " · ".join(fact for fact in facts if fact)
