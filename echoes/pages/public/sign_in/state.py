"""State of the sign-in page: which ways in there are, and where they lead."""

import asyncio
from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.entry import way_in
from echoes.accounts.links import email_links
from echoes.accounts.openid import client as openid
from echoes.accounts.passkeys.relying_party import are_passkeys_on
from echoes.accounts.redirects import SIGN_IN_PROBLEMS, safe_redirect
from echoes.accounts.sign_up import is_by_invitation_alone
from echoes.models import new_token
from echoes.pages.common.state import HOME, PageState
from echoes.pages.public.join.queries import welcome_of
from echoes.settings import get_settings


class SignInState(PageState):
    target: str = HOME
    problem: str = ""
    is_ready: bool = False
    by_name: bool = False
    by_passkey: bool = False
    by_email: bool = False
    is_sent: bool = False
    """Whether a link was asked for just now."""
    service: str = ""
    """The sign-in service's name; empty when none is set up."""
    start: str = ""
    welcome: str = ""
    """Who invites this person; empty without a good invitation."""
    is_open: bool = True
    """Whether newcomers need no invitation."""
    by_invitation: bool = False
    """Whether an invitation and a name are enough, because there is nothing else."""
    form: str = ""

    @rx.event
    async def enter(self) -> EventSpec | None:
        asked, settings = self.router.url.query_parameters, get_settings()
        self.target = safe_redirect(asked.get("next"))
        self.problem = SIGN_IN_PROBLEMS.get(asked.get("problem", ""), "")
        self.by_name = settings.is_local
        self.by_passkey, self.by_email = are_passkeys_on(settings), email_links.is_on(settings)
        self.is_sent = asked.get("sent") == "1"
        self.service = settings.oidc_name if openid.is_configured(settings) else ""
        self.start = f"/auth/start?{urlencode({'next': self.target})}"
        found = await asyncio.to_thread(way_in, self.router.headers.cookie)
        self.welcome, self.is_open = welcome_of(found), found.rules.policy == "open"
        self.form = new_token()
        self.by_invitation = found.is_invited and is_by_invitation_alone(settings)
        self.is_ready = True
        return rx.redirect(self.target, replace=True) if self.person else None
