"""State of the music library page (`/admin/music`): the library that everybody may use."""

from typing import Any, ClassVar
from urllib.parse import parse_qs

import reflex as rx

from echoes.admin import music
from echoes.admin.routes import PROBLEMS
from echoes.errors import BadInput
from echoes.models import new_id
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.music.queries import LibraryTrackViewModel, read_tracks
from echoes.pages.common.state import text_of, uuid_of


class MusicState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 600.0

    tracks: list[LibraryTrackViewModel] = []
    editing: LibraryTrackViewModel = LibraryTrackViewModel()
    problem: str = ""
    piece: str = ""
    """The id of the piece that the form will bring in: sent twice, it is one piece."""

    def _begin(self) -> None:
        super()._begin()
        given = parse_qs(str(self.router.url.query)).get("problem", [""])[0]
        self.editing, self.problem = LibraryTrackViewModel(), PROBLEMS.get(given, "")
        self.piece = str(new_id())

    async def _refresh(self) -> None:
        self._show(tracks=await self._inspect(read_tracks))

    @rx.event
    def edit(self, track_id: str) -> None:
        known = {track.id: track for track in self.tracks}
        self.editing, self.notice = known.get(str(track_id), LibraryTrackViewModel()), ""

    @rx.event
    def leave_it(self) -> None:
        self.editing, self.notice = LibraryTrackViewModel(), ""

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        values = {name: text_of(form, name) for name in ("title", "mood", "licence")}
        is_hidden = bool(form.get("is_hidden"))
        await self._operate(music.change, uuid_of(self.editing.id), values, is_hidden)
        self.editing = LibraryTrackViewModel()
        await self._fill()

    @rx.event
    async def move(self, track_id: str, steps: int) -> None:
        if steps not in (-1, 1):
            raise BadInput("Choose one place up or down.")
        await self._operate(music.move, uuid_of(track_id), steps)
        await self._fill()
