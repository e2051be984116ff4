"""State of the music section: its tracks, where it begins, how it ends, and cuts on its beats."""

from collections.abc import Callable
from math import isfinite

import reflex as rx

from echoes.editing import lengths, soundtrack
from echoes.errors import BadInput
from echoes.pages.common.state import uuid_of
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

    @rx.event
    async def add_track(self, track_id: str) -> None:
        """To what plays already, behind it."""
        await (await self._page())._edit(soundtrack.add_track, self._project_id(), uuid_of(track_id))

    @rx.event
    async def remove_track(self, place: int) -> None:
        await (await self._page())._edit(
            soundtrack.remove_track,
            self._project_id(),
            place_of(place),
            said="The music was taken out of the film.",
        )

    @rx.event
    async def move_track(self, place: int, steps: int) -> None:
        """Earlier with -1, later with 1."""
        page, way = await self._page(), 1 if place_of(steps) > 0 else -1
        await page._edit(soundtrack.move_track, self._project_id(), place_of(place), way)

    @rx.event
    async def set_repeats(self, is_on: bool) -> None:
        await (await self._page())._edit(soundtrack.set_repeats, self._project_id(), is_on is True)

    @rx.event
    async def fit_film(self) -> None:
        """As long as the music."""
        await self._fit(lengths.fit_film_to_music)

    @rx.event
    async def fit_music(self) -> None:
        """As long as the film."""
        await self._fit(lengths.fit_music_to_film)

    async def _fit(self, fit: Callable[..., lengths.Fitting]) -> None:
        page = await self._page()
        fitting = await page._edit(fit, self._project_id())
        if fitting.is_changed:
            page._show(undo_sentence=fitting.sentence)
        else:
            page._toast(fitting.sentence)

    async def _page(self) -> ArrangeState:
        return await self.get_state(ArrangeState)


def place_of(value: object) -> int:
    """A place in a list that a client sent."""
    number = number_of(value)
    if not isfinite(number):
        raise BadInput("Please enter a number.")
    return round(number)
