"""The share sheet of a film: send it, make it a gift, say who may watch, take it back."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import reflex as rx
import segno
from reflex.event import EventSpec

from echoes import operator_settings
from echoes.components.design import badge, button, field, icon, message, text_input
from echoes.components.dialog import actions
from echoes.components.sharing import copy_button, moment_input, share_tools
from echoes.credits import ledger
from echoes.database import UserSession
from echoes.errors import BadInput
from echoes.models import EntryKind, ShareLink, Video, now
from echoes.operator_settings import Rewards
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import text_of, uuid_of, vars_of
from echoes.pages.project.common import ProjectState
from echoes.pages.project.film.sizes.state import SizeView, downloads, ready_files
from echoes.sharing import service as sharing
from echoes.sharing.service import LONGEST_NOTE, LONGEST_TITLE, Wishes
from echoes.text import formatting

EMBEDDED_WIDTH = 640
ENDED = "This link has ended: nobody can watch the film by it. Below you can choose a later day, or none."


@dataclass(frozen=True)
class Shared:
    """A film's link, as its owner sees it."""

    project: str = ""
    video: str = ""
    link: str = ""
    address: str = ""
    title: str = ""
    own_title: str = ""
    note: str = ""
    names_owner: bool = False
    opens_at: str = ""
    expires_at: str = ""
    has_ended: bool = False
    has_password: bool = False
    seen: str = ""
    reward: str = ""
    qr: str = ""
    embed: str = ""
    files: list[SizeView] = dataclass_field(default_factory=list)


class ShareState(ProjectState):
    shared: Shared = Shared()
    is_closing: bool = False
    is_saved: bool = False
    saves: int = 0
    """Each empties the password's field: what stayed there would be set again by the next."""

    @rx.event
    def arrive(self) -> None:
        """The sheet of a film stays open for as long as its page is there, and is not on another's."""
        if self.shared.project != self.project_id:
            self.shared = Shared()

    @rx.event
    async def open_share(self, video_id: str) -> None:
        self.is_closing = self.is_saved = False
        self.shared = await self._act(shared_film, uuid_of(video_id))

    @rx.event
    def close_share(self) -> None:
        self.shared, self.notice = Shared(), ""

    @rx.event
    async def save_share(self, form: dict[str, Any]) -> None:
        await self._shape(_wishes(form))

    @rx.event
    async def drop_password(self) -> None:
        await self._shape(Wishes(
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
        self.shared, self.is_closing = Shared(), False
        return vars_of(ShareState).tell("The link is closed. Nobody can watch the film by it any more.")

    async def _shape(self, wishes: Wishes) -> None:
        self.is_saved = False
        await self._act(sharing.shape, uuid_of(self.shared.link), wishes)
        self.shared = await self._act(shared_film, uuid_of(self.shared.video))
        self.is_saved = True
        self.saves += 1


shown = vars_of(ShareState)


def shared_film(session: UserSession, video_id: UUID) -> Shared:
    """With a link, made now if there was none."""
    link = sharing.share(session, video_id)
    video = session.get_one(Video, video_id)
    address = sharing.address(link)
    return Shared(
        project=str(video.project_id),
        video=str(video.id),
        link=str(link.id),
        address=address,
        title=link.title or video.title,
        own_title=link.title,
        note=link.note,
        names_owner=link.names_owner,
        opens_at=link.opens_at.isoformat() if link.opens_at else "",
        expires_at=link.expires_at.isoformat() if link.expires_at else "",
        has_ended=link.expires_at is not None and link.expires_at <= now(),
        has_password=link.password_hash is not None,
        seen=f"Seen {formatting.counted(link.views, 'time')}." if link.views else "Nobody has opened it yet.",
        reward=_reward(session, link),
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=3, dark="#261f19", light="#fff"),
        embed=sharing.embed_code(link, EMBEDDED_WIDTH, EMBEDDED_WIDTH * video.height // video.width),
        files=ready_files(session, video),
    )


def _reward(session: UserSession, link: ShareLink) -> str:
    reward = operator_settings.read(session, Rewards).share
    if not reward or ledger.is_written(session, EntryKind.SHARE, f"video:{link.video_id}"):
        return ""
    return (
        f"The first time somebody watches it somewhere else, you get {formatting.counted(reward, 'credit')}."
    )


def _wishes(form: object) -> Wishes:
    return Wishes(
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
        raise BadInput("That day could not be read. Please choose it again.") from None


def share_button(film: Any) -> rx.Component:
    return button("Share", icon_name="share_2", on_click=shown.open_share(film.id))


def share_sheet() -> rx.Component:
    return sheet(
        rx.cond(shown.is_closing, _closing(), _sharing()),
        title=rx.cond(shown.is_closing, "Close this link?", "Share this film"),
        is_open=shown.shared.link != "",
        on_close=shown.close_share,
    )


def _sharing() -> rx.Component:
    film = shown.shared
    return rx.el.div(
        rx.cond(film.has_ended, message(ENDED)),
        rx.el.p(film.seen, " ", film.reward, class_name="small soft"),
        share_tools(film.address, film.title),
        rx.el.form(
            _fold("gift", "Make it a gift", _gift(film), is_open=film.opens_at != ""),
            _fold(
                "lock",
                "Who may watch it, and how long",
                _door(film),
                is_open=film.has_password | film.has_ended,
            ),
            _save(),
            on_submit=shown.save_share,
            class_name="stack shaping",
        ),
        _fold("qr_code", "A code to point a camera at", _code(film)),
        _fold("code", "Put it on a website", _embed(film)),
        _fold("download", "Keep the film as a file", _file(film)),
        button("Close this link", kind="danger", icon_name="link_2_off", on_click=shown.ask_closing),
        class_name="stack share",
        key=film.link,
    )


def _fold(drawing: str, label: str, content: rx.Component, is_open: Any = False) -> rx.Component:
    return rx.el.details(
        rx.el.summary(icon(drawing), label), rx.el.div(content, class_name="stack"), class_name="fold",
        open=is_open,
    )  # fmt: skip


def _gift(film: Any) -> rx.Component:
    return rx.fragment(
        field("Title", text_input("title", default_value=film.own_title, max_length=LONGEST_TITLE), "title"),
        field(
            "A few words beside it",
            rx.el.textarea(
                id="note", name="note", default_value=film.note, max_length=LONGEST_NOTE, rows="3",
                class_name="input",
            ),
            "note",
        ),
        field(
            "Opens on",
            moment_input("opens_at", film.opens_at, "Opens on"),
            "opens_at",
            "Until then the link says when. Leave it empty, and it is open at once.",
        ),
    )  # fmt: skip


def _door(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.label(
            rx.el.input(type="checkbox", name="names_owner", default_checked=film.names_owner),
            "Say that I made it",
            class_name="row check",
        ),
        field(
            "Password",
            text_input("password", auto_complete="off", max_length=200, key=f"saved {shown.saves} times"),
            "password",
            rx.cond(
                film.has_password,
                "Leave it empty to keep the one there is.",
                "Only those who know it can watch.",
            ),
        ),
        rx.cond(
            film.has_password,
            rx.el.div(
                rx.el.span("This film has a password.", class_name="small"),
                button("Take the password away", kind="quiet", on_click=shown.drop_password),
                class_name="row between",
            ),
        ),
        field(
            "The link ends on",
            moment_input("expires_at", film.expires_at, "The link ends on"),
            "expires_at",
            "Leave it empty, and it stays until you close it.",
        ),
    )


def _save() -> rx.Component:
    """Once for both parts, which are one form; while both are folded there is nothing to save."""
    return rx.el.div(
        rx.cond(shown.is_saved, badge("Saved", icon_name="check", good=True), rx.el.span()),
        button("Save", type="submit"),
        class_name="row between",
    )


def _code(film: Any) -> rx.Component:
    return rx.el.img(src=film.qr, alt="A QR code that leads to the film", class_name="qr")


def _embed(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.pre(rx.el.code(film.embed), class_name="embed-code", tab_index=0),
        copy_button(film.embed, "Copy the code"),
    )


def _file(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p("It plays everywhere, and nobody needs Echoes to watch it.", class_name="small soft"),
        downloads(film.files),
    )


def _closing() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Whoever has the link cannot watch the film any more. If you share it again, the link is new."
        ),
        actions(
            button("Keep it open", on_click=shown.keep_link),
            button("Close the link", kind="danger solid", on_click=shown.close_link),
        ),
    )
