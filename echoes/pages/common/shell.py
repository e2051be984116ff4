"""Page layout (shell): the bar above, the toast, and the ways out."""

from typing import Any

import reflex as rx

from echoes.components.design import (
    button,
    field,
    icon,
    icon_button,
    link_button,
    message,
    post_form,
    skeleton,
    text_input,
)
from echoes.components.dialog import actions, dialog
from echoes.components.menu import menu
from echoes.components.page_styles import signed_in_styles
from echoes.components.scroll_place import scroll_place
from echoes.components.skip_link import skip_link
from echoes.pages.common.state import HOME, PageState, vars_of
from echoes.reflex_adapter.components import router_link
from echoes.text.isolation import isolated

visit = vars_of(PageState)


def wordmark(to: str = HOME) -> rx.Component:
    return router_link(mark(), "Echoes", to=to, class_name="wordmark", custom_attrs={"aria-label": "Echoes"})


def mark(size: int = 30) -> rx.Component:
    """A moving picture, and the echoes that it sends out; drawn as in assets/icons."""
    return rx.el.svg(
        rx.el.svg.path(
            d="M6.5 8h11A3.5 3.5 0 0 1 21 11.5v9a3.5 3.5 0 0 1-3.5 3.5h-11A3.5 3.5 0 0 1 3 20.5v-9"
            "A3.5 3.5 0 0 1 6.5 8z"
            "M9.5 12.4v7.2a.9.9 0 0 0 1.35.78l6.2-3.6a.9.9 0 0 0 0-1.56l-6.2-3.6a.9.9 0 0 0-1.35.78z",
            fill="currentColor",
            fill_rule="evenodd",
            stroke="none",
        ),
        rx.el.svg.path(d="M23.6 9.6a2.6 2.6 0 0 1 1.4 2.4v8a2.6 2.6 0 0 1-1.4 2.4", opacity="0.8"),
        rx.el.svg.path(d="M28 12a2 2 0 0 1 .8 1.7v4.6a2 2 0 0 1-.8 1.7", opacity="0.5"),
        view_box="0 0 32 32",
        width=str(size),
        height=str(size),
        fill="none",
        stroke="currentColor",
        stroke_width="2",
        stroke_linecap="round",
        custom_attrs={"aria-hidden": "true"},
    )


def page(
    *children: Any,
    bar: rx.Component,
    next_step: rx.Component | None = None,
    undo: rx.Component | None = None,
    place: rx.Component | None = None,
    is_outside: bool = False,
) -> rx.Component:
    """`next_step` is the one thing to do next; on a phone it stays at the thumb. `undo`: an `undo_toast`.
    `place`: where it is scrolled to, in place of its top. `is_outside`: before the sign-in."""
    return rx.el.div(
        *([] if is_outside else [signed_in_styles()]),
        place or scroll_place(),
        skip_link("Skip to the content"),
        rx.cond(visit.deletes_on != "", _leaving()),
        bar,
        rx.el.main(*children, id="content", custom_attrs={"tabIndex": -1}),
        *([next_step] if next_step else []),
        rx.cond(visit.is_local, _local_mode()),
        _notices(undo),
        class_name="page has-next" if next_step else "page",
    )


def top_bar(home: str = HOME) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            wordmark(home),
            rx.el.div(balance(), theme_toggle(), _account(), class_name="row bar-end"),
            class_name="column bar",
        )
    )


def balance() -> rx.Component:
    """What the person has to spend; without any it leads to where there is more. Where clips are free,
    nothing."""
    unit = rx.cond(visit.balance == 1, " credit", " credits")
    words = rx.fragment(
        rx.cond(visit.balance > 0, visit.balance.to_string(), "No"), rx.el.span(unit, class_name="unit")
    )
    return rx.cond(
        (visit.person != "") & visit.counts_credits,
        router_link(
            icon("coins", 18),
            rx.el.span(words, class_name="numbers", custom_attrs={"aria-live": "polite"}),
            to=rx.cond((visit.balance > 0) | ~visit.has_shop, "/account", "/credits"),
            class_name=rx.cond(visit.balance > 0, "balance", "balance none"),
        ),
    )


def next_bar(sentence: Any, action: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.p(sentence), action, class_name="column"),
        class_name="next",
        custom_attrs={"aria-label": "What comes next"},
    )


def theme_toggle(class_name: str = "") -> rx.Component:
    return icon_button(
        "Light or dark",
        "sun_moon",
        class_name=class_name,
        on_click=rx.toggle_color_mode,
    )


def _account() -> rx.Component:
    return rx.cond(
        visit.person != "",
        menu(
            rx.el.summary(
                rx.el.span(
                    visit.person[0].upper(), class_name="initial", custom_attrs={"aria-hidden": "true"}
                ),
                rx.el.span(f"Your account, {isolated(visit.person)}", class_name="visually-hidden"),
                rx.cond(
                    visit.new_replies != "",
                    rx.el.span(f", {visit.new_replies}", class_name="visually-hidden"),
                ),
                class_name=rx.cond(visit.new_replies != "", "button quiet round news", "button quiet round"),
            ),
            rx.el.div(
                rx.el.p(visit.person, class_name="small soft", style={"padding": "0.5rem 1rem"}),
                link_button("Your films", HOME, kind="quiet", icon_name="film"),
                rx.cond(
                    visit.new_replies != "",
                    link_button(
                        visit.new_replies, HOME, kind="quiet", icon_name="heart", class_name="replied"
                    ),
                ),
                link_button("Your account", "/account", kind="quiet", icon_name="user_round"),
                rx.cond(
                    visit.is_operator,
                    link_button("Operator’s pages", "/admin", kind="quiet", icon_name="activity"),
                ),
                post_form(
                    button("Sign out", kind="quiet", icon_name="log_out", type="submit"),
                    action="/auth/sign-out",
                ),
                class_name="card menu",
            ),
            class_name="account",
        ),
    )


def _leaving() -> rx.Component:
    return rx.el.aside(
        f"Your account and all your films will be deleted on {visit.deletes_on}. ",
        router_link("Keep my account", to="/account#leaving"),
        class_name="local-mode leaving",
        custom_attrs={"aria-label": "Your account is about to be deleted"},
    )


def _local_mode() -> rx.Component:
    """Below the page: it is known late, and what comes above pushes down what people look at already."""
    return rx.el.aside(
        "Local mode: signing in needs no password.",
        class_name="local-mode",
        custom_attrs={"aria-label": "Local mode"},
    )


def _notices(undo: rx.Component | None) -> rx.Component:
    """Announced politely, and put away by their crosses. The key makes a repeated sentence appear anew."""
    return rx.el.div(
        *([undo] if undo else []),
        rx.cond(
            visit.notice != "",
            rx.el.div(
                rx.el.span(visit.notice),
                icon_button("Close this message", "x", on_click=visit.dismiss_toast),
                class_name="notice",
                key=visit.notice_number.to_string(),
            ),
        ),
        class_name="notices",
        role="status",
        custom_attrs={"aria-live": "polite"},
    )


def undo_toast(sentence: Any, *, on_undo: Any, on_close: Any) -> rx.Component:
    """Says what was done and takes it back in one tap. It stays whatever else is done meanwhile."""
    return rx.cond(
        sentence != "",
        rx.el.div(
            rx.el.span(sentence),
            button("Undo", icon_name="undo_2", on_click=on_undo),
            icon_button("Close this message", "x", on_click=on_close),
            class_name="notice",
            key=sentence,
        ),
    )


def sheet(*children: Any, **props: Any) -> rx.Component:
    """A dialog that says itself what went wrong: the notice lies behind it, out of reach."""
    problem = rx.cond(visit.notice != "", message(visit.notice, kind="error"))
    return dialog(problem, *children, whose=visit.whose, **props)


def name_form(
    question: str, name: str, longest: int, *, save: str, on_submit: Any, on_close: Any, **props: Any
) -> rx.Component:
    """What a sheet asks that gives something its name; `props` are those of the text field."""
    typed = text_input(
        name, required=True, max_length=longest, custom_attrs={"data-autofocus": "true"}, **props
    )
    return rx.el.form(
        field(question, typed, name),
        actions(button("Not now", on_click=on_close), button(save, kind="primary", type="submit")),
        on_submit=on_submit,
    )


def plain_http_note() -> rx.Component:
    """What browsers keep from pages that came without TLS (secure contexts), where that is so."""
    return rx.cond(
        visit.is_plain_http,
        message(
            "This address has no https. So your browser does not offer passkeys, buttons that copy or the"
            " system’s share sheet here, and cannot keep the screen awake. Everything else works. The people"
            " who run this site can set up https."
        ),
    )


def no_shop() -> rx.Component:
    """In place of what sells credits, where ECHOES_PAYMENTS says that nothing is sold."""
    return not_here(
        rx.cond(
            visit.counts_credits,
            "Credits are not sold here. The people who run this site can give you some.",
            "Credits are not sold here, because every clip is free.",
        )
    )


def crashed() -> rx.Component:
    """In place of a page that failed to draw itself."""
    return rx.el.main(
        rx.el.div(
            rx.el.h1("This page stumbled"),
            rx.el.p(
                "Your photos and films are safe. Loading the page again usually helps.", class_name="soft"
            ),
            rx.el.a("Load the page again", href="", class_name="button primary"),
            class_name="empty",
        )
    )


def arriving() -> rx.Component:
    """While the scripts of a page are on their way: its outline."""
    return rx.el.div(
        rx.el.div(rx.el.div(wordmark("/"), class_name="column bar")),
        rx.el.div(
            skeleton("2rem", "14rem"), skeleton("1rem", "22rem"), skeleton("14rem"), class_name="column stack"
        ),
        class_name="page",
        role="status",
        custom_attrs={"aria-label": "Loading"},
    )


def not_here(sentence: Any, back: str = HOME, label: str = "Go to your films") -> rx.Component:
    return rx.el.div(
        rx.el.div(icon("map_pin_off", 30), class_name="glyph"),
        rx.el.h1("There is nothing here"),
        rx.el.p(sentence, class_name="soft"),
        link_button(label, back, kind="primary"),
        class_name="empty",
    )
