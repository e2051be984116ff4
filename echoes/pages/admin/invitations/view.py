"""View of the page on who may join."""

from typing import Any

import reflex as rx

from echoes.accounts.invitations.service import LONGEST_NAME, MOST_CREDITS, MOST_DAYS, MOST_USES
from echoes.components.design import badge, button, card, message, text_input
from echoes.components.design import field as form_field
from echoes.components.sharing import copy_button
from echoes.pages.account.inviting.view import invitee_email
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.admin.invitations.state import InvitationsState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link
from echoes.text.isolation import isolated

shown = vars_of(InvitationsState)

POLICIES = (
    ("open", "Everybody who can sign in"),
    ("invited", "People with an invitation"),
    ("domains", "E-mail addresses of these domains, and people with an invitation"),
)


def invitations_page() -> rx.Component:
    return section_page("invitations", _rules(), _inviting(), _list())


def _rules() -> rx.Component:
    rules = shown.rules
    return card(
        rx.el.h2("Who may join"),
        rx.el.p("People who have an account can always sign in.", class_name="soft"),
        rx.el.form(
            form_field("Who", _policy(), "policy"),
            form_field(
                "Domains",
                text_input("domains", default_value=rules.domains, max_length=300, key=rules.domains),
                "domains",
                "Such as example.org, separated by commas.",
            ),
            _check("members_invite", "Members can invite others, one person at a time", rules.members_invite),
            _number("Open invitations per member", "member_invitations", rules.member_invitations, 1, 100),
            form_field(
                "What people without an invitation read",
                text_input(
                    "whom_to_ask", default_value=rules.whom_to_ask, max_length=200, key=rules.whom_to_ask
                ),
                "whom_to_ask",
                "Whom to ask, such as: Please ask Ruth, who keeps the family’s films.",
            ),
            form_field("Why (kept with the version)", text_input("note", max_length=200), "note"),
            button("Save the rules", type="submit"),
            on_submit=shown.save_rules,
            class_name="stack",
        ),
    )


def _policy() -> rx.Component:
    return rx.el.select(
        *[rx.el.option(label, value=value) for value, label in POLICIES],
        id="policy",
        name="policy",
        default_value=shown.rules.policy,
        key=shown.rules.policy,
        class_name="input",
    )


def _inviting() -> rx.Component:
    return card(
        rx.el.h2("Invite somebody"),
        rx.cond(shown.made != "", _made()),
        rx.el.form(
            form_field(
                "For whom",
                text_input("invitee", max_length=LONGEST_NAME, auto_complete="off"),
                "invitee",
                "A name for this list; the guest does not see it.",
            ),
            rx.cond(shown.rules.can_mail, invitee_email()),
            rx.el.div(
                _number("People", "most_uses", 1, 1, MOST_USES),
                _number("Days (0: until revoked)", "days", 30, 0, MOST_DAYS),
                _number("Credits for each", "credits", 0, 0, MOST_CREDITS),
                class_name="fields",
            ),
            _check("operator", "They become an operator", False),
            button("Make an invitation", kind="primary", icon_name="mail_plus", type="submit"),
            on_submit=shown.invite,
            reset_on_submit=True,
            class_name="stack",
        ),
        class_name="stack",
    )


def _made() -> rx.Component:
    return message(
        rx.el.p("Send this link now: it is shown this once."),
        rx.el.div(
            rx.el.input(
                type="text",
                dir="auto",
                value=shown.made,
                read_only=True,
                class_name="input",
                custom_attrs={"aria-label": "The link of the invitation"},
            ),
            copy_button(shown.made, "Copy the link"),
            class_name="invitation",
        ),
        rx.el.p("Or the code alone: ", rx.el.strong(shown.made_code, class_name="numbers")),
        rx.el.div(button("Hide the link", kind="quiet", on_click=shown.put_away)),
        kind="good",
    )


def _list() -> rx.Component:
    headings = ("For whom", "Made by", "Used", "Brings", "Good until", "Who joined", "")
    return rx.el.section(
        rx.el.h2("Invitations"),
        unfolding_table(
            shown.known,
            table("Invitations, newest first", headings, rx.foreach(shown.known, _row)),
            shown.has_more,
            shown.more,
            message("Nobody has been invited yet."),
        ),
        class_name="stack",
    )


def _row(invitation: Any) -> rx.Component:
    is_open = invitation.state == "open"
    return rx.el.tr(
        cell("For whom", invitation.name),
        cell("Made by", invitation.maker),
        cell("Used", invitation.uses, class_name="numbers"),
        cell("Brings", invitation.brings),
        cell("Good until", invitation.ends),
        cell("Who joined", rx.foreach(invitation.joined, _person)),
        cell(
            "",
            rx.cond(
                is_open,
                button(
                    "Revoke",
                    kind="danger",
                    on_click=shown.revoke(invitation.id),
                    custom_attrs={"aria-label": f"Revoke the invitation: {isolated(invitation.name)}"},
                ),
                badge(invitation.state),
            ),
        ),
        key=invitation.id,
    )


def _person(person: Any) -> rx.Component:
    return rx.el.span(router_link(person.name, to=f"/admin/people/{person.id}"), " ")


def _check(name: str, label: str, is_checked: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            default_checked=is_checked,
            **({"key": is_checked.to_string()} if isinstance(is_checked, rx.Var) else {}),
        ),
        label,
        class_name="row check",
    )


def _number(label: str, name: str, value: Any, least: int, most: int) -> rx.Component:
    entry = rx.el.input(
        id=name,
        name=name,
        type="number",
        min=str(least),
        max=str(most),
        step="1",
        required=True,
        default_value=value,
        key=f"{name}-{value}",
        class_name="input",
    )
    return form_field(label, entry, name)
