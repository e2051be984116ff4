"""State of the join page: whom to ask for an invitation, and where to type its code."""

import asyncio

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.entry import way_in
from echoes.accounts.redirects import SIGN_IN_PROBLEMS, UNINVITED, safe_redirect, sign_in_address
from echoes.pages.common.state import HOME, PageState
from echoes.pages.public.join.queries import rule_of, whom_to_ask


class JoinState(PageState):
    target: str = HOME
    sign_in: str = ""
    problem: str = ""
    rule: str = ""
    whom_to_ask: str = ""
    is_ready: bool = False

    @rx.event
    async def enter(self) -> EventSpec | None:
        asked = self.router.url.query_parameters
        self.target = safe_redirect(asked.get("next"))
        self.sign_in = sign_in_address(self.target)
        named = asked.get("problem", "")
        self.problem = SIGN_IN_PROBLEMS[named] if named in UNINVITED else ""
        found = await asyncio.to_thread(way_in, self.router.headers.cookie)
        self.rule, self.whom_to_ask = rule_of(found.rules), whom_to_ask(found.rules)
        self.is_ready = True
        return rx.redirect(self.target, replace=True) if self.person else None
