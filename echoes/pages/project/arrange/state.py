"""State of the arrange step: step three: the order, what happens between clips, and the music; and
the film as it would be.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.editing import history, looks, soundtrack, transitions
from echoes.errors import BadInput
from echoes.models import UploadKind
from echoes.music import service as music
from echoes.pages.common.state import uuid_of
from echoes.pages.credits.out_of_credits.state import CreditsNeeded
from echoes.pages.project.arrange.changes import Jump, first_change, time_of
from echoes.pages.project.arrange.clip.queries import NO_CLIP, ClipSheet, read_clip_sheet
from echoes.pages.project.arrange.joint.queries import NO_JOINT, Joint, read_joint
from echoes.pages.project.arrange.music.queries import NO_MUSIC, ChosenMusic
from echoes.pages.project.arrange.queries import MusicTrackViewModel, read_arrange_page
from echoes.pages.project.arrange.words.queries import Cards
from echoes.pages.project.state import ProjectState
from echoes.projects.preparation import ask_for_preparation
from echoes.uploads.service import largest_in_words
from echoes.videos import service as videos

REMOVED = "The music was deleted."
LARGE = ("shots", "left_out", "film", "sources", "words", "audio", "tracks", "peaks")


class ArrangementState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    shots: list[dict[str, str]] = []
    left_out: list[dict[str, str]] = []
    film: dict[str, Any] = {}
    sources: dict[str, dict[str, str]] = {}
    words: list[dict[str, str]] = []
    audio: dict[str, Any] = {}
    """What the player plays beside the pictures."""
    tracks: list[MusicTrackViewModel] = []
    own_tracks: list[str] = []
    peaks: list[float] = []
    """Of the chosen music."""


class ArrangeState(CreditsNeeded, ProjectState):
    STEP = "arrange"

    first_picture: str = ""
    first_ground: str = ""
    length: str = ""
    notes: list[str] = []
    music_id: str = ""
    largest_music: str = ""
    volume: int = 80
    chosen: ChosenMusic = NO_MUSIC
    transition: str = ""
    seconds: float = 0.5
    undo_step: str = ""
    """What the buttons would undo and redo, in words; "" for nothing."""
    redo_step: str = ""
    look: str = ""
    making: int = 0
    is_first_cut: bool = False
    aside: int = 0
    is_busy: bool = False
    undo_sentence: str = ""
    """What was done just now and is better said than guessed."""
    removed: str = ""
    """That a piece of one's own music was deleted and can come back, in words."""
    cards: Cards = Cards()
    clip: ClipSheet = NO_CLIP
    """The one whose sheet is open."""
    joint: Joint = NO_JOINT
    """As well."""
    jump: Jump = Jump()
    """Where the player goes, to show what was changed."""
    is_selecting: bool = False
    selected: list[str] = []

    _removal: str = ""

    async def _refresh(self) -> None:
        if not self.is_loaded:
            await self._act(ask_for_preparation, self._project_id())
        found = await self._look(read_arrange_page, self._project_id())
        view = {name: getattr(found, name) for name in found.__dataclass_fields__}
        large = {name: view.pop(name) for name in LARGE}
        own_tracks = [track.id for track in found.tracks if track.is_own]
        await self._show_apart(ArrangementState, own_tracks=own_tracks, **large)
        self._show(largest_music=largest_in_words(UploadKind.MUSIC), **view)
        if not self.undo_step:
            self._show(undo_sentence="")
        await self._renew_sheets()

    async def _renew_sheets(self) -> None:
        if self.clip.id:
            self._show(clip=await self._look(read_clip_sheet, self._project_id(), UUID(self.clip.id)))
        if self.joint.id:
            self._show(joint=await self._look(read_joint, self._project_id(), UUID(self.joint.id)))

    def _begin(self) -> None:
        super()._begin()
        self._show(clip=NO_CLIP, joint=NO_JOINT, is_selecting=False, selected=[], removed="")

    def _after_going_on(self) -> None:
        """Back to the clip of which a longer one is being made: its sheet says so."""
        if self.waiting.clip:
            self._show(clip=replace(NO_CLIP, id=self.waiting.clip))

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
    async def choose_look(self, name: str) -> None:
        await self._edit(looks.choose_look, self._project_id(), str(name))

    @rx.event
    async def make_film(self) -> AsyncIterator[EventSpec | None]:
        """The film as it is shown here; it is watched on the next step."""
        self.is_busy = True
        yield None
        try:
            await self._act(videos.compile_film, self._project_id())
        finally:
            self.is_busy = False
        yield rx.redirect(f"/project/{self._project_id()}/film")

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
        self._removal = str(await self._act(music.remove, uuid_of(track_id)))
        self._show(undo_sentence="", removed=REMOVED)
        await self._fill()

    @rx.event
    async def bring_back_track(self) -> None:
        """The one that was deleted last."""
        self._show(removed="")
        await self._act(music.bring_back, uuid_of(self._removal))
        await self._fill()

    @rx.event
    def forget_removed(self) -> None:
        self._show(removed="")

    async def _edit(
        self, operation: Callable[..., Any], *arguments: Any, said: str = "", at: UUID | None = None
    ) -> Any:
        """What the operation answers. The player then shows the clip `at`, or the first place of the film
        that is another one now."""
        before = (await self.get_state(ArrangementState)).film
        done = await self._act(operation, *arguments)
        self._show(undo_sentence=said, removed="" if said else self.removed)
        await self._fill()
        page = await self.get_state(ArrangementState)
        time = time_of(page.shots, page.film, at) if at else first_change(before, page.film)
        if time is not None:
            self.jump = Jump(time, self.jump.number + 1)
        return done


def number_of(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise BadInput("Please enter a number.") from None
