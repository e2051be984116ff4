"""Queries of the arrange step: what the arrange step shows, read from the database: the film as it
would be compiled now.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from compiler.text.styles import STYLES, hex_of
from compiler.timeline.layout import Layout, PlacedShot, lay_out
from compiler.timeline.playback import played_sounds
from echoes.catalogue.aspects import size_of
from echoes.database import UserSession
from echoes.editing import history
from echoes.first_cut import service as first_cut
from echoes.lettering import address_of, mark_of, words_of
from echoes.models import Project, Take
from echoes.music import service as music
from echoes.pages.project.arrange.music.queries import NO_MUSIC, ChosenMusic, files_heard, settings_of
from echoes.pages.project.arrange.order.queries import read_left_out, read_shots
from echoes.pages.project.arrange.words.queries import Cards, cards_of
from echoes.pages.project.queries import Head, head_of, under_way
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.storage import Storage, get_storage
from echoes.takes.posters import poster_url
from echoes.takes.previews import preview_url
from echoes.text import formatting


@dataclass(frozen=True)
class MusicTrackViewModel:
    id: str
    title: str
    mood: str
    lasts: str
    address: str
    is_own: bool


@dataclass(frozen=True)
class ArrangePageViewModel:
    head: Head
    shots: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    cards: Cards = field(default_factory=Cards)
    film: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    words: list[dict[str, str]] = field(default_factory=list)
    audio: dict[str, Any] = field(default_factory=dict)
    first_picture: str = ""
    """What the player shows before it plays, seen before its scripts have come; on `first_ground`."""
    first_ground: str = ""
    length: str = ""
    notes: list[str] = field(default_factory=list)
    tracks: list[MusicTrackViewModel] = field(default_factory=list)
    music_id: str = ""
    volume: int = 0
    chosen: ChosenMusic = NO_MUSIC
    peaks: list[float] = field(default_factory=list)
    transition: str = ""
    seconds: float = 0.0
    undo_step: str = ""
    redo_step: str = ""
    look: str = ""
    making: int = 0
    """Clips under way."""
    is_first_cut: bool = False
    """The film came of one tap, and goes on to be made by one."""
    aside: int = 0
    """Photos that the first cut did not use."""


def read_arrange_page(session: UserSession, project_id: UUID) -> ArrangePageViewModel:
    project, head, storage = projects.get(session, project_id), head_of(session, project_id), get_storage()
    tracks = _tracks(session, storage)
    playing = timelines.tracks_of(session, project)
    steps = history.steps(session, project_id)
    return ArrangePageViewModel(
        head=head,
        tracks=tracks,
        music_id=str(playing[0].id) if playing else "",
        volume=round(project.music_volume * 100),
        chosen=settings_of(project, playing),
        peaks=(playing[0].peaks if playing else None) or [],
        transition=project.transition,
        seconds=project.transition_seconds,
        undo_step=steps.undo,
        redo_step=steps.redo,
        cards=cards_of(session, project),
        left_out=read_left_out(session, project, storage),
        look=project.look,
        making=under_way(session, project),
        is_first_cut=project.keeps_all,
        aside=len(first_cut.plan(session, project_id).aside) if project.keeps_all else 0,
        **(_film(session, project, storage) if head.kept else {}),
    )


def _film(session: UserSession, project: Project, storage: Storage) -> dict[str, Any]:
    """The layout that the compiler would render, and where the player finds its clips."""
    timeline = timelines.build(session, project)
    layout, places = lay_out(timeline), timelines.clips_in_film(session, project)
    sounds = played_sounds(timeline, layout, timelines.levels_of(session, project, places))
    sources = {str(place.take.id): _files(place.take, storage) for place in places}
    words = [_words(shot, layout, size_of(project.aspect)) for shot in layout.shots]
    first = layout.shots[0]
    return {
        "first_picture": sources[first.clip]["poster"] if first.clip else words[0]["src"],
        "first_ground": words[0]["ground"],
        "film": {name: value for name, value in layout.to_json().items() if name != "soundtrack"},
        "audio": {
            "files": files_heard(timelines.tracks_of(session, project), places, storage),
            "sounds": [sound.to_json() for sound in sounds],
        },
        "sources": sources,
        "words": words,
        "length": formatting.duration(layout.duration),
        "notes": list(layout.notes),
        "shots": read_shots(session, project, places, storage),
    }


def _words(shot: PlacedShot, layout: Layout, size: tuple[int, int]) -> dict[str, str]:
    """What the player lays over this shot: the pictures of its card or caption, and of its mark."""
    words, mark = words_of(shot, layout, size), mark_of(shot, size)
    ground = hex_of(STYLES[words.style].ground) if words and words.kind == "card" else ""
    src, marked = (address_of(each) if each else "" for each in (words, mark))
    return {"src": src, "ground": ground, "mark": marked}


def _files(take: Take, storage: Storage) -> dict[str, str]:
    return {
        "src": storage.url(take.video_key, size_bytes=take.size_bytes) if take.video_key else "",
        "light": preview_url(take, storage),
        "poster": poster_url(take, storage),
    }


def _tracks(session: UserSession, storage: Storage) -> list[MusicTrackViewModel]:
    return [
        MusicTrackViewModel(
            id=str(track.id),
            title=track.title,
            mood=track.mood,
            lasts=formatting.duration(track.duration),
            address=storage.url(track.audio_key, size_bytes=track.size_bytes),
            is_own=track.owner_id is not None,
        )
        for track in music.list_tracks(session)
    ]
