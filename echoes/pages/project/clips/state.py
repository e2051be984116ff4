"""State of the clips step: step two: the photos begin to move, and the person keeps what feels true."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import reflex as rx

from echoes.clips import removal, selection
from echoes.clips import service as clips
from echoes.editing import clips as editing
from echoes.pages.common.state import number_of, text_of, uuid_of
from echoes.pages.credits.out_of_credits.state import CreditsNeeded
from echoes.pages.project.clips.next_action import NextAction, is_to_animate, next_action
from echoes.pages.project.clips.offer import OfferViewModel
from echoes.pages.project.clips.overview import ClipsOverview, overview_of
from echoes.pages.project.clips.queries import ClipCard, read_clip_card, read_clips_page
from echoes.pages.project.selecting.state import SelectingState
from echoes.pages.project.state import ProjectState
from echoes.projects import service as projects
from echoes.takes.motions import LABELS, SURPRISE
from echoes.takes.requesting import MOST_VARIATIONS
from echoes.text.formatting import pluralize

NOBODY = ClipCard("", 0, "", "")
REMOVED = "The clip was removed. Its photo stays."
NONE_SELECTED = "Select some clips first."

LINE_SECONDS = 8.0
"""How often places in the line are looked at while somebody waits."""


class ClipCardsState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    cards: list[ClipCard] = []


class ClipsState(CreditsNeeded, SelectingState, ProjectState):
    STEP = "clips"

    progress: dict[str, int] = {}
    doing: dict[str, str] = {}
    todo: NextAction = NextAction()
    overview: ClipsOverview = ClipsOverview()
    offer: OfferViewModel = OfferViewModel()
    is_busy: bool = False
    is_stopping: bool = False
    open_photo: str = ""
    open_card: ClipCard = NOBODY
    motion: str = SURPRISE
    variations: int = 1

    first_moving: str = ""
    """The first take of the film that was made before somebody's eyes: it plays by itself."""
    seen_still: list[str] = []
    """Photos shown without a clip. They stay beneath it, so that it comes without a blank moment."""

    removed: str = ""
    """That a clip was removed and can come back, in words."""

    _removal: str = ""
    _has_line: bool = False
    _has_clips: bool | None = None

    async def _refresh(self) -> None:
        found = await self._look(read_clips_page, self._project_id())
        self._has_line = found.has_line
        self._greet_first(found.cards)
        self.seen_still = [
            card.photo for card in found.cards if not card.clip or card.photo in self.seen_still
        ]
        todo = next_action(found.cards, found.offer.price)
        await self._show_apart(ClipCardsState, cards=found.cards)
        self._show(
            head=found.head,
            progress=found.progress,
            doing=found.doing,
            todo=todo,
            overview=overview_of(found.cards, todo),
            open_card=next((card for card in found.cards if card.photo == self.open_photo), NOBODY),
            offer=found.offer,
        )
        self._keep_selected([card.photo for card in found.cards])

    async def _all_photos(self) -> list[str]:
        return [card.photo for card in (await self.get_state(ClipCardsState)).cards]

    def _greet_first(self, cards: Sequence[ClipCard]) -> None:
        moving = [card.take for card in cards if card.clip]
        if moving and self._has_clips is False:
            self.first_moving = moving[0]
            self._toast("Your first clip moves.")
        self._has_clips = bool(moving)

    def _renewal(self) -> float:
        return LINE_SECONDS if self._has_line else self.RENEWAL

    def _begin(self) -> None:
        super()._begin()
        self._close()
        self.is_busy = self.is_stopping = False
        self.first_moving, self.seen_still, self._has_clips = "", [], None
        self.removed = ""

    @rx.event
    async def animate_all(self, price: int | None = None) -> AsyncIterator[None]:
        """Here and below, `price` is what the button said when it was pressed: a tap that was kept without a
        connection finds a page that has been read anew.
        """
        self.is_busy = True
        yield
        cards = (await self.get_state(ClipCardsState)).cards
        wanted = [card.photo for card in cards if is_to_animate(card)]
        try:
            price = self.offer.price if price is None else price
            wishes = {"photo_ids": wanted, "motion": SURPRISE, "price": price}
            among = [uuid_of(photo) for photo in wanted]
            await self._spend(wishes, clips.animate_all, self._project_id(), SURPRISE, price, among)
        finally:
            self.is_busy = False
        await self._fill()

    @rx.event
    async def animate(self, photo_id: str, motion: str, price: int | None = None) -> None:
        await self._order(price, str(photo_id), str(motion))

    @rx.event
    async def animate_chosen(self, form: dict[str, Any]) -> None:
        """As it was put together in the open clip: a motion or own words, and how many."""
        price = number_of(form, "price")
        await self._order(price, self.open_photo, self.motion, text_of(form, "wish"), self.variations)

    async def _order(
        self, price: int | None, photo_id: str, motion: str, wish: str = "", variations: int = 1
    ) -> None:
        price = self.offer.price if price is None else price
        wishes = {"motion": motion, "wish": wish, "variations": variations, "price": price}
        kept = {"photo_ids": [photo_id], **wishes}
        await self._spend(kept, clips.animate, uuid_of(photo_id), *wishes.values())
        self._close()
        await self._fill()

    @rx.event
    def choose_motion(self, motion: str) -> None:
        self.motion = str(motion) if str(motion) in LABELS else SURPRISE

    @rx.event
    def choose_variations(self, count: int) -> None:
        self.variations = count if isinstance(count, int) and 1 <= count <= MOST_VARIATIONS else 1

    @rx.event
    async def keep(self, take_id: str) -> None:
        await self._act(clips.approve, uuid_of(take_id))
        await self._fill()

    @rx.event
    async def keep_all(self) -> None:
        await self._act(clips.approve_all, self._project_id())
        await self._fill()

    @rx.event
    async def keep_selected(self) -> None:
        await self._act(selection.keep, self._project_id(), self._selected(NONE_SELECTED))
        await self._end_selecting()

    @rx.event
    async def leave_out_selected(self) -> None:
        await self._act(selection.leave_out, self._project_id(), self._selected(NONE_SELECTED))
        await self._end_selecting()

    @rx.event
    async def animate_selected(self, price: int | None = None) -> None:
        """Again, where a photo has a clip already; those under way are not asked for twice."""
        photo_ids = self._selected(NONE_SELECTED)
        price = self.offer.price if price is None else price
        wishes = {"photo_ids": list(map(str, photo_ids)), "motion": SURPRISE, "price": price}
        await self._spend(wishes, clips.animate_many, self._project_id(), photo_ids, SURPRISE, "", 1, price)
        await self._end_selecting()

    @rx.event
    async def remove_selected(self) -> None:
        """At once: they can come back."""
        removal_id, count = await self._act(
            selection.remove, self._project_id(), self._selected(NONE_SELECTED)
        )
        self._removal = str(removal_id)
        self.removed = REMOVED if count == 1 else f"{count} clips were removed. Their photos stay."
        await self._end_selecting()

    async def _end_selecting(self) -> None:
        self._select([], is_selecting=False)
        await self._fill()

    @rx.event
    async def remove_from_film(self, clip_id: str) -> None:
        self._close()
        await self._act(editing.leave_out, uuid_of(clip_id))
        await self._fill()

    @rx.event
    async def remove(self, clip_id: str) -> None:
        self._close()
        self._removal = str(await self._act(removal.remove, uuid_of(clip_id)))
        self.removed = REMOVED
        await self._fill()

    @rx.event
    async def bring_back(self) -> None:
        """The clip that was removed last."""
        self.removed = ""
        await self._act(removal.bring_back, uuid_of(self._removal))
        await self._fill()

    @rx.event
    def forget_removed(self) -> None:
        self.removed = ""

    @rx.event
    async def stop(self, clip_id: str) -> None:
        await self._act(clips.cancel_clip, uuid_of(clip_id))
        await self._fill()

    @rx.event
    async def stop_all(self) -> AsyncIterator[None]:
        self.is_stopping = True
        yield
        try:
            stopped, late = await self._act(clips.cancel_all, self._project_id())
        finally:
            self.is_stopping = False
        await self._fill()
        self._toast(_stopped(stopped, late))

    @rx.event
    async def set_shape(self, aspect: str) -> None:
        await self._act(projects.set_aspect, self._project_id(), str(aspect))
        await self._fill()

    @rx.event
    async def open_clip(self, photo_id: str) -> None:
        photo = uuid_of(photo_id)
        self.open_card = await self._look(read_clip_card, self._project_id(), photo)
        self.open_photo, self.notice = str(photo), ""
        self.motion, self.variations = SURPRISE, 1

    @rx.event
    def close_clip(self) -> None:
        self._close()

    def _close(self) -> None:
        self.open_photo, self.open_card = "", NOBODY


def _stopped(stopped: int, late: int) -> str:
    parts = []
    if stopped:
        parts.append(f"{pluralize(stopped, 'clip was', 'clips were')} stopped.")
    if late:
        parts.append(f"{pluralize(late, 'clip is', 'clips are')} almost ready and will still arrive.")
    return " ".join(parts) or "Everything had already finished."
