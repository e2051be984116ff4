"""State of the sign-in page: to the sign-in service, or on one's own computer by a name."""

from urllib.parse import urlencode

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts import openid
from echoes.accounts.redirects import SIGN_IN_PROBLEMS, safe_redirect
from echoes.pages.common.state import HOME, PageState
from echoes.settings import get_settings


class SignInState(PageState):
    target: str = HOME
    problem: str = ""
    is_ready: bool = False
    by_name: bool = False
    service: str = ""
    """The sign-in service's name; empty when none is set up."""
    start: str = ""

    @rx.event
    def enter(self) -> EventSpec | None:
        asked, settings = self.router.url.query_parameters, get_settings()
        self.target = safe_redirect(asked.get("next"))
        self.problem = SIGN_IN_PROBLEMS.get(asked.get("problem", ""), "")
        self.by_name, self.is_ready = settings.is_local, True
        self.service = settings.oidc_name if openid.is_configured(settings) else ""
        self.start = f"/auth/start?{urlencode({'next': self.target})}"
        return rx.redirect(self.target, replace=True) if self.person else None
