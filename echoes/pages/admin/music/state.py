"""/admin/music: the library that everybody may use."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs

import reflex as rx
from sqlmodel import Session

from echoes.admin import music
from echoes.admin.routes import PROBLEMS
from echoes.components.design import (
    badge,
    button,
    card,
    empty_state,
    icon_button,
    message,
    text_input,
)
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.components.sending_form import sending_form
from echoes.components.sound_sample import sound_sample
from echoes.components.uploader import MUSIC_TYPES
from echoes.errors import BadInput
from echoes.models import MusicTrack, new_id
from echoes.pages.admin.common import AdminState, Section, admin_page
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import text_of, uuid_of, vars_of
from echoes.storage import get_storage
from echoes.text import formatting


@dataclass(frozen=True)
class TrackView:
    id: str = ""
    title: str = ""
    mood: str = ""
    licence: str = ""
    facts: str = ""
    address: str = ""
    is_hidden: bool = False


class MusicState(Section, AdminState):
    RENEWAL: ClassVar[float] = 600.0

    tracks: list[TrackView] = []
    editing: TrackView = TrackView()
    problem: str = ""
    piece: str = ""
    """The id of the piece that the form will bring in: sent twice, it is one piece."""

    def _begin(self) -> None:
        super()._begin()
        given = parse_qs(str(self.router.url.query)).get("problem", [""])[0]
        self.editing, self.problem = TrackView(), PROBLEMS.get(given, "")
        self.piece = str(new_id())

    async def _refresh(self) -> None:
        self._show(tracks=await self._inspect(track_views))

    @rx.event
    def edit(self, track_id: str) -> None:
        known = {track.id: track for track in self.tracks}
        self.editing, self.notice = known.get(str(track_id), TrackView()), ""

    @rx.event
    def leave_it(self) -> None:
        self.editing, self.notice = TrackView(), ""

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        values = {name: text_of(form, name) for name in ("title", "mood", "licence")}
        is_hidden = bool(form.get("is_hidden"))
        await self._operate(music.change, uuid_of(self.editing.id), values, is_hidden)
        self.editing = TrackView()
        await self._fill()

    @rx.event
    async def move(self, track_id: str, steps: int) -> None:
        if steps not in (-1, 1):
            raise BadInput("One place up or down.")
        await self._operate(music.move, uuid_of(track_id), steps)
        await self._fill()


shown = vars_of(MusicState)


def track_views(session: Session) -> list[TrackView]:
    storage = get_storage()
    return [
        TrackView(
            id=str(track.id),
            title=track.title,
            mood=track.mood,
            licence=track.licence,
            facts=_facts(track),
            address=storage.url(track.audio_key),
            is_hidden=track.is_hidden,
        )
        for track in music.tracks(session)
    ]


def _facts(track: MusicTrack) -> str:
    facts = [
        formatting.length(track.duration),
        track.mood,
        f"{track.loudness:.1f} LUFS" if track.loudness is not None else "",
        formatting.counted(len(track.beats), "beat") if track.beats else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def music_page() -> rx.Component:
    return admin_page(
        "music",
        "Music",
        rx.cond(shown.problem != "", message(shown.problem, kind="error")),
        rx.cond(
            shown.tracks.length() > 0,
            rx.el.ul(rx.foreach(shown.tracks, _track), class_name="models"),
            empty_state("music", "No music yet", "What you bring in here, everybody may use."),
        ),
        _adding(),
        _editor(),
    )


def _track(track: Any) -> rx.Component:
    return rx.el.li(
        sound_sample(track.address, track.title),
        rx.el.div(
            rx.el.strong(track.title),
            rx.el.p(track.facts, class_name="small soft numbers"),
            rx.cond(track.is_hidden, badge("hidden")),
            class_name="grow",
        ),
        icon_button("Further up", "arrow_up", on_click=shown.move(track.id, -1)),
        icon_button("Further down", "arrow_down", on_click=shown.move(track.id, 1)),
        button("Change", kind="quiet", on_click=shown.edit(track.id)),
        class_name="row track",
        key=track.id,
    )


def _adding() -> rx.Component:
    return card(
        rx.el.h2("Bring in a piece"),
        sending_form(
            rx.el.input(type="hidden", name="piece", value=shown.piece, read_only=True),
            form_field(
                "The file",
                rx.el.input(
                    id="file", name="file", type="file", accept=MUSIC_TYPES, required=True, class_name="input"
                ),
                "file",
                "Its loudness and its beats are found while it comes in: please wait here for some seconds.",
            ),
            rx.el.label(
                rx.el.input(type="checkbox", name="use_sound"),
                "If it is a video, use its sound",
                class_name="row check",
            ),
            form_field("Title", text_input("title", required=True, max_length=80), "title"),
            form_field("Mood", text_input("mood", max_length=40), "mood"),
            form_field("Licence, and whom to thank", text_input("licence", max_length=400), "licence"),
            button("Bring it in", type="submit"),
            action="/library/music",
            class_name="stack",
        ),
    )


def _editor() -> rx.Component:
    track = shown.editing
    return sheet(
        rx.el.form(
            _text("Title", "title", track.title),
            _text("Mood", "mood", track.mood),
            _text("Licence, and whom to thank", "licence", track.licence),
            rx.el.label(
                rx.el.input(type="checkbox", name="is_hidden", default_checked=track.is_hidden),
                "Hidden: only those who chose it before see it",
                class_name="row check",
            ),
            actions(
                button("Leave it", on_click=shown.leave_it),
                button("Save", kind="primary", type="submit"),
            ),
            on_submit=shown.save,
            class_name="stack",
        ),
        title="Change this piece",
        is_open=track.id != "",
        on_close=shown.leave_it,
    )


def _text(label: str, name: str, value: Any) -> rx.Component:
    entry = rx.el.input(id=f"edit-{name}", name=name, type="text", default_value=value, class_name="input")
    return form_field(label, entry, f"edit-{name}")
