"""State of the share sheet: dress a film as a gift, say who may watch, send it, take it back."""

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
    is_dressing: bool = False
    """How it arrives is chosen first; then it is sent."""
    is_closing: bool = False
    saves: int = 0
    """Each empties the password's field: what stayed there would be set again by the next."""

    @rx.event
    def arrive(self) -> None:
        """The sheet of a film stays open for as long as its page is there, and is not on another's."""
        if self.shared.project != self.project_id:
            self.shared = ShareSheetViewModel()

    @rx.event
    async def open_share(self, video_id: str) -> None:
        self.is_closing = False
        self.shared = await self._act(read_share_sheet, uuid_of(video_id))
        self.is_dressing = not self.shared.is_dressed or self.shared.has_ended

    @rx.event
    def close_share(self) -> None:
        self.shared, self.notice = ShareSheetViewModel(), ""

    @rx.event
    def dress(self) -> None:
        self.is_dressing, self.notice = True, ""

    @rx.event
    async def save_share(self, form: dict[str, Any]) -> None:
        await self._shape(_wishes(form))
        self.is_dressing = False

    @rx.event
    async def drop_password(self) -> None:
        shared = self.shared
        await self._shape(LinkSettings(
            title=shared.own_title, note=shared.note, sender=shared.sender,
            poster=uuid_of(shared.poster) if shared.poster else None, can_save=shared.can_save,
            can_reply=shared.can_reply, opens_at=_moment(shared.opens_at),
            expires_at=_moment(shared.expires_at), password="",
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
        await self._act(sharing.shape, uuid_of(self.shared.link), wishes)
        self.shared = await self._act(read_share_sheet, uuid_of(self.shared.video))
        self.saves += 1


def _wishes(form: object) -> LinkSettings:
    poster = _optional(form, "poster")
    return LinkSettings(
        title=text_of(form, "title"),
        note=text_of(form, "note"),
        sender=text_of(form, "sender"),
        poster=uuid_of(poster) if poster else None,
        can_save=_is_checked(form, "can_save"),
        can_reply=_is_checked(form, "can_reply"),
        opens_at=_moment(text_of(form, "opens_at")),
        expires_at=_moment(text_of(form, "expires_at")),
        password=text_of(form, "password").strip() or None,
    )


def _optional(form: object, name: str) -> str:
    """A field that is not always on the page."""
    return text_of(form, name) if isinstance(form, dict) and name in form else ""


def _is_checked(form: object, name: str) -> bool:
    return isinstance(form, dict) and bool(form.get(name))


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
