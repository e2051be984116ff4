"""Step one: bring the photographs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from sqlmodel import col, select

from echoes.components.design import button, icon_button, link_button, skeleton_grid
from echoes.components.dialog import actions
from echoes.components.uploader import photo_uploader
from echoes.database import UserSession
from echoes.models import Clip, UploadKind
from echoes.pages.common.shell import next_bar, sheet
from echoes.pages.common.state import uuid_of, vars_of
from echoes.pages.project.common import Head, ProjectState, Step, head_of, intro, project_page
from echoes.photos import rotation
from echoes.photos import service as photos
from echoes.storage import get_storage
from echoes.uploads.service import largest_in_words


@dataclass(frozen=True)
class PhotoTile:
    id: str
    picture: str
    name: str
    ratio: float
    has_clip: bool
    is_truncated: bool


class PhotosState(Step, ProjectState):
    photos: list[PhotoTile] = []
    largest: str = ""
    removing: str = ""
    rotating: str = ""

    async def _refresh(self) -> None:
        head, tiles = await self._look(photos_page, self._project_id())
        self._show(head=head, photos=tiles, largest=largest_in_words(UploadKind.PHOTO))

    @rx.var
    def arrived(self) -> list[str]:
        return [photo.id for photo in self.photos]

    def _begin(self) -> None:
        super()._begin()
        self.removing = self.rotating = ""

    @rx.event(background=True)
    async def rotate(self, photo_id: str) -> None:
        """A quarter turn clockwise, shown at once; other taps of this tab do not wait for it."""
        photo = uuid_of(photo_id)
        async with self:
            user_id = await self._look(lambda session: session.user_id)
            self.rotating = str(photo)
        try:
            await rotation.rotate(user_id, photo)
        finally:
            async with self:
                self.rotating = ""
        async with self:
            await self._fill()

    @rx.event
    async def remove(self, photo_id: str) -> None:
        """A photo without a clip goes at once; with one, its owner is asked."""
        if any(photo.id == photo_id and photo.has_clip for photo in self.photos):
            self.removing = str(photo_id)
            return
        await self._act(photos.remove, uuid_of(photo_id))
        await self._fill()

    @rx.event
    async def remove_with_clip(self) -> None:
        photo_id, self.removing = self.removing, ""
        await self._act(photos.remove, uuid_of(photo_id))
        await self._fill()

    @rx.event
    def keep(self) -> None:
        self.removing = ""


shown = vars_of(PhotosState)


def photos_page(session: UserSession, project_id: UUID) -> tuple[Head, list[PhotoTile]]:
    head, storage = head_of(session, project_id), get_storage()
    animated = set(session.exec(select(Clip.photo_id).where(col(Clip.project_id) == project_id)))
    return head, [
        PhotoTile(
            id=str(photo.id),
            picture=storage.url(photo.thumbnail_key),
            name=photo.filename,
            ratio=round(photo.width / photo.height, 3),
            has_clip=photo.id in animated,
            is_truncated=photo.is_truncated,
        )
        for photo in photos.list_photos(session, project_id)
    ]


def photos_step() -> rx.Component:
    has_photos = shown.photos.length() > 0
    return project_page(
        "photos",
        rx.cond(
            has_photos,
            intro(
                "Your photos",
                "Add as many as you like. In the next step they begin to move.",
            ),
            intro("First, your photos", "Ten to thirty make a good film, but even three are enough."),
        ),
        photo_uploader(
            rx.foreach(shown.photos, _tile),
            project=shown.project_id,
            arrived=shown.arrived,
            largest=shown.largest,
        ),
        _removing(),
        waiting=skeleton_grid(6, "photo-grid"),
        next_step=rx.cond(
            has_photos,
            next_bar(
                rx.cond(
                    shown.photos.length() == 1,
                    "1 photo is here.",
                    f"{shown.photos.length()} photos are here.",
                ),
                link_button(
                    "Go on to the clips",
                    f"/project/{shown.project_id}/clips",
                    kind="primary",
                ),
            ),
        ),
    )


def _tile(photo: Any) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=photo.picture, alt=photo.name, loading="lazy", key=photo.picture),
        rx.cond(
            photo.is_truncated, rx.el.p("The last lines of this file are missing.", class_name="tile-note")
        ),
        icon_button(f"Remove {photo.name}", "x", class_name="tile-tool", on_click=shown.remove(photo.id)),
        icon_button(
            f"Rotate {photo.name}",
            "rotate_cw",
            class_name="tile-tool rotate",
            on_click=shown.rotate(photo.id),
            custom_attrs={"aria-busy": shown.rotating == photo.id},
        ),
        class_name=rx.cond(shown.rotating == photo.id, "tile rotating", "tile"),
        key=photo.id,
    )


def _removing() -> rx.Component:
    return sheet(
        rx.el.p("This photo already has a clip. Both go; films that you have made of it stay."),
        actions(
            button("Keep it", on_click=shown.keep),
            button("Remove both", kind="danger solid", on_click=shown.remove_with_clip),
        ),
        title="Remove this photo?",
        is_open=shown.removing != "",
        on_close=shown.keep,
    )
