"""State of the share sheet: the share sheet of a film: send it, make it a gift, say who may watch,
take it back.
"""

from datetime import UTC, datetime
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from echoes.errors import BadInput
from echoes.pages.common.state import text_of, uuid_of, vars_of
from echoes.pages.project.share.queries import ShareSheetViewModel, read_share_sheet
from echoes.pages.project.state import ProjectState
from echoes.sharing import service as sharing
from echoes.sharing.service import LinkSettings


class ShareState(ProjectState):
    shared: ShareSheetViewModel = ShareSheetViewModel()
    is_closing: bool = False
    is_saved: bool = False
    saves: int = 0
    """Each empties the password's field: what stayed there would be set again by the next."""

    @rx.event
    def arrive(self) -> None:
        """The sheet of a film stays open for as long as its page is there, and is not on another's."""
        if self.shared.project != self.project_id:
            self.shared = ShareSheetViewModel()

    @rx.event
    async def open_share(self, video_id: str) -> None:
        self.is_closing = self.is_saved = False
        self.shared = await self._act(read_share_sheet, uuid_of(video_id))

    @rx.event
    def close_share(self) -> None:
        self.shared, self.notice = ShareSheetViewModel(), ""

    @rx.event
    async def save_share(self, form: dict[str, Any]) -> None:
        await self._shape(_wishes(form))

    @rx.event
    async def drop_password(self) -> None:
        await self._shape(LinkSettings(
            self.shared.own_title, self.shared.note, self.shared.names_owner, _moment(self.shared.opens_at),
            _moment(self.shared.expires_at), password="",
        ))  # fmt: skip

    @rx.event
    def ask_closing(self) -> None:
        self.is_closing = True

    @rx.event
    def keep_link(self) -> None:
        self.is_closing = False

    @rx.event
    async def close_link(self) -> EventSpec:
        await self._act(sharing.revoke, uuid_of(self.shared.link))
        self.shared, self.is_closing = ShareSheetViewModel(), False
        return vars_of(ShareState).show_toast(
            "The link is turned off. Nobody can watch the film with it any more."
        )

    async def _shape(self, wishes: LinkSettings) -> None:
        self.is_saved = False
        await self._act(sharing.shape, uuid_of(self.shared.link), wishes)
        self.shared = await self._act(read_share_sheet, uuid_of(self.shared.video))
        self.is_saved = True
        self.saves += 1


def _wishes(form: object) -> LinkSettings:
    return LinkSettings(
        title=text_of(form, "title"),
        note=text_of(form, "note"),
        names_owner=isinstance(form, dict) and bool(form.get("names_owner")),
        opens_at=_moment(text_of(form, "opens_at")),
        expires_at=_moment(text_of(form, "expires_at")),
        password=text_of(form, "password").strip() or None,
    )


def _moment(text: str) -> datetime | None:
    """In UTC, which is what SQLite keeps: of another zone's it would keep the hour and lose the zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment without its zone")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("We could not read that day. Please choose it again.") from None
