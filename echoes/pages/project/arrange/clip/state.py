"""State of the clip sheet: what is changed of one clip of the film."""

from math import isfinite

import reflex as rx

from echoes.clips import regeneration
from echoes.editing import clips, words
from echoes.errors import BadInput, NotFound
from echoes.pages.common.state import uuid_of
from echoes.pages.project.arrange.clip.queries import NO_CLIP, read_clip_sheet
from echoes.pages.project.arrange.state import ArrangeState, number_of
from echoes.pages.project.state import ProjectState


class ClipSheetState(ProjectState):
    """Each handler names the clip: a tap that was kept without a connection still means that one."""

    @rx.event
    async def open_clip(self, clip_id: str) -> None:
        page = await self.get_state(ArrangeState)
        found = await self._look(read_clip_sheet, self._project_id(), uuid_of(clip_id))
        if not found.id:
            raise NotFound("This clip is not in the film any more.")
        page._show(clip=found, notice="")

    @rx.event
    async def close_clip(self) -> None:
        (await self.get_state(ArrangeState))._show(clip=NO_CLIP, notice="")

    @rx.event
    async def trim(self, clip_id: str, start: int, end: int) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.trim, clip, frames_of(start), frames_of(end), at=clip)

    @rx.event
    async def make_longer(self, clip_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.lengthen, clip, clips.STEP, at=clip)

    @rx.event
    async def make_shorter(self, clip_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.lengthen, clip, -clips.STEP, at=clip)

    @rx.event
    async def request_longer(self, clip_id: str, seconds: int, price: int | None = None) -> None:
        """Made in the background; it takes its place in the film by itself. `price` is what the button said:
        when it is another one by now, the page shows that, and nothing else happens."""
        page, clip, length = await self.get_state(ArrangeState), uuid_of(clip_id), frames_of(seconds)
        price = page.clip.price if price is None else price
        wishes = {"clip_id": clip, "seconds": length, "price": price}
        try:
            await page._spend(wishes, regeneration.animate_longer, clip, length, price)
        finally:
            await page._fill()

    @rx.event
    async def set_caption(self, clip_id: str, text: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(words.set_caption, clip, str(text), at=clip)

    @rx.event
    async def set_sound(self, clip_id: str, is_on: bool, percent: float) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.set_sound, clip, is_on is True, number_of(percent) / 100, at=clip)

    @rx.event
    async def show_again(self, clip_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.duplicate, clip, said="The clip is now shown twice in a row.")
        page._show(clip=NO_CLIP)

    @rx.event
    async def choose_take(self, clip_id: str, take_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.choose_take, clip, uuid_of(take_id), at=clip)


def frames_of(value: object) -> int:
    """A number of frames that a client sent."""
    number = number_of(value)
    if not isfinite(number):
        raise BadInput("Please enter a number.")
    return round(number)
