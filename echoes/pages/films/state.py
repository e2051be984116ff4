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
    renaming: str = ""
    deleting: str = ""
    subject: str = ""

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Runs as long as the page is open: a navigation or a closed tab ends it."""
        async with self:
            self.renaming, self.deleting = "", ""
            user_id = self._signed_in()
        await follow(self, ("user", user_id), self._refresh)

    async def _refresh(self) -> bool:
        self._show(films=await self._look(film_cards), is_loaded=True)
        return True

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
        self.renaming, self.deleting, self.notice = "", "", ""


class NewFilmState(PageState):
    @rx.event
    async def begin(self) -> EventSpec:
        """Straight to the photos: the film is named from their dates, and by its maker at any time.
        This page's address is not kept: the way back does not lead here again."""
        project = await self._act(projects.begin)
        return rx.redirect(f"/project/{project.id}/photos", replace=True)
