"""State of the photos step: step one: bring the photographs, and have the first cut made of them."""

import asyncio
from collections.abc import AsyncIterator

import reflex as rx
from reflex.event import EventSpec

from echoes.first_cut import service as first_cut
from echoes.models import UploadKind
from echoes.pages.common.state import uuid_of
from echoes.pages.credits.out_of_credits.state import CreditsNeeded
from echoes.pages.project.photos.queries import FirstCutOffer, PhotoTile, photos_page
from echoes.pages.project.state import ProjectState
from echoes.photos import measuring, rotation
from echoes.photos import service as photos
from echoes.settings import get_settings
from echoes.takes.motions import SURPRISE
from echoes.uploads.service import largest_in_words


class PhotoTilesState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    photos: list[PhotoTile] = []
    arrived: list[str] = []


class PhotosState(CreditsNeeded, ProjectState):
    largest: str = ""
    longest_side: int = 0
    removing: str = ""
    rotating: str = ""
    offer: FirstCutOffer = FirstCutOffer()
    is_busy: bool = False

    async def _refresh(self) -> None:
        await asyncio.to_thread(measuring.measure_missing, self._signed_in(), self._project_id())
        found = await self._look(photos_page, self._project_id())
        arrived = [tile.id for tile in found.tiles]
        await self._show_apart(PhotoTilesState, photos=found.tiles, arrived=arrived)
        self._show(
            head=found.head,
            offer=found.offer,
            largest=largest_in_words(UploadKind.PHOTO),
            longest_side=get_settings().photo_longest_side,
        )

    def _begin(self) -> None:
        super()._begin()
        self.removing = self.rotating = ""
        self.is_busy = False

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

    @rx.event
    async def use_photo(self, photo_id: str, is_used: bool) -> None:
        """One that was set aside, in the film after all; or not."""
        await self._act(first_cut.use_photo, uuid_of(photo_id), bool(is_used))
        await self._fill()

    @rx.event(background=True)
    async def rotate(self, photo_id: str) -> None:
        """A quarter turn clockwise, shown at once; other taps of this tab do not wait for it."""
        photo = uuid_of(photo_id)
        async with self:
            user_id = await self._look(lambda session: session.user_id)
            self.rotating = str(photo)
        try:
            await rotation.rotate(user_id, photo)
        finally:
            async with self:
                self.rotating = ""
        async with self:
            await self._fill()

    @rx.event
    async def remove(self, photo_id: str) -> None:
        """A photo without a clip goes at once; with one, its owner is asked."""
        shown = (await self.get_state(PhotoTilesState)).photos
        if any(photo.id == photo_id and photo.has_clip for photo in shown):
            self.removing = str(photo_id)
            return
        await self._act(photos.remove, uuid_of(photo_id))
        await self._fill()

    @rx.event
    async def remove_with_clip(self) -> None:
        photo_id, self.removing = self.removing, ""
        await self._act(photos.remove, uuid_of(photo_id))
        await self._fill()

    @rx.event
    def keep(self) -> None:
        self.removing = ""
