"""View of the page of one person."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.components.sharing import copy_button
from echoes.pages.admin.common.view import admin_page, cell, table
from echoes.pages.admin.person.queries import ActivityRow
from echoes.pages.admin.person.state import PersonState
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(PersonState)


def person_page() -> rx.Component:
    person = shown.seen
    return admin_page(
        "people",
        "One person",
        card(
            rx.el.div(
                rx.el.h2(person.name),
                rx.cond(person.is_operator, badge("operator")),
                rx.cond(person.is_suspended, badge("suspended")),
                rx.cond(person.may_use_paid, badge("paid clips")),
                class_name="row",
            ),
            rx.el.p(person.email),
            rx.el.p(person.facts, class_name="small soft"),
            rx.el.p(
                rx.el.strong(
                    person.balance, rx.cond(person.balance == 1, " credit", " credits"), class_name="numbers"
                ),
                rx.cond(person.debt > 0, f", owes {person.debt}", ""),
            ),
            _invitations(person),
            rx.el.div(
                rx.cond(
                    person.is_suspended,
                    button("Reinstate", on_click=shown.ask("reinstate")),
                    button("Suspend", kind="danger", on_click=shown.ask("suspend")),
                ),
                rx.cond(
                    person.is_operator,
                    button("Remove as operator", on_click=shown.ask("member")),
                    button("Make an operator", on_click=shown.ask("operator")),
                ),
                button("Make a recovery link…", on_click=shown.ask("recovery")),
                rx.cond(
                    person.may_use_paid,
                    button("End the grant of paid clips", on_click=shown.grant_paid(False)),
                    button("Grant paid clips", on_click=shown.grant_paid(True)),
                ),
                router_link("Their jobs", to=f"/admin/jobs?user={person.id}", class_name="button second"),
                class_name="row",
            ),
            class_name="stack",
        ),
        _credits(),
        _lines("Ledger entries", "statement", _statement_line, ("When", "What", "Credits", "Balance")),
        _lines("Sessions", "sessions", _session_line, ("Last used", "Device", "")),
        _lines("What operators did", "log", _log_line, ("When", "What")),
        _sure(),
        _recovery_link(),
    )


def _invitations(person: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            person.referrer.id != "",
            rx.el.p(
                "Invited by ", router_link(person.referrer.name, to=f"/admin/people/{person.referrer.id}")
            ),
        ),
        _friends(shown.lists["friends"]),
    )


def _friends(friends: Any) -> rx.Component:
    return rx.cond(
        friends.lines.length() > 0,
        rx.el.div(
            rx.el.p(
                "Invited ",
                rx.foreach(
                    friends.lines.to(list[ActivityRow]),
                    lambda friend, number: rx.el.span(
                        rx.cond(number > 0, " · ", ""),
                        router_link(friend.what, to=f"/admin/people/{friend.id}"),
                        key=friend.id,
                    ),
                ),
            ),
            _more("friends", "Invited", friends.has_more),
            class_name="stack tight",
        ),
    )


def _credits() -> rx.Component:
    return card(
        rx.el.h2("Give credits or take them back"),
        rx.el.form(
            form_field(
                "How many",
                rx.el.input(
                    id="amount", name="amount", type="number", step="1", required=True, class_name="input"
                ),
                "amount",
                "Use a minus sign to take credits back. Those already spent become a debt.",
            ),
            form_field("Why", text_input("reason", required=True, max_length=500), "reason"),
            button("Change the credits", type="submit"),
            on_submit=shown.change_credits,
            reset_on_submit=True,
            class_name="stack",
        ),
    )


def _lines(title: str, part: str, draw: Any, headings: tuple[str, ...]) -> rx.Component:
    known = shown.lists[part]
    return rx.cond(
        known.lines.length() > 0,
        rx.el.section(
            rx.el.h2(title),
            table(title, headings, rx.foreach(known.lines.to(list[ActivityRow]), draw)),
            _more(part, title, known.has_more),
            class_name="stack",
        ),
    )


def _more(part: str, title: str, has_more: Any) -> rx.Component:
    """There are several on the page: each says of what."""
    named = {"aria-label": f"Show more: {title}"}
    return rx.cond(has_more, button("Show more", on_click=shown.more(part), custom_attrs=named))


def _statement_line(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("When", line.when),
        cell("What", line.what),
        cell("Credits", line.amount, class_name="numbers"),
        cell("Balance", line.balance, class_name="numbers"),
        key=line.id,
    )


def _session_line(line: Any) -> rx.Component:
    end = button("End session", kind="quiet", on_click=shown.end_session(line.id))
    return rx.el.tr(cell("Last used", line.when), cell("Device", line.what), cell("", end), key=line.id)


def _log_line(line: Any) -> rx.Component:
    return rx.el.tr(cell("When", line.when), cell("What", line.what), key=line.id)


def _sure() -> rx.Component:
    words_of = rx.match(
        shown.asking,
        ("suspend", "They are signed out everywhere and their shared films close. Nothing is deleted."),
        ("reinstate", "They can sign in again, and their shared films open again."),
        (
            "recovery",
            "Anybody who opens the link is signed in as this person: once, within a day. Earlier links end. "
            "Make sure that it is really this person who asks.",
        ),
        ("operator", "They will see everybody’s figures and can do everything you can."),
        "They will no longer see these pages.",
    )
    return sheet(
        rx.el.p(words_of),
        rx.el.form(
            form_field("Why", _reason(), "sure-reason"),
            actions(
                button("Go back", on_click=shown.leave_it),
                button("Yes, do it", kind="danger solid", type="submit"),
            ),
            on_submit=shown.answer,
        ),
        title="Are you sure?",
        is_open=shown.asking != "",
        on_close=shown.leave_it,
    )


def _reason() -> rx.Component:
    """Its id is another one than that of the card's, so that its label leads to it."""
    return rx.el.input(
        id="sure-reason", name="reason", type="text", dir="auto", max_length=500, class_name="input"
    )


def _recovery_link() -> rx.Component:
    return sheet(
        rx.el.p("Give this link to this person only. It is shown now and never again."),
        rx.el.input(
            type="text",
            dir="auto",
            value=shown.recovery_link,
            read_only=True,
            class_name="input",
            custom_attrs={"aria-label": "Recovery link"},
        ),
        actions(
            copy_button(shown.recovery_link, "Copy the link"),
            button("Done", kind="primary", on_click=shown.leave_it),
        ),
        title="Recovery link",
        is_open=shown.recovery_link != "",
        on_close=shown.leave_it,
    )
