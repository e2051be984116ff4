"""State of the arrange step: step three: the order, what happens between clips, and the music; and
the film as it would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from echoes.clips import service as clips
from echoes.errors import BadInput
from echoes.models import UploadKind
from echoes.music import service as music
from echoes.pages.common.state import uuid_of
from echoes.pages.project.arrange.queries import MusicTrackViewModel, read_arrange_page
from echoes.pages.project.state import ProjectState, ProjectStepState
from echoes.projects import service as projects
from echoes.uploads.service import largest_in_words

MOST_UNDONE = 100
LARGE = ("shots", "film", "sources", "tracks")


@dataclass(frozen=True)
class LeftOut:
    """A clip that was taken out of the film here, with the take of it that was kept."""

    clip: str
    take: str
    place: int


class ArrangementState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    shots: list[dict[str, str]] = []
    film: dict[str, Any] = {}
    sources: dict[str, dict[str, str]] = {}
    tracks: list[MusicTrackViewModel] = []
    own_tracks: list[str] = []


class ArrangeState(ProjectStepState, ProjectState):
    length: str = ""
    notes: list[str] = []
    music_id: str = ""
    music_address: str = ""
    largest_music: str = ""
    volume: int = 80
    transition: str = ""
    seconds: float = 0.5
    undo_sentence: str = ""

    _left_out: list[LeftOut] = []

    def _begin(self) -> None:
        if self.head.id != self.project_id:
            self._remember([])
        super()._begin()

    async def _refresh(self) -> None:
        found = await self._look(read_arrange_page, self._project_id())
        view = {name: getattr(found, name) for name in found.__dataclass_fields__}
        large = {name: view.pop(name) for name in LARGE}
        own_tracks = [track.id for track in found.tracks if track.is_own]
        await self._show_apart(ArrangementState, own_tracks=own_tracks, **large)
        self._show(largest_music=largest_in_words(UploadKind.MUSIC), **view)
        back = {shot["id"] for shot in found.shots}
        self._remember([clip for clip in self._left_out if clip.clip not in back])

    def _remember(self, left_out: list[LeftOut]) -> None:
        """What can be put back, the last first."""
        place = left_out[-1].place if left_out else 0
        self._left_out = left_out
        self._show(undo_sentence=f"Clip {place} is no longer in the film." if place else "")

    @rx.event
    async def reorder(self, clip_ids: list[str]) -> None:
        await self._act(clips.reorder, self._project_id(), _uuids(clip_ids))
        await self._fill()

    @rx.event
    async def leave_out(self, clip_id: str) -> None:
        clip = uuid_of(clip_id)
        shots = (await self.get_state(ArrangementState)).shots
        places = {shot["id"]: place for place, shot in enumerate(shots, 1)}
        take_id = await self._act(clips.unapprove, clip)
        if take_id is not None and (place := places.get(str(clip))):
            self._remember([*self._left_out, LeftOut(str(clip), str(take_id), place)][-MOST_UNDONE:])
        await self._fill()

    @rx.event
    async def undo(self) -> None:
        """Puts the clip that was taken out last back to its place, which it has kept."""
        if self._left_out:
            last = self._left_out[-1]
            self._remember(self._left_out[:-1])
            await self._act(clips.approve, uuid_of(last.take))
            await self._fill()

    @rx.event
    def forget_undo(self) -> None:
        self._remember([])

    @rx.event
    async def set_transition(self, kind: str) -> None:
        await self._act(projects.set_transition, self._project_id(), str(kind), self.seconds)
        await self._fill()

    @rx.event
    async def set_seconds(self, seconds: float) -> None:
        await self._act(projects.set_transition, self._project_id(), self.transition, number_of(seconds))
        await self._fill()

    @rx.event
    async def set_music(self, track_id: str) -> None:
        await self._act(projects.set_music, self._project_id(), uuid_of(track_id) if track_id else None)
        await self._fill()

    @rx.event
    async def set_volume(self, percent: float) -> None:
        await self._act(projects.set_volume, self._project_id(), number_of(percent) / 100)
        await self._fill()

    @rx.event
    async def remove_track(self, track_id: str) -> None:
        await self._act(music.remove, uuid_of(track_id))
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
