"""Application wiring: pages, routes, lifespan."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from echoes import engine, operator_notices
from echoes.accounts import routes as accounts
from echoes.accounts.links import routes as sign_in_links
from echoes.accounts.passkeys import routes as passkeys
from echoes.accounts.redirects import JOIN
from echoes.admin import routes as admin
from echoes.components.connection_status import connection_status
from echoes.credits.packs import seed_packs
from echoes.credits.payments import routes as payments
from echoes.credits.payments.practice_checkout import WEBHOOK
from echoes.csrf import CsrfMiddleware
from echoes.database import get_database
from echoes.error_responses import ErrorMiddleware
from echoes.lettering import routes as lettering
from echoes.mail import routes as mail
from echoes.mail.notices import tell_by_mail
from echoes.mail.unsubscribing import PATH as UNSUBSCRIBE
from echoes.monitoring import routes as monitoring
from echoes.music.library import seed_library
from echoes.pages.account.inviting.state import InvitingState
from echoes.pages.account.mail.state import MailState
from echoes.pages.account.passkeys.state import PasskeysState
from echoes.pages.account.state import AccountState
from echoes.pages.account.statement.state import StatementState
from echoes.pages.account.view import account_page
from echoes.pages.admin.registry import ADMIN_PAGES
from echoes.pages.common.event_context import EventContext
from echoes.pages.common.event_deduplication import EventDeduplication
from echoes.pages.common.head import head
from echoes.pages.common.shell import arriving, crashed
from echoes.pages.common.state import NEW_FILM, OnePersonPerTab, answer_failure
from echoes.pages.credits.after_payment.state import CancelledState, ThanksState
from echoes.pages.credits.after_payment.view import cancelled_page, thanks_page
from echoes.pages.credits.packs.state import CreditsState
from echoes.pages.credits.packs.view import credits_page
from echoes.pages.credits.practice_checkout.state import PracticeCheckoutState
from echoes.pages.credits.practice_checkout.view import practice_checkout_page
from echoes.pages.films.state import FilmsState, NewFilmState
from echoes.pages.films.view import films, new_film
from echoes.pages.project.arrange.state import ArrangeState
from echoes.pages.project.arrange.view import arrange_step
from echoes.pages.project.clips.framing.state import FramingState
from echoes.pages.project.clips.state import ClipsState
from echoes.pages.project.clips.view import clips_step
from echoes.pages.project.film.state import FilmState
from echoes.pages.project.film.view import film_step
from echoes.pages.project.photos.state import PhotosState
from echoes.pages.project.photos.view import photos_step
from echoes.pages.project.share.replies.state import RepliesState
from echoes.pages.project.share.state import ShareState
from echoes.pages.public.join.state import JoinState
from echoes.pages.public.join.view import join_page
from echoes.pages.public.landing import landing
from echoes.pages.public.not_found import not_found
from echoes.pages.public.prices.state import PricesState
from echoes.pages.public.sign_in.state import SignInState
from echoes.pages.public.sign_in.view import sign_in
from echoes.privacy import routes as privacy
from echoes.processes import routes as processes
from echoes.processes.aws_lambda.callback import CALLBACK
from echoes.reflex_adapter.components import error_boundary
from echoes.settings import get_settings
from echoes.sharing import routes as sharing
from echoes.sharing.printed_card import routes as printed_cards
from echoes.storage import routes as storage
from echoes.uploads import routes as uploads

STYLES = ("tokens", "base", "controls", "states", "shell", "connection", "landing")
"""Sheets of every page. What pages behind the sign-in need beside them: `components/page_styles`."""
SHEETS = ["/fonts/fonts.css", *(f"/styles/{name}.css" for name in STYLES)]
WRITTEN_TO_BY_OTHERS = {WEBHOOK, CALLBACK, UNSUBSCRIBE}
"""Routes that change something and are called by no page of ours."""
SOCIAL_CARD = "/icons/social-card.jpg"
DESCRIPTION = "Turn the photographs of the people you love into one moving film with music."


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
            *passkeys.routes,
            *sign_in_links.routes,
            *uploads.routes,
            *storage.routes,
            *lettering.routes,
            *mail.routes,
            *sharing.routes,
            *printed_cards.routes,
            *admin.routes,
            *payments.routes,
            *privacy.routes,
            *processes.routes,
            *monitoring.routes,
        ],
        middleware=[
            Middleware(ErrorMiddleware),
            Middleware(CsrfMiddleware, open_to_all=WRITTEN_TO_BY_OTHERS),
        ],
    ),
)
app.add_middleware(EventContext())
app.add_middleware(OnePersonPerTab())
app.add_middleware(EventDeduplication(get_settings().redis_url))
app.register_lifespan_task(first_rows)
operator_notices.listen(tell_by_mail)
app.register_lifespan_task(engine.lifespan)

app.add_page(
    landing, route="/", title="Echoes", description=DESCRIPTION, image=SOCIAL_CARD, on_load=PricesState.read
)
app.add_page(
    sign_in, route="/sign-in", title="Sign in · Echoes", on_load=[SignInState.enter, PricesState.read]
)
app.add_page(join_page, route=JOIN, title="Joining · Echoes", on_load=JoinState.enter)
app.add_page(films, route="/films", title="Your films · Echoes", on_load=FilmsState.watch)
app.add_page(new_film, route=NEW_FILM, title="A new film · Echoes", on_load=NewFilmState.begin)
app.add_page(
    photos_step, route="/project/[project_id]/photos", title="Photos · Echoes", on_load=PhotosState.watch
)
app.add_page(
    clips_step,
    route="/project/[project_id]/clips",
    title="Clips · Echoes",
    on_load=[ClipsState.watch, FramingState.find_subjects],
)
app.add_page(
    arrange_step, route="/project/[project_id]/arrange", title="Arrange · Echoes", on_load=ArrangeState.watch
)
app.add_page(
    film_step,
    route="/project/[project_id]/film",
    title="Film · Echoes",
    on_load=[ShareState.arrive, RepliesState.arrive, FilmState.watch],
)
app.add_page(credits_page, route="/credits", title="Buy credits · Echoes", on_load=CreditsState.watch)
app.add_page(
    account_page,
    route="/account",
    title="Your account · Echoes",
    on_load=[
        AccountState.watch,
        StatementState.watch,
        InvitingState.watch,
        PasskeysState.watch,
        MailState.watch,
    ],
)
app.add_page(thanks_page, route="/credits/thanks", title="Thank you · Echoes", on_load=ThanksState.watch)
app.add_page(
    cancelled_page, route="/credits/cancelled", title="Nothing bought · Echoes", on_load=CancelledState.enter
)
app.add_page(
    practice_checkout_page,
    route="/checkout/local/[order_id]",
    title="Practice payment · Echoes",
    on_load=PracticeCheckoutState.enter,
)
for operators in ADMIN_PAGES:
    app.add_page(operators.draw, route=operators.route, title=operators.title, on_load=operators.on_load)
app.add_page(not_found, route="/404", title="Nothing here · Echoes")
