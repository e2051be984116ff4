"""State of framing: what is chosen by hand of how a photo is framed."""

import asyncio

import reflex as rx

from echoes.clips import framing, regeneration
from echoes.errors import BadInput
from echoes.pages.common.state import uuid_of
from echoes.pages.project.clips.state import ClipsState
from echoes.pages.project.state import ProjectState
from echoes.photos import subjects
from echoes.takes.motions import SURPRISE


class FramingState(ProjectState):
    """Each handler names the photo: a tap that was kept without a connection still means that one."""

    @rx.event(background=True, supersedes=True)
    async def find_subjects(self) -> None:
        """Of photos that are new or were rotated. The page learns of them as of any change."""
        async with self:
            user_id, project_id = self._signed_in(), self._project_id()
        await asyncio.to_thread(subjects.find_missing, user_id, project_id)

    @rx.event
    async def set_focus(self, photo_id: str, x: float, y: float) -> None:
        await self._act(framing.set_focus, uuid_of(photo_id), _part(x), _part(y))
        await self._renew()

    @rx.event
    async def clear_focus(self, photo_id: str) -> None:
        await self._act(framing.clear_focus, uuid_of(photo_id))
        await self._renew()

    @rx.event
    async def set_mode(self, photo_id: str, mode: str) -> None:
        await self._act(framing.set_mode, uuid_of(photo_id), str(mode))
        await self._renew()

    @rx.event
    async def set_movement(self, photo_id: str, strength: str) -> None:
        await self._act(framing.set_movement, uuid_of(photo_id), str(strength))
        await self._renew()

    @rx.event
    async def make_again(self, photo_id: str, price: int | None = None) -> None:
        page = await self.get_state(ClipsState)
        price = page.offer.price if price is None else price
        wishes = {"photo_ids": [photo_id], "motion": SURPRISE, "price": price}
        await page._spend(wishes, regeneration.animate_reframed, uuid_of(photo_id), price)
        page._close()
        await page._fill()

    async def _renew(self) -> None:
        await (await self.get_state(ClipsState))._fill()


def _part(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise BadInput("Please tap inside the photo.") from None
