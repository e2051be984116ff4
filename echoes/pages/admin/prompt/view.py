"""View of the prompt page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, message, text_input
from echoes.components.design import field as form_field
from echoes.pages.admin.common.view import section_page
from echoes.pages.admin.prompt.state import PromptState
from echoes.pages.common.state import vars_of
from echoes.takes.motions import SCENES
from echoes.takes.prompts import PLACE

shown = vars_of(PromptState)


def prompt_page() -> rx.Component:
    return section_page(
        "prompt",
        card(
            rx.el.p(
                f"What a provider is told around a person’s wish. {PLACE} is where the wish goes.",
                class_name="soft",
            ),
            rx.el.form(
                form_field(
                    "The wording",
                    rx.el.textarea(
                        dir="auto",
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
        rx.el.p("With the wording above, before it is saved.", class_name="small soft"),
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
                form_field("Or your own words", text_input("wish", max_length=300), "wish"),
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
                button("Compare with the current one", kind="quiet", on_click=shown.compare(version.number)),
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
