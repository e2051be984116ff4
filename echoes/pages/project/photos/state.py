"""State of the photos step: step one: bring the photographs, and have the first cut made of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.first_cut import service as first_cut
from echoes.models import UploadKind
from echoes.pages.common.state import text_of, uuid_of
from echoes.pages.credits.out_of_credits.state import CreditsNeeded
from echoes.pages.project.photos.queries import FirstCutOffer, PhotoTile, photos_page
from echoes.pages.project.photos.words import gone_in_words
from echoes.pages.project.selecting.state import SelectingState
from echoes.pages.project.state import ProjectState
from echoes.photos import arranging, fingerprints, removal, rotation
from echoes.settings import get_settings
from echoes.takes.motions import SURPRISE
from echoes.uploads.service import largest_in_words

TO_THE_END = "end"
NONE_SELECTED = "Select some photos first."


class PhotoTilesState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    photos: list[PhotoTile] = []
    arrived: list[str] = []


class PhotosState(CreditsNeeded, SelectingState, ProjectState):
    STEP = "photos"

    largest: str = ""
    longest_side: int = 0
    offer: FirstCutOffer = FirstCutOffer()
    is_busy: bool = False
    rotating: list[str] = []
    is_moving: bool = False
    removed: str = ""
    """What was removed and can come back, in words."""

    _removal: str = ""

    async def _refresh(self) -> None:
        await asyncio.to_thread(fingerprints.measure_missing, self._signed_in(), self._project_id())
        found = await self._look(photos_page, self._project_id())
        arrived = [tile.id for tile in found.tiles]
        await self._show_apart(PhotoTilesState, photos=found.tiles, arrived=arrived)
        self._show(
            head=found.head,
            offer=found.offer,
            largest=largest_in_words(UploadKind.PHOTO),
            longest_side=get_settings().photo_longest_side,
        )
        self._keep_selected(arrived)

    def _begin(self) -> None:
        super()._begin()
        self.is_busy, self.rotating = False, []
        self.removed = ""

    def _select(self, photo_ids: list[str], *, is_selecting: bool = True) -> None:
        self.is_moving = False
        super()._select(photo_ids, is_selecting=is_selecting)

    async def _all_photos(self) -> list[str]:
        return (await self.get_state(PhotoTilesState)).arrived

    @rx.event
    async def make_film(self, price: int | None = None) -> AsyncIterator[EventSpec | None]:
        """The whole first version, for the price that the button said when it was pressed."""
        self.is_busy = True
        yield None
        try:
            price = self.offer.price if price is None else price
            wanted = await self._act(first_cut.prepare, self._project_id())
            wishes = {"photo_ids": [str(photo) for photo in wanted], "motion": SURPRISE, "price": price}
            await self._spend(wishes, first_cut.request, self._project_id(), wanted, price)
        finally:
            self.is_busy = False
        if self.shortage.title:
            await self._fill()
        else:
            yield rx.redirect(f"/project/{self._project_id()}/arrange")

    def _after_going_on(self) -> EventSpec | None:
        """The whole film was what was wanted here."""
        return rx.redirect(f"/project/{self._project_id()}/arrange")

    @rx.event
    async def use_photo(self, photo_id: str, is_used: bool) -> None:
        """One that was set aside, in the film after all; or not."""
        await self._act(first_cut.use_photos, self._project_id(), [uuid_of(photo_id)], bool(is_used))
        await self._fill()

    @rx.event(background=True)
    async def rotate(self, photo_id: str) -> None:
        """A quarter turn clockwise, shown at once; other taps of this tab do not wait for it."""
        await self._rotate([uuid_of(photo_id)])

    @rx.event
    async def remove(self, photo_id: str) -> None:
        await self._remove([uuid_of(photo_id)])

    @rx.event
    async def bring_back(self) -> None:
        """What was removed last."""
        self.removed = ""
        await self._act(removal.bring_back, self._project_id(), uuid_of(self._removal))
        await self._fill()

    @rx.event
    def forget_removed(self) -> None:
        self.removed = ""

    @rx.event(background=True)
    async def rotate_selected(self) -> None:
        async with self:
            photo_ids = self._selected(NONE_SELECTED)
        await self._rotate(photo_ids)

    @rx.event
    async def use_selected(self, is_used: bool) -> None:
        await self._act(
            first_cut.use_photos, self._project_id(), self._selected(NONE_SELECTED), bool(is_used)
        )
        self._select([], is_selecting=False)
        await self._fill()

    @rx.event
    def ask_place(self) -> None:
        self.is_moving = bool(self._selected(NONE_SELECTED))

    @rx.event
    def leave_places(self) -> None:
        self.is_moving = False

    @rx.event
    async def move_selected(self, form: dict[str, str]) -> None:
        """In front of the photo that the form names, or to the end."""
        place = text_of(form, "place")
        before = None if place == TO_THE_END else uuid_of(place)
        await self._act(arranging.move, self._project_id(), self._selected(NONE_SELECTED), before)
        self._select([], is_selecting=False)
        await self._fill()

    @rx.event
    async def remove_selected(self) -> None:
        await self._remove(self._selected(NONE_SELECTED))

    async def _remove(self, photo_ids: list[UUID]) -> None:
        """At once: they can come back, with their clips."""
        names = [str(photo) for photo in photo_ids]
        shown = (await self.get_state(PhotoTilesState)).photos
        with_clip = sum(tile.has_clip for tile in shown if tile.id in names)
        removal_id = await self._act(removal.remove_several, self._project_id(), photo_ids)
        self._removal, self.removed = str(removal_id), gone_in_words(len(photo_ids), with_clip)
        self._select([], is_selecting=False)
        await self._fill()

    async def _rotate(self, photo_ids: Sequence[UUID]) -> None:
        """One after another, each shown as soon as it is turned."""
        async with self:
            user_id = await self._look(lambda session: session.user_id)
            self.rotating = [*self.rotating, *map(str, photo_ids)]
        waiting = list(photo_ids)
        try:
            while waiting:
                await rotation.rotate(user_id, waiting[0])
                async with self:
                    self._stop_showing([waiting.pop(0)])
                    await self._fill()
        finally:
            async with self:
                self._stop_showing(waiting)

    def _stop_showing(self, photo_ids: Sequence[UUID]) -> None:
        left = list(self.rotating)
        for photo in map(str, photo_ids):
            if photo in left:
                left.remove(photo)
        self._show(rotating=left)
