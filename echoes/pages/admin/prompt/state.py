"""/admin/prompt: how a wish is framed, what is sent, and how it was before."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import reflex as rx
from reflex.event import EventSpec
from sqlmodel import Session

from echoes.admin import pricing, prompting
from echoes.admin.pricing import Outdated, Version
from echoes.admin.prompting import LONGEST_TEMPLATE
from echoes.components.design import badge, button, card, message, text_input
from echoes.components.design import field as form_field
from echoes.errors import BadInput
from echoes.operator_settings import Prompting
from echoes.pages.admin.common import AdminState, Section, admin_page
from echoes.pages.common.state import text_of, vars_of
from echoes.takes.motions import SCENES
from echoes.takes.prompts import PLACE
from echoes.text.validation import Longest


@dataclass(frozen=True)
class Part:
    kind: str
    words: str


@dataclass(frozen=True)
class VersionView:
    number: int
    who: str
    when: str
    note: str
    is_current: bool


@dataclass(frozen=True)
class SampleView:
    model: str
    prompt: str


class PromptState(Section, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # Nobody's words change under their hands.

    template: str = ""
    based_on: int = 0
    """The version that the field was filled with, or that its reader was told of."""
    draft: str = ""
    """What stands in the field, whether it was saved or not."""
    known: list[VersionView] = []
    samples: list[SampleView] = []
    compared: int = 0
    parts: list[Part] = []

    def _begin(self) -> None:
        super()._begin()
        self.samples, self.parts, self.compared = [], [], 0

    async def _refresh(self) -> None:
        """What is being written stays, unless the wording has become another one."""
        template, versions = await self._inspect(prompt_view)
        if template != self.template or not self.draft:
            self._show(template=template, draft=template)
        self._show(known=versions, based_on=_newest(versions))

    @rx.event
    def write(self, words: Annotated[str, Longest(LONGEST_TEMPLATE + 1)]) -> None:
        self.draft = str(words)[: LONGEST_TEMPLATE + 1]

    @rx.event
    async def preview(self, form: dict[str, str]) -> None:
        """Of what stands in the field. Sends nothing to anybody."""
        motion, wish = text_of(form, "motion"), text_of(form, "wish")
        found = await self._inspect(prompting.preview, self.draft, motion, wish)
        self.samples = [SampleView(sample.model, sample.prompt) for sample in found]

    @rx.event
    async def save(self, form: dict[str, str]) -> EventSpec:
        words, note = text_of(form, "template"), text_of(form, "note")
        try:
            await self._operate(prompting.save, words, note, self.based_on)
        except Outdated as error:
            _, versions = await self._inspect(prompt_view)
            self._show(known=versions, based_on=_newest(versions))  # The field keeps what was written.
            return vars_of(PromptState).tell(error.sentence)
        await self._fill()
        return vars_of(PromptState).tell("The new wording is used for clips from now on.")

    @rx.event
    async def compare(self, number: int) -> None:
        self.parts = await self._inspect(compared, number)
        self.compared = number

    @rx.event
    async def go_back(self, number: int) -> EventSpec:
        if not isinstance(number, int):
            raise BadInput("There is no such version.")
        await self._operate(pricing.go_back, Prompting, number)
        self.compared, self.parts = 0, []
        await self._fill()
        return vars_of(PromptState).tell("That wording is used again, as a new version.")


shown = vars_of(PromptState)


def prompt_view(session: Session) -> tuple[str, list[VersionView]]:
    versions = pricing.versions(session, Prompting)
    return prompting.current(session), [
        _view(version, number == 0) for number, version in enumerate(versions)
    ]


def _newest(versions: list[VersionView]) -> int:
    return versions[0].number if versions else 0


def _view(version: Version, is_current: bool) -> VersionView:
    when = f"{version.when:%-d %b %Y, %H:%M}"
    return VersionView(version.number, version.author, when, version.note, is_current)


def compared(session: Session, number: int) -> list[Part]:
    """An earlier version, and how the present one differs from it."""
    earlier = [version for version in pricing.versions(session, Prompting) if version.number == number]
    if not earlier:
        raise BadInput("There is no such version.")
    parts = prompting.compare(prompting.template_of(earlier[0]), prompting.current(session))
    return [Part(kind, words) for kind, words in parts]


def prompt_page() -> rx.Component:
    return admin_page(
        "prompt",
        "Prompt",
        card(
            rx.el.p(
                f"What a provider is told around a person's wish. {PLACE} is where the wish goes.",
                class_name="soft",
            ),
            rx.el.form(
                form_field(
                    "The wording",
                    rx.el.textarea(
                        id="template",
                        name="template",
                        rows="6",
                        required=True,
                        default_value=shown.template,
                        key=shown.template,
                        on_blur=shown.write,
                        class_name="input",
                    ),
                    "template",
                ),
                form_field("Why (kept with the version)", text_input("note", max_length=200), "note"),
                button("Save as a new version", type="submit"),
                on_submit=shown.save,
                class_name="stack",
            ),
        ),
        _preview(),
        _versions(),
    )


def _preview() -> rx.Component:
    return card(
        rx.el.h2("What is sent"),
        rx.el.p("Of the wording as it stands above, before it is saved.", class_name="small soft"),
        rx.el.form(
            rx.el.div(
                form_field(
                    "A motion",
                    rx.el.select(
                        *[rx.el.option(scene.label, value=scene.key) for scene in SCENES],
                        id="motion",
                        name="motion",
                        class_name="input",
                    ),
                    "motion",
                ),
                form_field("Or own words", text_input("wish", max_length=300), "wish"),
                class_name="fields",
            ),
            button("Show it", type="submit"),
            on_submit=shown.preview,
            class_name="stack",
        ),
        rx.foreach(
            shown.samples,
            lambda sample: rx.el.div(rx.el.strong(sample.model), rx.el.pre(sample.prompt), key=sample.model),
        ),
        class_name="stack",
    )


def _versions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Versions"),
        rx.cond(
            shown.known.length() > 0,
            rx.el.ol(rx.foreach(shown.known, _version), class_name="job-log"),
            message("The wording that Echoes came with is in use."),
        ),
        class_name="stack",
    )


def _version(version: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(f"Version {version.number}"),
            rx.el.span(f"{version.who}, {version.when}", class_name="small soft"),
            rx.cond(version.is_current, badge("in use", good=True)),
            class_name="row",
        ),
        rx.cond(version.note != "", rx.el.p(version.note, class_name="small")),
        rx.cond(
            ~version.is_current,
            rx.el.div(
                button("Compare with today's", kind="quiet", on_click=shown.compare(version.number)),
                button("Use it again", kind="quiet", on_click=shown.go_back(version.number)),
                class_name="row",
            ),
        ),
        rx.cond(
            shown.compared == version.number,
            rx.el.p(rx.foreach(shown.parts, _part), class_name="compared"),
        ),
        key=version.number,
    )


def _part(part: Any) -> rx.Component:
    return rx.match(
        part.kind,
        ("gone", rx.el.del_(part.words + " ")),
        ("new", rx.el.ins(part.words + " ")),
        rx.el.span(part.words + " "),
    )
