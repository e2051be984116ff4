"""State of the photos step: step one: bring the photographs."""

import reflex as rx

from echoes.models import UploadKind
from echoes.pages.common.state import uuid_of
from echoes.pages.project.photos.queries import PhotoTile, photos_page
from echoes.pages.project.state import ProjectState, ProjectStepState
from echoes.photos import rotation
from echoes.photos import service as photos
from echoes.settings import get_settings
from echoes.uploads.service import largest_in_words


class PhotoTilesState(rx.State):
    """What is large of this step, apart (`LiveState._show_apart`)."""

    photos: list[PhotoTile] = []
    arrived: list[str] = []


class PhotosState(ProjectStepState, ProjectState):
    largest: str = ""
    longest_side: int = 0
    removing: str = ""
    rotating: str = ""

    async def _refresh(self) -> None:
        head, tiles = await self._look(photos_page, self._project_id())
        await self._show_apart(PhotoTilesState, photos=tiles, arrived=[tile.id for tile in tiles])
        self._show(
            head=head,
            largest=largest_in_words(UploadKind.PHOTO),
            longest_side=get_settings().photo_longest_side,
        )

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
        shown = (await self.get_state(PhotoTilesState)).photos
        if any(photo.id == photo_id and photo.has_clip for photo in shown):
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
