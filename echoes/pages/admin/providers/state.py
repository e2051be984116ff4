"""State of the clip providers page (`/admin/providers`): who makes clips, on which terms, how well."""

import asyncio
import logging
from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import providers, rendering
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.providers.queries import (
    ProviderViewModel,
    RenderedWorkViewModel,
    read_providers,
    read_rendering,
)
from echoes.pages.common.state import vars_of
from echoes.providers import get_provider, installed
from echoes.providers.base import ProviderError

TIMEOUT_SECONDS = 10.0

logger = logging.getLogger(__name__)


class ProvidersState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 30.0

    known: list[ProviderViewModel] = []
    is_anyone_active: bool = True
    rendering: list[RenderedWorkViewModel] = []
    """Empty where workers make everything."""
    accounts: dict[str, str] = {}
    """What each provider says of our account."""
    trying: tuple[str, str] = ("", "")
    """Provider and model that are about to be tried."""

    def _begin(self) -> None:
        super()._begin()
        self.trying = ("", "")

    async def _refresh(self) -> None:
        known = await self._inspect(read_providers)
        rendered = await self._inspect(read_rendering)
        self._show(known=known, is_anyone_active=any(one.is_active for one in known), rendering=rendered)

    @rx.event
    async def use(self, name: str, model: str) -> None:
        await self._operate(providers.switch, str(name), str(model))
        await self._fill()

    @rx.event
    async def set_renderer(self, name: str, in_lambda: bool) -> None:
        await self._operate(rendering.switch, str(name), bool(in_lambda))
        await self._fill()

    @rx.event
    async def set_terms(self, name: str, form: dict[str, Any]) -> EventSpec:
        """What was left as it was shown is not set: another operator may have changed it meanwhile."""
        values = {str(key): str(value) for key, value in form.items()} if isinstance(form, dict) else {}
        before = next((_entries(known) for known in self.known if known.name == name), {})
        changed = {key: value for key, value in values.items() if value != before.get(key)}
        await self._operate(providers.set_terms, str(name), changed)
        await self._fill()
        return vars_of(ProvidersState).show_toast("The new terms apply to clips from now on.")

    @rx.event
    def ask(self, name: str, model: str) -> None:
        self.trying, self.notice = (str(name), str(model)), ""

    @rx.event
    def leave_it(self) -> None:
        self.trying, self.notice = ("", ""), ""

    @rx.event
    async def try_out(self) -> EventSpec | None:
        """What one dialog asked is done once, however often its button is pressed."""
        (name, model), self.trying = self.trying, ("", "")
        if not name:
            return None
        take_id = await self._operate(providers.try_out, name, model)
        return rx.redirect(f"/admin/jobs/{take_id}")

    @rx.event(background=True, supersedes=True)
    async def ask_accounts(self) -> None:
        """When the page opens, and apart from the rest of it: some take long to answer, or do not."""
        async with self:
            if await self._topic_or_none() is None:
                return
        names = await asyncio.to_thread(installed)
        answers = await asyncio.gather(*[account_of(name) for name in names])
        async with self:
            self.accounts = dict(zip(names, answers, strict=True))


def _entries(known: ProviderViewModel) -> dict[str, str]:
    """What the form is filled with."""
    prices = {f"price/{model.name}": model.price for model in known.models}
    return prices | {"concurrency": known.concurrency, "daily": known.daily, "cents": known.cents}


async def account_of(name: str) -> str:
    """In words, whatever the provider answers."""
    try:
        provider = get_provider(name)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            limits = await provider.limits(provider.models[0].name)
    except TimeoutError:
        return "it did not answer in time"
    except ProviderError as error:
        return error.cause or error.sentence
    except Exception:
        logger.exception("the clip provider %s does not say what our account is", name)
        return "it cannot be used here; the log says why"
    if limits is None:
        return "this provider says nothing about it"
    facts = [
        f"{limits.balance:g} of its credits left" if limits.balance is not None else "",
        f"{limits.concurrency} at once" if limits.concurrency is not None else "",
        f"{limits.used_today or 0} of {limits.daily} today" if limits.daily is not None else "",
    ]
    return ", ".join(fact for fact in facts if fact) or "it answered and reported no limits"
