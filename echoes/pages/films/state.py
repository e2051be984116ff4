"""A person's films: begin one, go on with one, watch what is finished."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link
from sqlmodel import col, func, select

from echoes.components.design import (
    badge,
    button,
    card,
    empty_state,
    icon,
    icon_button,
    skeleton_grid,
)
from echoes.components.dialog import actions
from echoes.database import UserSession
from echoes.models import JobStatus, Photo, Video, now
from echoes.pages.common.following import follow
from echoes.pages.common.shell import name_form, page, sheet, top_bar
from echoes.pages.common.state import Visit, text_of, uuid_of, vars_of
from echoes.projects import service as projects
from echoes.storage import get_storage
from echoes.text import formatting
from echoes.videos.service import ORIGINAL


@dataclass(frozen=True)
class FilmCard:
    id: str
    title: str
    address: str
    cover: str
    changed: str
    contents: str
    finished: str


class FilmsState(Visit):
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


shown = vars_of(FilmsState)


def film_cards(session: UserSession) -> list[FilmCard]:
    covers, photos, films = _covers(session), _photos(session), _finished(session)
    storage, moment = get_storage(), now()
    return [
        FilmCard(
            id=str(project.id),
            title=project.title,
            address=f"/project/{project.id}/{'film' if project.id in films else 'photos'}",
            cover=storage.url(covers[project.id]) if project.id in covers else "",
            changed=formatting.ago(project.updated_at, moment),
            contents=formatting.counted(photos.get(project.id, 0), "photo"),
            finished=formatting.counted(films[project.id], "film") if project.id in films else "",
        )
        for project in projects.list_projects(session)
    ]


def _covers(session: UserSession) -> dict[UUID, str]:
    """The first photo of each project: the rows come last one first, and the last to be put in stays."""
    query = select(Photo.project_id, Photo.thumbnail_key).order_by(col(Photo.id).desc())
    return dict(session.exec(query).all())


def _photos(session: UserSession) -> dict[UUID, int]:
    query = select(Photo.project_id, func.count()).group_by(col(Photo.project_id))
    return dict(session.exec(query).all())


def _finished(session: UserSession) -> dict[UUID, int]:
    query = select(Video.project_id, func.count()).where(ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED)
    return dict(session.exec(query.group_by(col(Video.project_id))).all())


def films() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Your films"),
                rx.cond(
                    shown.films.length() > 0,
                    button("Start a new film", kind="primary", icon_name="plus", on_click=shown.begin),
                ),
                class_name="row between intro-row",
            ),
            rx.cond(
                shown.is_loaded,
                rx.cond(shown.films.length() > 0, _grid(), _nothing_yet()),
                skeleton_grid(3, "films", "16rem"),
            ),
            _naming(),
            _renaming(),
            _deleting(),
            class_name="column stack loose",
        ),
        bar=top_bar("/"),
    )


def _nothing_yet() -> rx.Component:
    return empty_state(
        "clapperboard",
        "Your first film begins with photographs",
        "A handful is enough. Give the film a name first; you can change it at any time.",
        button("Start a film", kind="primary", icon_name="plus", on_click=shown.begin),
    )


def _grid() -> rx.Component:
    return rx.el.ul(rx.foreach(shown.films, _film), class_name="films")


def _film(film: Any) -> rx.Component:
    return rx.el.li(
        card(
            router_link(
                rx.el.div(
                    rx.cond(
                        film.cover != "",
                        rx.el.img(src=film.cover, alt="", loading="lazy"),
                        icon("image", 36),
                    ),
                    class_name="cover",
                ),
                rx.el.div(
                    rx.el.h2(film.title),
                    rx.el.p(f"{film.contents} · {film.changed}", class_name="small soft"),
                    rx.cond(film.finished != "", badge(film.finished, icon_name="check", good=True)),
                    class_name="stack tight",
                ),
                to=film.address,
                class_name="film-link",
            ),
            rx.el.div(
                icon_button(
                    f"Rename {film.title}",
                    "pencil",
                    on_click=shown.ask_name(film.id, film.title),
                ),
                icon_button(
                    f"Delete {film.title}",
                    "trash_2",
                    on_click=shown.ask_delete(film.id, film.title),
                ),
                class_name="film-tools",
            ),
            padded=False,
            class_name="film-card",
        ),
        key=film.id,
    )


def _naming() -> rx.Component:
    return sheet(
        _title_form("Start with photos", shown.create),
        title="A new film",
        is_open=shown.is_naming,
        on_close=shown.close,
    )


def _renaming() -> rx.Component:
    return sheet(
        _title_form("Save the name", shown.rename, default_value=shown.subject),
        title="Rename the film",
        is_open=shown.renaming != "",
        on_close=shown.close,
    )


def _title_form(label: str, on_submit: rx.EventHandler[()], **props: rx.Var[str]) -> rx.Component:
    return name_form(
        "What is it called?",
        "title",
        projects.LONGEST_TITLE,
        save=label,
        on_submit=on_submit,
        on_close=shown.close,
        placeholder="Grandma’s summers",
        **props,
    )


def _deleting() -> rx.Component:
    return sheet(
        rx.el.p(f"“{shown.subject}” goes with its photos, clips and finished films. This cannot be undone."),
        actions(
            button("Keep it", on_click=shown.close),
            button("Delete it", kind="danger solid", on_click=shown.delete),
        ),
        title="Delete this film?",
        is_open=shown.deleting != "",
        on_close=shown.close,
    )
