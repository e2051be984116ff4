"""State of the film's words: opening title, end card, and the dates as captions."""

from uuid import UUID

import reflex as rx

from echoes.editing import words
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.state import ProjectState


class WordsState(ProjectState):
    """What is typed is cut to the letters that a handler gets, and refused by the service beyond its own."""

    @rx.event
    async def set_opening(self, text: str) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(words.set_opening, self._project_id(), str(text), page.cards.subtitle)

    @rx.event
    async def set_subtitle(self, text: str) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(words.set_opening, self._project_id(), page.cards.opening, str(text))

    @rx.event
    async def set_end(self, text: str) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(words.set_end, self._project_id(), str(text))

    @rx.event
    async def set_fades(self, is_on: bool) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(words.set_fades, self._project_id(), is_on is True)

    @rx.event
    async def set_mark(self, is_on: bool) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(words.set_mark, self._project_id(), is_on is True)

    @rx.event
    async def use_dates(self) -> None:
        """Under each clip that has no caption and whose photo has a date."""
        page = await self.get_state(ArrangeState)
        shots = (await self.get_state(ArrangementState)).shots
        dates = {UUID(shot["id"]): shot["date"] for shot in shots if shot["date"] and not shot["caption"]}
        await page._edit(words.set_captions, self._project_id(), dates)
