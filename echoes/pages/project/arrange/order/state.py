"""State of the order: clips that are moved, alone or several at once, left out and brought back."""

from collections.abc import Sequence
from uuid import UUID

import reflex as rx

from echoes.editing import clips
from echoes.errors import BadInput
from echoes.pages.common.state import text_of, uuid_of
from echoes.pages.project.arrange.changes import moved_clip
from echoes.pages.project.arrange.clip.queries import NO_CLIP
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.state import ProjectState

TO_THE_END = "end"
MOST_SELECTED = 1000


class ClipOrderState(ProjectState):
    """The page of the film's order shows it; these are its handlers."""

    @rx.event
    async def reorder(self, clip_ids: list[str]) -> None:
        page, ordered = await self.get_state(ArrangeState), _uuids(clip_ids)
        before = [UUID(shot["id"]) for shot in await self._shots()]
        await page._edit(clips.reorder, self._project_id(), ordered, at=moved_clip(before, ordered))

    @rx.event
    async def sort_by_date(self) -> None:
        page = await self.get_state(ArrangeState)
        before = await self._shots()
        await page._edit(clips.sort_by_date, self._project_id())
        if [shot["id"] for shot in before] == [shot["id"] for shot in await self._shots()]:
            page._toast("The clips are already in the order of their photos’ dates.")

    @rx.event
    async def leave_out(self, clip_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        places = {shot["id"]: place for place, shot in enumerate(await self._shots(), 1)}
        place = places.get(str(clip))
        page._show(clip=NO_CLIP)
        await page._edit(
            clips.leave_out, clip, said=f"Clip {place} is no longer in the film." if place else ""
        )

    @rx.event
    async def bring_back(self, clip_id: str) -> None:
        page, clip = await self.get_state(ArrangeState), uuid_of(clip_id)
        await page._edit(clips.bring_back, clip, at=clip)

    @rx.event
    async def select_several(self) -> None:
        """Begins, or ends without moving any."""
        page = await self.get_state(ArrangeState)
        page._show(is_selecting=not page.is_selecting, selected=[])

    @rx.event
    async def select(self, clip_id: str) -> None:
        """Or not any more."""
        page, clip = await self.get_state(ArrangeState), str(uuid_of(clip_id))
        others = [one for one in page.selected if one != clip]
        was_chosen = len(others) < len(page.selected)
        page._show(selected=others if was_chosen else [*others, clip][:MOST_SELECTED])

    @rx.event
    async def move_selected(self, form: dict[str, str]) -> None:
        """In front of the clip that the form names, or to the end."""
        page, place = await self.get_state(ArrangeState), text_of(form, "place")
        chosen = [UUID(clip) for clip in page.selected]
        if not chosen:
            raise BadInput("Tap the clips that you want to move first.")
        before = None if place == TO_THE_END else uuid_of(place)
        first = next((UUID(shot["id"]) for shot in await self._shots() if shot["id"] in page.selected), None)
        await page._edit(clips.move, self._project_id(), chosen, before, at=first)
        page._show(is_selecting=False, selected=[])

    async def _shots(self) -> list[dict[str, str]]:
        return (await self.get_state(ArrangementState)).shots


def _uuids(values: object) -> list[UUID]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise BadInput("We could not read the order. Please try again.")
    return [uuid_of(value) for value in values]
