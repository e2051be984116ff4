"""State of the films page: a person's films: begin one, go on with one, watch what is finished."""

import reflex as rx
from reflex.event import EventSpec

from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState, text_of, uuid_of
from echoes.pages.films.queries import FilmCard, film_cards
from echoes.projects import service as projects


class FilmsState(PageState):
    films: list[FilmCard] = []
    is_loaded: bool = False
    is_naming: bool = False
    renaming: str = ""
    deleting: str = ""
    subject: str = ""

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Runs as long as the page is open: a navigation or a closed tab ends it."""
        async with self:
            self.is_naming, self.renaming, self.deleting = False, "", ""
            user_id = self._signed_in()
        await follow(self, ("user", user_id), self._refresh)

    async def _refresh(self) -> bool:
        self._show(films=await self._look(film_cards), is_loaded=True)
        return True

    @rx.event
    def begin(self) -> None:
        self.is_naming, self.notice = True, ""

    @rx.event
    async def create(self, form: dict[str, str]) -> EventSpec | None:
        if not self.is_naming:
            return None  # The second of two quick taps: the first has made the film.
        project = await self._act(projects.create, text_of(form, "title"))
        self.is_naming = False
        return rx.redirect(f"/project/{project.id}/photos")

    @rx.event
    def ask_name(self, project_id: str, title: str) -> None:
        self.renaming, self.subject, self.notice = str(uuid_of(project_id)), str(title), ""

    @rx.event
    async def rename(self, form: dict[str, str]) -> None:
        await self._act(projects.rename, uuid_of(self.renaming), text_of(form, "title"))
        self.renaming = ""
        await self._refresh()

    @rx.event
    def ask_delete(self, project_id: str, title: str) -> None:
        self.deleting, self.subject, self.notice = str(uuid_of(project_id)), str(title), ""

    @rx.event
    async def delete(self) -> None:
        await self._act(projects.delete, uuid_of(self.deleting))
        self.deleting = ""
        await self._refresh()

    @rx.event
    def close(self) -> None:
        self.is_naming, self.renaming, self.deleting, self.notice = False, "", "", ""
