"""Base state of every page: who is signed in, acting for them, and saying how it went.

Every handler is a public endpoint that any client may call with any arguments. So handlers check nothing
themselves: they call a service through `_act` or `_look`, which authenticate anew each time, and let errors
rise; `answer_failure` turns them into a sentence. Helpers begin with an underscore: Reflex makes an endpoint
of every other method.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import reflex as rx
from reflex.event import Event, EventSpec

from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.accounts.redirects import HOME, NEW_FILM, SIGN_IN_PROBLEMS, sign_in_address
from echoes.credits.ledger import balance_of
from echoes.database import UserSession, get_database
from echoes.errors import OUR_FAULT, BadInput, NotFound, NotSignedIn, is_expected
from echoes.models import Role
from echoes.observability import context
from echoes.pages.common.event_context import of_event
from echoes.reflex_adapter.states import ARRIVAL, BaseState, forget_everything, state_beside
from echoes.settings import get_settings
from echoes.sharing.replies.owner import count_new
from echoes.text import formatting

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Bar = dict[str, Any]
"""What the bar above shows of the person, by the names of `PageState`."""
Service = Callable[Concatenate[UserSession, Arguments], Result]

LONGEST_NUMBER = 9

logger = logging.getLogger(__name__)


def uuid_of(value: object) -> UUID:
    """An id that a client sent. What is no id at all names nothing."""
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound from None


def text_of(form: object, name: str) -> str:
    """A field of a form that a client sent."""
    value = form.get(name) if isinstance(form, Mapping) else None
    if not isinstance(value, str):
        raise BadInput("We could not read the form. Please try again.")
    return value


def number_of(form: Mapping[str, Any], name: str) -> int | None:
    """A hidden field, which pages from before it was there do not have."""
    value = form.get(name)
    is_whole = (
        isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
    )
    return int(str(value)) if is_whole else None


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who is before a tab; without `user_id` nobody is, and `problem` may say why."""

    user_id: UUID | None = None
    name: str = ""
    balance: int = 0
    deletes_on: str = ""
    is_operator: bool = False
    new_replies: str = ""
    problem: str = ""


class PageState(rx.State):
    """One tab of one person."""

    person: str = ""
    whose: str = ""
    """Tells one person's drafts from another's in the browser."""
    balance: int = 0
    """In credits, as of this tab's last look at the database."""
    deletes_on: str = ""
    """The day on which the account goes, if its person asked for that."""
    new_replies: str = ""
    """To all shared films, in words, if there are any."""
    is_operator: bool = False
    """For the way to the operator's pages; they themselves ask anew each time."""
    is_local: bool = False
    has_shop: bool = False
    """Whether credits are sold here (ECHOES_PAYMENTS)."""
    has_orders: bool = False
    """Whether they are, or were until lately: what was bought may still be paid, refunded or disputed."""
    is_plain_http: bool = False
    """Whether this page came over a network without TLS."""
    counts_credits: bool = False
    """Whether clips cost credits (ECHOES_CREDITS)."""
    notice: str = ""
    notice_number: int = 0

    _user_id: UUID | None = None
    _seen: str = ""
    _problem: str = ""

    async def _act(
        self, service: Service[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """One transaction of the signed-in person; raises NotSignedIn. What went wrong before is over."""
        result, bar = await asyncio.to_thread(
            _acting, self._token(), lambda session: service(session, *args, **kwargs)
        )
        self._show(notice="", **bar)
        return result

    async def _look(
        self, service: Service[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """The same, without the right to write."""
        result, bar = await asyncio.to_thread(
            _looking, self._token(), lambda session: service(session, *args, **kwargs)
        )
        self._show(**bar)
        return result

    async def _look_at_bar(self) -> None:
        """Every look brings along what the bar shows; this one is for nothing else."""
        await self._look(lambda session: None)

    def _show(self, **values: Any) -> None:
        """Sets what has changed: an equal value is not sent to the page again."""
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def _toast(self, sentence: str) -> None:
        self.notice = sentence
        self.notice_number += 1

    @rx.event
    def show_toast(self, sentence: str) -> None:
        self._toast(str(sentence)[:300])

    @rx.event
    def dismiss_toast(self) -> None:
        self.notice = ""

    @rx.event
    def go_to_sign_in(self, problem: str = "") -> EventSpec:
        self._seen = ""  # The session ended under this tab: it looks again who is there.
        url = self.router.url
        here = f"{url.path}?{url.query}" if url.query else url.path
        return rx.redirect(sign_in_address(here or HOME, problem if str(problem) in SIGN_IN_PROBLEMS else ""))

    async def _recognise(self) -> None:
        """A tab whose person has changed forgets everything that it showed to the one before."""
        token = self._token()
        seen = hashlib.sha256((token or "").encode()).hexdigest()
        if seen == self._seen:
            return
        found = await asyncio.to_thread(_signed_in_person, token)
        if found.user_id != self._user_id:
            await forget_everything(self)
        self._seen, self._user_id, self._problem = seen, found.user_id, found.problem
        self.person, self.whose = found.name, str(found.user_id or "")
        self.balance, self.deletes_on = found.balance, found.deletes_on
        self.is_operator, self.new_replies = found.is_operator, found.new_replies
        self._show_kind_of_place()

    def _show_kind_of_place(self) -> None:
        settings = get_settings()
        self._show(
            is_local=settings.is_local,
            is_plain_http=settings.is_plain_http,
            has_shop=settings.has_shop,
            has_orders=settings.hears_stripe,
            counts_credits=settings.counts_credits,
        )

    def _signed_in(self) -> UUID:
        if self._user_id is None:
            raise NotSignedIn(problem=self._problem)
        return self._user_id

    def _token(self) -> str | None:
        return token_from(self.router.headers.cookie)


def vars_of(state: type[rx.State]) -> Any:
    """A state as its page sees it: on the class every var is an rx.Var and every handler an event, which
    the types of its instances do not say."""
    return state


def is_signed_in(state: object) -> bool:
    """Whether whoever opened this tab was signed in when its last event was answered."""
    visit = state_beside(state, PageState)
    return visit is not None and visit._user_id is not None


class OnePersonPerTab(rx.Middleware):
    """Before any event is answered, hydration included, the tab is made to belong to the one who asks. What
    it said on one page is over on the next."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        visit = await state.get_state(PageState)
        await visit._recognise()
        if event.name.endswith(ARRIVAL):
            visit._show(notice="")


def answer_failure(exception: Exception) -> EventSpec:
    """What a page says when a handler raised. Never a stack trace."""
    visit = vars_of(PageState)
    if isinstance(exception, NotSignedIn):
        return visit.go_to_sign_in(exception.problem)
    if is_expected(exception):
        return visit.show_toast(exception.sentence)
    with context.bound(**(of_event.get() or {})):
        logger.error("a page's handler failed", exc_info=exception)
    return visit.show_toast(OUR_FAULT)


def _acting(token: str | None, call: Callable[[UserSession], Result]) -> tuple[Result, Bar]:
    """With what the bar shows after it."""
    user_id = accounts.authenticate(token)
    with get_database().acting_as(user_id) as session:
        return call(session), _bar(session)


def _looking(token: str | None, call: Callable[[UserSession], Result]) -> tuple[Result, Bar]:
    user_id = accounts.authenticate(token)
    with get_database().reading_as(user_id) as session:
        return call(session), _bar(session)


def _bar(session: UserSession) -> Bar:
    return {"balance": balance_of(session, session.user_id), "new_replies": _new_replies(session)}


def _signed_in_person(token: str | None) -> SignedInPerson:
    try:
        user_id = accounts.authenticate(token)
    except NotSignedIn as error:
        return SignedInPerson(problem=error.problem)
    with get_database().reading_as(user_id) as session:
        user = session.user
        deletes_on = formatting.date_in_words(user.deletes_at) if user.deletes_at else ""
        is_operator, news = user.role == Role.OPERATOR, _new_replies(session)
        return SignedInPerson(user_id, user.name, user.balance, deletes_on, is_operator, news)


def _new_replies(session: UserSession) -> str:
    count = count_new(session)
    return formatting.pluralize(count, "new reply", "new replies") if count else ""


__all__ = [
    "HOME",
    "NEW_FILM",
    "OnePersonPerTab",
    "PageState",
    "answer_failure",
    "is_signed_in",
    "number_of",
    "text_of",
    "uuid_of",
    "vars_of",
]
