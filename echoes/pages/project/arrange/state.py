"""State of the arrange step: step three: the order, what happens between clips, and the music; and
the film as it would be.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import reflex as rx

from echoes.editing import clips, history, soundtrack, transitions
from echoes.errors import BadInput
from echoes.models import UploadKind
from echoes.music import service as music
from echoes.pages.common.state import uuid_of
from echoes.pages.project.arrange.music.queries import NO_MUSIC, ChosenMusic
from echoes.pages.project.arrange.queries import MusicTrackViewModel, read_arrange_page
from echoes.pages.project.state import ProjectState, ProjectStepState
from echoes.uploads.service import largest_in_words

LARGE = ("shots", "film", "sources", "words", "tracks", "peaks")


class ArrangementState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    shots: list[dict[str, str]] = []
    film: dict[str, Any] = {}
    sources: dict[str, dict[str, str]] = {}
    words: list[dict[str, str]] = []
    tracks: list[MusicTrackViewModel] = []
    own_tracks: list[str] = []
    peaks: list[float] = []
    """Of the chosen music."""


class ArrangeState(ProjectStepState, ProjectState):
    length: str = ""
    notes: list[str] = []
    music_id: str = ""
    music_address: str = ""
    largest_music: str = ""
    volume: int = 80
    chosen: ChosenMusic = NO_MUSIC
    transition: str = ""
    seconds: float = 0.5
    undo_step: str = ""
    """What the buttons would undo and redo, in words; "" for nothing."""
    redo_step: str = ""
    undo_sentence: str = ""
    """What was done just now and is better said than guessed."""

    async def _refresh(self) -> None:
        found = await self._look(read_arrange_page, self._project_id())
        view = {name: getattr(found, name) for name in found.__dataclass_fields__}
        large = {name: view.pop(name) for name in LARGE}
        own_tracks = [track.id for track in found.tracks if track.is_own]
        await self._show_apart(ArrangementState, own_tracks=own_tracks, **large)
        self._show(largest_music=largest_in_words(UploadKind.MUSIC), **view)
        if not self.undo_step:
            self._show(undo_sentence="")

    @rx.event
    async def reorder(self, clip_ids: list[str]) -> None:
        await self._edit(clips.reorder, self._project_id(), _uuids(clip_ids))

    @rx.event
    async def leave_out(self, clip_id: str) -> None:
        clip = uuid_of(clip_id)
        shots = (await self.get_state(ArrangementState)).shots
        place = {shot["id"]: place for place, shot in enumerate(shots, 1)}.get(str(clip))
        said = f"Clip {place} is no longer in the film." if place else ""
        await self._edit(clips.leave_out, clip, said=said)

    @rx.event
    async def undo(self) -> None:
        await self._edit(history.undo, self._project_id())

    @rx.event
    async def redo(self) -> None:
        await self._edit(history.redo, self._project_id())

    @rx.event
    def forget_undo(self) -> None:
        self._show(undo_sentence="")

    @rx.event
    async def set_transition(self, kind: str) -> None:
        await self._edit(transitions.set_transition, self._project_id(), str(kind), self.seconds)

    @rx.event
    async def set_seconds(self, seconds: float) -> None:
        await self._edit(transitions.set_transition, self._project_id(), self.transition, number_of(seconds))

    @rx.event
    async def set_music(self, track_id: str) -> None:
        await self._edit(soundtrack.set_music, self._project_id(), uuid_of(track_id) if track_id else None)

    @rx.event
    async def set_volume(self, percent: float) -> None:
        await self._edit(soundtrack.set_volume, self._project_id(), number_of(percent) / 100)

    @rx.event
    async def remove_track(self, track_id: str) -> None:
        await self._act(music.remove, uuid_of(track_id))
        await self._fill()

    async def _edit(self, operation: Callable[..., Any], *arguments: Any, said: str = "") -> None:
        await self._act(operation, *arguments)
        self._show(undo_sentence=said)
        await self._fill()


def _uuids(values: object) -> list[UUID]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise BadInput("We could not read the order. Please try again.")
    return [uuid_of(value) for value in values]


def number_of(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise BadInput("Please enter a number.") from None
