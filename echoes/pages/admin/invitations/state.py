"""State of the page on who may join (`/admin/invitations`): the rules, and invitations made and revoked."""

from typing import Any, ClassVar
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.invitations.service import InvitationTerms, address_of
from echoes.admin import invitations
from echoes.admin.pricing import Outdated
from echoes.errors import BadInput
from echoes.models import Role
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.invitations.queries import (
    InvitationViewModel,
    RulesViewModel,
    read_invitations,
    read_rules,
)
from echoes.pages.common.state import number_of, text_of, uuid_of, vars_of

LINES = 50


class InvitationsState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # Nobody's fields change under their hands.

    rules: RulesViewModel = RulesViewModel()
    known: list[InvitationViewModel] = []
    has_more: bool = False
    made: str = ""
    """The link of the invitation that was just made: nobody can read it again."""
    made_code: str = ""

    def _begin(self) -> None:
        super()._begin()
        self.made, self.made_code = "", ""

    async def _refresh(self) -> None:
        shown = max(LINES, len(self.known))
        known = await self._inspect(read_invitations, None, shown + 1)
        rules = await self._inspect(read_rules)
        self._show(rules=rules, known=known[:shown], has_more=len(known) > shown)

    @rx.event
    async def more(self) -> None:
        if not self.known or not self.has_more:
            return
        older = await self._inspect(read_invitations, UUID(self.known[-1].id), LINES + 1)
        self._show(known=[*self.known, *older[:LINES]], has_more=len(older) > LINES)

    @rx.event
    async def save_rules(self, form: dict[str, Any]) -> EventSpec:
        values = {
            "policy": text_of(form, "policy"),
            "domains": text_of(form, "domains"),
            "members_invite": bool(form.get("members_invite")),
            "member_invitations": _number(form, "member_invitations"),
            "whom_to_ask": " ".join(text_of(form, "whom_to_ask").split()),
        }
        try:
            await self._operate(invitations.save_rules, values, text_of(form, "note"), self.rules.version)
        except Outdated as error:
            await self._fill()
            return vars_of(InvitationsState).show_toast(error.sentence)
        await self._fill()
        return vars_of(InvitationsState).show_toast("The new rules hold for everybody who joins from now on.")

    @rx.event
    async def invite(self, form: dict[str, Any]) -> None:
        days = _number(form, "days")
        terms = InvitationTerms(
            name=text_of(form, "invitee"),
            most_uses=_number(form, "most_uses"),
            days=days or None,
            credits=_number(form, "credits"),
            role=Role.OPERATOR if form.get("operator") else Role.MEMBER,
        )
        code = await self._operate(invitations.create, terms, str(form.get("email", "")))
        self.made, self.made_code = address_of(code), code
        await self._fill()

    @rx.event
    def put_away(self) -> None:
        self.made, self.made_code = "", ""

    @rx.event
    async def revoke(self, invitation_id: str) -> EventSpec:
        await self._operate(invitations.revoke, uuid_of(invitation_id))
        await self._fill()
        return vars_of(InvitationsState).show_toast("Nobody can join with this invitation any more.")


def _number(form: dict[str, Any], name: str) -> int:
    if not isinstance(form, dict) or (number := number_of(form, name)) is None:
        raise BadInput("Please enter whole numbers.")
    return number
