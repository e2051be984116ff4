"""State of the four steps of a project: what the four steps of a project share: its head, the way
between the steps, and staying up to date.
"""

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import reflex as rx

from echoes import live_updates
from echoes.pages.common.following import LiveState
from echoes.pages.common.state import PageState, text_of, uuid_of
from echoes.pages.project.queries import Head, head_of
from echoes.projects import service as projects


class ProjectState(PageState):
    if TYPE_CHECKING:
        project_id: str  # Reflex makes it of the route.

    head: Head = Head()
    is_loaded: bool = False
    is_missing: bool = False
    filled_steps: list[str] = []
    """Those that have shown something of this project: what another holds may still be of another project."""
    is_renaming: bool = False

    @rx.event
    def ask_title(self) -> None:
        self.is_renaming, self.notice = True, ""

    @rx.event
    def close_title(self) -> None:
        self.is_renaming, self.notice = False, ""

    @rx.event
    async def set_title(self, form: dict[str, str]) -> None:
        await self._act(projects.rename, self._project_id(), text_of(form, "title"))
        self.is_renaming = False
        self.head = await self._look(head_of, self._project_id())

    def _project_id(self) -> UUID:
        """From the page's address, so never to be trusted: services look it up as the person's own."""
        return uuid_of(self.project_id)


class ProjectStepState(LiveState, ProjectState, mixin=True):
    """A page of a project; `STEP` is the last part of its address."""

    STEP: ClassVar[str]

    async def _fill(self) -> bool:
        is_there = await super()._fill()
        if is_there and self.STEP not in self.filled_steps:
            self.filled_steps = [*self.filled_steps, self.STEP]
        return is_there

    async def _topic(self) -> live_updates.Topic:
        return ("project", self._project_id())

    def _begin(self) -> None:
        """Another project than before shows nothing of the one before."""
        self.is_renaming = False
        if self.head.id != self.project_id:
            self.head, self.filled_steps = Head(), []
            super()._begin()
