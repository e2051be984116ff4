"""/admin/providers: who makes clips, on which terms, how well."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec
from sqlmodel import Session

from echoes.admin import providers
from echoes.admin.providers import Health, Known
from echoes.components.design import badge, button, card, message
from echoes.components.dialog import actions
from echoes.pages.admin.common import AdminState, Section, admin_page
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.providers import get_provider, installed
from echoes.providers.base import ProviderError
from echoes.text import formatting

PATIENCE_SECONDS = 10.0
GONE = "No new clips are made: the provider in use cannot be loaded. Choose another one."

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelView:
    name: str
    title: str
    price: str
    terms: str
    is_active: bool


@dataclass(frozen=True)
class ProviderView:
    name: str
    title: str
    is_active: bool
    health: str
    models: list[ModelView] = field(default_factory=list)
    concurrency: str = ""
    daily: str = ""
    cents: str = ""


class ProvidersState(Section, AdminState):
    RENEWAL: ClassVar[float] = 30.0

    known: list[ProviderView] = []
    is_anyone_active: bool = True
    accounts: dict[str, str] = {}
    """What each provider says of our account."""
    trying: tuple[str, str] = ("", "")
    """Provider and model that are about to be tried."""

    def _begin(self) -> None:
        super()._begin()
        self.trying = ("", "")

    async def _refresh(self) -> None:
        known = await self._inspect(provider_views)
        self._show(known=known, is_anyone_active=any(one.is_active for one in known))

    @rx.event
    async def use(self, name: str, model: str) -> None:
        await self._operate(providers.switch, str(name), str(model))
        await self._fill()

    @rx.event
    async def set_terms(self, name: str, form: dict[str, Any]) -> EventSpec:
        """What was left as it was shown is not set: another operator may have changed it meanwhile."""
        values = {str(key): str(value) for key, value in form.items()} if isinstance(form, dict) else {}
        before = next((_entries(known) for known in self.known if known.name == name), {})
        changed = {key: value for key, value in values.items() if value != before.get(key)}
        await self._operate(providers.set_terms, str(name), changed)
        await self._fill()
        return vars_of(ProvidersState).tell("The terms are changed, for takes from now on.")

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


shown = vars_of(ProvidersState)


def provider_views(session: Session) -> list[ProviderView]:
    return [_view(known) for known in providers.overview(session)]


def _view(known: Known) -> ProviderView:
    models = [
        ModelView(
            model.name,
            model.title,
            str(known.prices[model.name]),
            f"{formatting.counted(known.prices[model.name], 'credit')} a clip",
            known.is_active and model.name == known.active_model,
        )
        for model in known.provider.models
    ]
    return ProviderView(
        name=known.provider.name,
        title=known.provider.title,
        is_active=known.is_active,
        health=_said(known.health),
        models=models,
        concurrency="" if known.concurrency is None else str(known.concurrency),
        daily="" if known.daily is None else str(known.daily),
        cents=f"{known.cents_per_credit:g}" if known.cents_per_credit else "",
    )


def _entries(known: ProviderView) -> dict[str, str]:
    """What the form is filled with."""
    prices = {f"price/{model.name}": model.price for model in known.models}
    return prices | {"concurrency": known.concurrency, "daily": known.daily, "cents": known.cents}


def _said(health: Health) -> str:
    ended = health.made + health.failed
    if not ended:
        return "No clips in the last hour."
    rate = (
        f"{100 * health.made / ended:.0f} % of {formatting.counted(ended, 'clip')} in the last hour were made"
    )
    if health.median_seconds is None:
        return f"{rate}."
    return f"{rate}; half of them within {formatting.length(health.median_seconds)}."


async def account_of(name: str) -> str:
    """In words, whatever the provider answers."""
    try:
        provider = get_provider(name)
        async with asyncio.timeout(PATIENCE_SECONDS):
            limits = await provider.limits(provider.models[0].name)
    except TimeoutError:
        return "It did not answer in time."
    except ProviderError as error:
        return error.cause or error.sentence
    except Exception:
        logger.exception("the clip provider %s does not say what our account is", name)
        return "It cannot be used here: the log says why."
    if limits is None:
        return "It says nothing of our account."
    facts = [
        f"{limits.balance:g} of its credits left" if limits.balance is not None else "",
        f"{limits.concurrency} at once" if limits.concurrency is not None else "",
        f"{limits.used_today or 0} of {limits.daily} today" if limits.daily is not None else "",
    ]
    return ", ".join(fact for fact in facts if fact) or "It answered, and knows no limits."


def providers_page() -> rx.Component:
    return admin_page(
        "providers",
        "Providers",
        rx.el.p("A switch is for new clips. Those under way stay with whom they began.", class_name="soft"),
        rx.cond(
            shown.is_anyone_active,
            rx.fragment(),
            message(GONE, kind="error"),
        ),
        rx.foreach(shown.known, _provider),
        _trying(),
    )


def _trying() -> rx.Component:
    return sheet(
        rx.el.p(
            "One clip of a sample picture, at our expense: a provider that charges will charge us for it."
        ),
        actions(
            button("Leave it", on_click=shown.leave_it),
            button("Make the clip", kind="primary", on_click=shown.try_out),
        ),
        title=f"Try {shown.trying[1]}?",
        is_open=shown.trying[0] != "",
        on_close=shown.leave_it,
    )


def _provider(known: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2(known.title),
            rx.cond(known.is_active, badge("makes new clips", good=True)),
            class_name="row",
        ),
        rx.el.p(known.health, class_name="small soft"),
        rx.el.p(
            "Our account with it: ",
            rx.cond(shown.accounts[known.name], shown.accounts[known.name], "asking …"),
            class_name="small",
        ),
        rx.el.ul(
            rx.foreach(known.models.to(list[ModelView]), lambda model: _model(known, model)),
            class_name="models",
        ),
        _terms(known),
        class_name="stack",
        key=known.name,
    )


def _model(known: Any, model: Any) -> rx.Component:
    return rx.el.li(
        rx.el.strong(model.title),
        rx.el.span(model.terms, class_name="small numbers grow"),
        rx.cond(
            model.is_active,
            badge("in use", good=True),
            button("Use it", on_click=shown.use(known.name, model.name)),
        ),
        button("Try it", kind="quiet", on_click=shown.ask(known.name, model.name)),
        class_name="row model",
        key=model.name,
    )


def _terms(known: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary("Prices and limits"),
        rx.el.form(
            rx.el.div(
                rx.foreach(known.models.to(list[ModelView]), _price),
                _entry("At once", "concurrency", known.concurrency),
                _entry("A day", "daily", known.daily),
                _entry("Cents per credit of theirs", "cents", known.cents),
                class_name="fields",
            ),
            rx.el.p("Left empty, it is what the provider itself says.", class_name="small soft"),
            button("Save", type="submit"),
            on_submit=shown.set_terms(known.name),
            class_name="stack",
        ),
        class_name="fold",
    )


def _price(model: Any) -> rx.Component:
    return _labelled(
        model.title,
        rx.el.input(
            name=f"price/{model.name}", type="number", min="0", default_value=model.price, class_name="input"
        ),
    )


def _entry(label: str, name: str, value: Any) -> rx.Component:
    entry = rx.el.input(name=name, type="text", input_mode="decimal", default_value=value, class_name="input")
    return _labelled(label, entry)


def _labelled(label: Any, entry: rx.Component) -> rx.Component:
    """Around its entry, because each provider's card has the same entries."""
    return rx.el.label(rx.el.span(label), entry, class_name="field")
