"""Wiring only: pages, routes, lifespan."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import reflex as rx
from reflex.event import EventType
from starlette.applications import Starlette
from starlette.middleware import Middleware

from echoes import engine
from echoes.accounts import routes as accounts
from echoes.admin import routes as admin
from echoes.components.connection import connection_status
from echoes.credits import routes as payments
from echoes.credits.local_checkout import WEBHOOK
from echoes.credits.packs import seed_packs
from echoes.csrf import CsrfMiddleware
from echoes.database import get_database
from echoes.music.library import seed_library
from echoes.pages.account.state import AccountState
from echoes.pages.account.statement.state import StatementState
from echoes.pages.account.view import account_page
from echoes.pages.admin.audit_log.state import AuditLogState
from echoes.pages.admin.audit_log.view import audit_log_page
from echoes.pages.admin.dashboard.state import DashboardState
from echoes.pages.admin.dashboard.view import dashboard_page
from echoes.pages.admin.job.state import JobState
from echoes.pages.admin.job.view import job_page
from echoes.pages.admin.jobs.state import JobsState
from echoes.pages.admin.jobs.view import jobs_page
from echoes.pages.admin.ledger_health.state import LedgerHealthState
from echoes.pages.admin.ledger_health.view import ledger_health_page
from echoes.pages.admin.music.state import MusicState
from echoes.pages.admin.music.view import music_page
from echoes.pages.admin.orders.state import OrdersState
from echoes.pages.admin.orders.view import orders_page
from echoes.pages.admin.people.state import PeopleState
from echoes.pages.admin.people.view import people_page
from echoes.pages.admin.person.state import PersonState
from echoes.pages.admin.person.view import person_page
from echoes.pages.admin.pricing.state import PricingState
from echoes.pages.admin.pricing.view import pricing_page
from echoes.pages.admin.prompt.state import PromptState
from echoes.pages.admin.prompt.view import prompt_page
from echoes.pages.admin.providers.state import ProvidersState
from echoes.pages.admin.providers.view import providers_page
from echoes.pages.common.head import head
from echoes.pages.common.shell import arriving, crashed
from echoes.pages.common.state import OnePersonPerTab, answer_failure
from echoes.pages.common.taps import EventDeduplication
from echoes.pages.credits.after_payment.state import CancelledState, ThanksState
from echoes.pages.credits.after_payment.view import cancelled_page, thanks_page
from echoes.pages.credits.packs.state import CreditsState
from echoes.pages.credits.packs.view import credits_page
from echoes.pages.credits.practice_checkout.state import LocalCheckoutState
from echoes.pages.credits.practice_checkout.view import local_checkout_page
from echoes.pages.films.state import FilmsState
from echoes.pages.films.view import films
from echoes.pages.project.arrange.state import ArrangeState
from echoes.pages.project.arrange.view import arrange_step
from echoes.pages.project.clips.state import ClipsState
from echoes.pages.project.clips.view import clips_step
from echoes.pages.project.film.state import FilmState
from echoes.pages.project.film.view import film_step
from echoes.pages.project.photos.state import PhotosState
from echoes.pages.project.photos.view import photos_step
from echoes.pages.project.share.state import ShareState
from echoes.pages.public.landing import landing
from echoes.pages.public.not_found import not_found
from echoes.pages.public.sign_in.state import SignInState
from echoes.pages.public.sign_in.view import sign_in
from echoes.privacy import routes as privacy
from echoes.reflex_adapter.components import error_boundary
from echoes.settings import get_settings
from echoes.sharing import routes as sharing
from echoes.storage import routes as storage
from echoes.uploads import routes as uploads

STYLES = (
    "tokens",
    "base",
    "controls",
    "dialogs",
    "shell",
    "landing",
    "films",
    "photos",
    "clips",
    "arrange",
    "player",
    "film",
    "share",
    "credits",
    "credits_needed",
    "admin",
    "account",
)
SHEETS = ["/fonts/fonts.css", *(f"/styles/{name}.css" for name in STYLES)]
WRITTEN_TO_BY_OTHERS = {WEBHOOK}
"""Routes that change something and are called by no page of ours."""
SOCIAL_CARD = "/icons/social-card.jpg"
DESCRIPTION = "Turn the photographs of those you love into one moving film with music."


@asynccontextmanager
async def first_rows() -> AsyncIterator[None]:
    """The bundled music, and something to buy, are there before the first page is."""
    await asyncio.to_thread(_seed)
    yield


def _seed() -> None:
    with get_database().unscoped() as session:
        seed_library(session)
        seed_packs(session)


app = rx.App(
    stylesheets=SHEETS,
    html_lang="en",
    head_components=head(),
    hydrate_fallback=arriving,
    toaster=None,
    app_wraps={
        (55, "ErrorBoundary"): lambda _: error_boundary(crashed()),
        (5, "Connection"): lambda _: connection_status(),
    },
    backend_exception_handler=answer_failure,
    api_transformer=Starlette(
        routes=[
            *accounts.routes,
            *uploads.routes,
            *storage.routes,
            *sharing.routes,
            *admin.routes,
            *payments.routes,
            *privacy.routes,
        ],
        middleware=[Middleware(CsrfMiddleware, open_to_all=WRITTEN_TO_BY_OTHERS)],
    ),
)
app.add_middleware(OnePersonPerTab())
app.add_middleware(EventDeduplication(get_settings().redis_url))
app.register_lifespan_task(first_rows)
app.register_lifespan_task(engine.lifespan)

app.add_page(landing, route="/", title="Echoes", description=DESCRIPTION, image=SOCIAL_CARD)
app.add_page(sign_in, route="/sign-in", title="Sign in · Echoes", on_load=SignInState.enter)
app.add_page(films, route="/films", title="Your films · Echoes", on_load=FilmsState.watch)
app.add_page(
    photos_step, route="/project/[project_id]/photos", title="Photos · Echoes", on_load=PhotosState.watch
)
app.add_page(
    clips_step, route="/project/[project_id]/clips", title="Clips · Echoes", on_load=ClipsState.watch
)
app.add_page(
    arrange_step, route="/project/[project_id]/arrange", title="Arrange · Echoes", on_load=ArrangeState.watch
)
app.add_page(
    film_step,
    route="/project/[project_id]/film",
    title="Film · Echoes",
    on_load=[ShareState.arrive, FilmState.watch],
)
app.add_page(credits_page, route="/credits", title="Buy credits · Echoes", on_load=CreditsState.watch)
app.add_page(
    account_page,
    route="/account",
    title="Your account · Echoes",
    on_load=[AccountState.watch, StatementState.watch],
)
app.add_page(thanks_page, route="/credits/thanks", title="Thank you · Echoes", on_load=ThanksState.watch)
app.add_page(
    cancelled_page, route="/credits/cancelled", title="Nothing bought · Echoes", on_load=CancelledState.enter
)
app.add_page(
    local_checkout_page,
    route="/checkout/local/[order_id]",
    title="Practice payment · Echoes",
    on_load=LocalCheckoutState.enter,
)
admin_pages: dict[str, tuple[Callable[[], rx.Component], EventType[()]]] = {
    "": (dashboard_page, DashboardState.watch),
    "/jobs": (jobs_page, JobsState.watch),
    "/jobs/[job_id]": (job_page, JobState.watch),
    "/providers": (providers_page, [ProvidersState.watch, ProvidersState.ask_accounts]),
    "/prompt": (prompt_page, PromptState.watch),
    "/music": (music_page, MusicState.watch),
    "/people": (people_page, PeopleState.watch),
    "/people/[person_id]": (person_page, PersonState.watch),
    "/orders": (orders_page, OrdersState.watch),
    "/terms": (pricing_page, PricingState.watch),
    "/books": (ledger_health_page, LedgerHealthState.watch),
    "/log": (audit_log_page, AuditLogState.watch),
}
for section, (draw, watch) in admin_pages.items():
    app.add_page(draw, route=f"/admin{section}", title="Operator · Echoes", on_load=watch)
app.add_page(not_found, route="/404", title="Nothing here · Echoes")
