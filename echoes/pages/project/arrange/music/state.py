"""State of the music section: where the music begins, how it ends, and whether cuts fall on its beats."""

import reflex as rx

from echoes.editing import soundtrack
from echoes.pages.project.arrange.state import ArrangeState, number_of
from echoes.pages.project.state import ProjectState


class MusicSettingsState(ProjectState):
    """`ArrangeState` shows by itself what these change."""

    @rx.event
    async def set_start(self, seconds: float) -> None:
        await (await self._page())._edit(soundtrack.set_start, self._project_id(), number_of(seconds))

    @rx.event
    async def set_fade_out(self, seconds: float) -> None:
        await (await self._page())._edit(soundtrack.set_fade_out, self._project_id(), number_of(seconds))

    @rx.event
    async def set_beat_cuts(self, which: str) -> None:
        await (await self._page())._edit(soundtrack.set_beat_cuts, self._project_id(), str(which))

    async def _page(self) -> ArrangeState:
        return await self.get_state(ArrangeState)
