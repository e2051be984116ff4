"""State of the film step: step four: one tap makes the film; then it is watched, kept and sent."""

from collections.abc import AsyncIterator

import reflex as rx

from echoes.pages.common.state import uuid_of
from echoes.pages.project.film.queries import FilmViewModel, read_film_page
from echoes.pages.project.state import ProjectState, ProjectStepState
from echoes.videos import service as videos


class FilmState(ProjectStepState, ProjectState):
    STEP = "film"

    current: FilmViewModel = FilmViewModel()
    percent: int = 0
    is_current: bool = False
    contents: str = ""
    earlier: list[FilmViewModel] = []
    is_busy: bool = False
    deleting: str = ""
    is_only_a_size: bool = False

    async def _refresh(self) -> None:
        found = await self._look(read_film_page, self._project_id())
        self._show(
            head=found.head,
            current=found.current,
            percent=found.percent,
            is_current=found.is_current,
            contents=found.contents,
            earlier=list(found.earlier),
        )

    def _begin(self) -> None:
        super()._begin()
        self.is_busy, self.deleting = False, ""

    @rx.event
    async def make(self) -> AsyncIterator[None]:
        self.is_busy = True
        yield
        try:
            await self._act(videos.compile_film, self._project_id())
        finally:
            self.is_busy = False
        await self._fill()

    @rx.event
    async def stop(self) -> None:
        await self._act(videos.cancel, uuid_of(self.current.id))
        await self._fill()

    @rx.event
    def ask_delete(self, video_id: str) -> None:
        self.deleting, self.is_only_a_size = str(uuid_of(video_id)), False

    @rx.event
    def ask_delete_size(self, size_id: str) -> None:
        self.deleting, self.is_only_a_size = str(uuid_of(size_id)), True

    @rx.event
    def keep(self) -> None:
        self.deleting = ""

    @rx.event
    async def delete(self) -> None:
        video_id, self.deleting = self.deleting, ""
        await self._act(videos.remove, uuid_of(video_id))
        await self._fill()
