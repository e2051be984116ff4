"""State of a person's mail, for the account page."""

import reflex as rx

from echoes.accounts.redirects import SIGN_IN_PROBLEMS
from echoes.mail import unsubscribing
from echoes.pages.account.mail.queries import MailChoice, MailViewModel, read_mail
from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState


class MailState(PageState):
    mail: MailViewModel = MailViewModel()
    choices: list[MailChoice] = []
    is_loaded: bool = False
    is_sent: bool = False
    problem: str = ""

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """For the on_load of the page that shows it."""
        async with self:
            person, asked = self._signed_in(), self.router.url.query_parameters
            self.is_sent = asked.get("sent") == "1"
            self.problem = SIGN_IN_PROBLEMS["address"] if asked.get("problem") == "address" else ""
        await follow(self, ("user", person), self._refresh)

    async def _refresh(self) -> bool:
        mail, choices = await self._look(read_mail, self._token())
        self._show(mail=mail, choices=choices, is_loaded=True)
        return True

    @rx.event
    async def set_wanted(self, kind: str, is_wanted: bool) -> None:
        await self._act(unsubscribing.set_wanted, str(kind), is_wanted is True)
        await self._refresh()
