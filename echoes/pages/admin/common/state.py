"""State of the operators' pages: what the operator's pages share: who may be here, the way between
them, and staying up to date.
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from echoes import live_updates
from echoes.accounts import service as accounts
from echoes.admin.audit import Operator
from echoes.database import get_database
from echoes.models import User
from echoes.pages.common.following import LiveState
from echoes.pages.common.state import PageState

Arguments = ParamSpec("Arguments")

Result = TypeVar("Result")


class AdminState(PageState):
    """Each call asks anew whether it is an operator's; for others there is nothing here."""

    is_loaded: bool = False
    is_missing: bool = False

    async def _inspect(
        self, service: Callable[Concatenate[Session, Arguments], Result], *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:  # fmt: skip
        """Reads rows of everybody."""
        return await asyncio.to_thread(
            _inspecting, self._token(), lambda session: service(session, *args, **kwargs)
        )

    async def _operate(
        self, service: Callable[Concatenate[Session, Operator, Arguments], Result], *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:  # fmt: skip
        """One transaction of an operator. What went wrong before is over."""
        result = await asyncio.to_thread(
            _operating, self._token(), lambda session, operator: service(session, operator, *args, **kwargs)
        )
        self._show(notice="")
        return result


class AdminPageState(LiveState, AdminState, mixin=True):
    """A page of the operator's. What others see here is what they see where there is no page."""

    RENEWAL: ClassVar[float] = 10.0

    async def _topic(self) -> live_updates.Topic:
        return ("user", await asyncio.to_thread(accounts.require_operator, self._token()))


def _inspecting(token: str | None, call: Callable[[Session], Result]) -> Result:
    accounts.require_operator(token)
    with get_database().reading() as session:
        return call(session)


def _operating(token: str | None, call: Callable[[Session, Operator], Result]) -> Result:
    operator_id = accounts.require_operator(token)
    with get_database().unscoped() as session:
        return call(session, Operator(operator_id, session.get_one(User, operator_id).name))
