"""What the four steps of a project share: its head, the way between the steps, and staying up to date."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import reflex as rx
from reflex_components_core.react_router import link as router_link
from sqlmodel import col, func, select

from echoes import live_updates
from echoes.components.design import icon, icon_button, link_button, skeleton
from echoes.database import UserSession
from echoes.models import Aspect, JobStatus, Photo, Project, Video
from echoes.pages.common.following import Followed
from echoes.pages.common.shell import balance, name_form, not_here, page, sheet, theme_toggle
from echoes.pages.common.state import HOME, Visit, text_of, uuid_of, vars_of
from echoes.projects import service as projects
from echoes.projects.timeline import approved_takes
from echoes.videos.service import ORIGINAL

STEPS = (("photos", "Photos"), ("clips", "Clips"), ("arrange", "Arrange"), ("film", "Film"))
RATIOS = {Aspect.WIDE: "16 / 9", Aspect.TALL: "9 / 16", Aspect.SQUARE: "1 / 1"}


@dataclass(frozen=True)
class Head:
    """What every step shows of its project."""

    id: str = ""
    title: str = ""
    aspect: str = "16:9"
    ratio: str = "16 / 9"
    photos: int = 0
    kept: int = 0
    films: int = 0


class ProjectState(Visit):
    if TYPE_CHECKING:
        project_id: str  # Reflex makes it of the route.

    head: Head = Head()
    is_loaded: bool = False
    is_missing: bool = False
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


class Step(Followed, ProjectState, mixin=True):
    """A page of a project."""

    async def _topic(self) -> live_updates.Topic:
        return ("project", self._project_id())

    def _begin(self) -> None:
        """Another project than before shows nothing of the one before."""
        self.is_renaming = False
        if self.head.id != self.project_id:
            self.head = Head()
            super()._begin()


shown = vars_of(ProjectState)


def head_of(session: UserSession, project_id: UUID) -> Head:
    project = projects.get(session, project_id)
    return Head(
        id=str(project.id),
        title=project.title,
        aspect=project.aspect,
        ratio=RATIOS[Aspect(project.aspect)],
        photos=_count(session, Photo, project),
        kept=len(approved_takes(session, project)),
        films=_count(session, Video, project, ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED),
    )


def _count(session: UserSession, table: type[Photo] | type[Video], project: Project, *conditions: Any) -> int:
    query = select(func.count()).select_from(table).where(table.project_id == project.id, *conditions)
    return session.exec(query).one()


def project_page(
    step: str,
    *content: Any,
    waiting: rx.Component,
    next_step: rx.Component,
    undo: rx.Component | None = None,
) -> rx.Component:
    """One of the four steps, with its loading and its not-found state."""
    here = shown.is_loaded & ~shown.is_missing
    return page(
        rx.el.div(
            rx.cond(
                shown.is_loaded,
                rx.cond(
                    shown.is_missing,
                    not_here("This film may have been removed, or the address is mistyped."),
                    rx.el.div(*content),
                ),
                waiting,
            ),
            _renaming(),
            class_name="column",
        ),
        bar=rx.fragment(_head(), rx.cond(shown.is_missing, None, _steps(step))),
        next_step=rx.cond(here, next_step),
        undo=rx.cond(here, undo) if undo else None,
    )


def intro(title: Any, sentence: Any) -> rx.Component:
    """What this step is for."""
    return rx.el.div(rx.el.h2(title), rx.el.p(sentence, class_name="soft"), class_name="intro")


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            link_button(
                rx.el.span("All films", class_name="from-desk"),
                HOME,
                kind="quiet",
                icon_name="chevron_left",
                custom_attrs={"aria-label": "All films"},
            ),
            rx.cond(
                shown.head.title != "",
                rx.el.h1(shown.head.title),
                rx.el.div(rx.cond(shown.is_missing, None, skeleton("1.25rem", "9rem")), class_name="title"),
            ),
            rx.cond(
                shown.head.title != "",
                icon_button("Rename this film", "pencil", on_click=shown.ask_title),
            ),
            balance(),
            theme_toggle("from-desk"),
            class_name="column project-head",
        ),
    )


def _steps(current: str) -> rx.Component:
    done = {
        "photos": shown.head.photos > 0,
        "clips": shown.head.kept > 0,
        "arrange": shown.head.films > 0,
        "film": shown.head.films > 0,
    }
    return rx.el.nav(
        rx.el.ol(
            *[
                _step(key, label, number, key == current, done[key])
                for number, (key, label) in enumerate(STEPS, 1)
            ],
            class_name="column",
        ),
        class_name="steps",
        custom_attrs={"aria-label": "The four steps"},
    )


def _step(key: str, label: str, number: int, is_current: bool, done: rx.Var[bool]) -> rx.Component:
    mark = rx.el.span(
        str(number) if is_current else rx.cond(done, icon("check", 16), rx.el.span(str(number))),
        class_name="mark",
        custom_attrs={"aria-hidden": "true"},
    )
    return rx.el.li(
        router_link(
            mark,
            label,
            *([] if is_current else [rx.cond(done, rx.el.span("done", class_name="visually-hidden"))]),
            to=f"/project/{shown.project_id}/{key}",
            class_name="step" if is_current else rx.cond(done, "step done", "step"),
            custom_attrs={"aria-current": "step"} if is_current else {},
        )
    )


def _renaming() -> rx.Component:
    return sheet(
        name_form(
            "What is it called?",
            "title",
            projects.LONGEST_TITLE,
            save="Save the name",
            on_submit=shown.set_title,
            on_close=shown.close_title,
            default_value=shown.head.title,
        ),
        title="Rename the film",
        is_open=shown.is_renaming,
        on_close=shown.close_title,
    )
