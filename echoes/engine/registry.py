"""What the engine runs: each name that rows are enqueued under, and the body that lies with its noun."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from dbos import DBOS, SQLAlchemyDatasource, StepOptions
from sqlmodel import Session

from echoes.database import get_database
from echoes.jobs.lifecycle import Job
from echoes.jobs.requests import Steps
from echoes.takes.conforming import conform_take
from echoes.takes.generation import TAKES, generate_take
from echoes.takes.provider_cancellation import cancel_at_provider
from echoes.videos.compilation import FILMS, compile_film

JOB_BODIES: dict[str, Callable[[Steps, str], Awaitable[None]]] = {
    "generate_take": generate_take,
    "conform_take": conform_take,
    "cancel_take": cancel_at_provider,
    "compile_film": compile_film,
}
JOBS: tuple[Job, ...] = (TAKES, FILMS)
"""Those that have a row to end."""
MOST_RECOVERIES = 10
"""A job that ended its process so often is not given another one."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class DurableSteps:
    """Steps, as DBOS remembers them."""

    def __init__(self, datasource: SQLAlchemyDatasource) -> None:
        self._datasource = datasource

    async def transaction(
        self,
        function: Callable[Concatenate[Session, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        def within() -> Result:
            session = self._datasource.sql_session()
            if not isinstance(session, Session):
                raise TypeError("the datasource opens sessions of another kind")
            return function(session, *args, **kwargs)

        name = function.__qualname__
        # The datasource is synchronous: in a thread it waits for the database without holding up other jobs.
        done = await asyncio.to_thread(lambda: self._datasource.run_tx_step({"name": name}, within))
        get_database().notifications.committed()
        return done

    async def step(
        self,
        function: Callable[Parameters, Coroutine[Any, Any, Result]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        options = StepOptions(name=function.__qualname__, preemptible=True)
        return await DBOS.run_step_async(options, function, *args, **kwargs)


def register(steps: Steps) -> None:
    for name, body in JOB_BODIES.items():
        _register(steps, name, body)


def _register(steps: Steps, name: str, body: Callable[[Steps, str], Awaitable[None]]) -> None:
    @DBOS.workflow(name=name, max_recovery_attempts=MOST_RECOVERIES)
    async def workflow(subject: str) -> None:
        await body(steps, subject)
