"""Step two: the photos begin to move, and the person keeps what feels true."""

from collections.abc import AsyncIterator

import reflex as rx

from echoes.clips import service as clips
from echoes.clips.motions import SURPRISE
from echoes.pages.base import uuid_of
from echoes.pages.clip_cards import ClipCard, Next, clips_page, next_of
from echoes.pages.project import ProjectState, Step
from echoes.projects import service as projects

NOBODY = ClipCard("", 0, "", "")
SHAPES = (
    ("16:9", "Wide", "rectangle_horizontal"),
    ("9:16", "Tall", "rectangle_vertical"),
    ("1:1", "Square", "square"),
)


class ClipsState(Step, ProjectState):
    cards: list[ClipCard] = []
    progress: dict[str, int] = {}
    todo: Next = Next()
    is_busy: bool = False
    open_photo: str = ""

    async def _refresh(self) -> None:
        found = await self._look(clips_page, self._project_id())
        self._show(head=found.head, cards=found.cards, progress=found.progress, todo=next_of(found.cards))

    def _begin(self) -> None:
        super()._begin()
        self.open_photo, self.is_busy = "", False

    @rx.var
    def open_card(self) -> ClipCard:
        return next((card for card in self.cards if card.photo == self.open_photo), NOBODY)

    @rx.var
    def spoken(self) -> str:
        """For those who listen: how the making goes, said anew only when a clip has ended."""
        making = sum(card.stage == "making" for card in self.cards)
        return f"{making} clips are being made." if making else self.todo.sentence

    @rx.var
    def rest(self) -> str:
        """Who keeps many need not tap each: offered once the bar below has turned to the next step."""
        ready = sum(card.stage == "ready" for card in self.cards)
        return f"Keep the other {ready} clips" if ready > 1 and self.todo.does == "arrange" else ""

    @rx.event
    async def animate_all(self) -> AsyncIterator[None]:
        self.is_busy = True
        yield
        try:
            await self._act(clips.animate_all, self._project_id(), SURPRISE)
        finally:
            self.is_busy = False
        await self._fill()

    @rx.event
    async def animate(self, photo_id: str, motion: str) -> None:
        self.open_photo = ""
        await self._act(clips.animate, uuid_of(photo_id), str(motion))
        await self._fill()

    @rx.event
    async def keep(self, take_id: str) -> None:
        await self._act(clips.approve, uuid_of(take_id))
        await self._fill()

    @rx.event
    async def keep_all(self) -> None:
        await self._act(clips.approve_all, self._project_id())
        await self._fill()

    @rx.event
    async def let_go(self, clip_id: str) -> None:
        self.open_photo = ""
        await self._act(clips.unapprove, uuid_of(clip_id))
        await self._fill()

    @rx.event
    async def remove(self, clip_id: str) -> None:
        self.open_photo = ""
        await self._act(clips.remove, uuid_of(clip_id))
        await self._fill()

    @rx.event
    async def stop(self, take_id: str) -> None:
        await self._act(clips.cancel, uuid_of(take_id))
        await self._fill()

    @rx.event
    async def set_shape(self, aspect: str) -> None:
        await self._act(projects.set_aspect, self._project_id(), str(aspect))
        await self._fill()

    @rx.event
    def open_clip(self, photo_id: str) -> None:
        self.open_photo, self.notice = str(photo_id), ""

    @rx.event
    def close_clip(self) -> None:
        self.open_photo = ""
