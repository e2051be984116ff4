"""The job registry: what the engine runs, one class for each name of the catalogue."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import cache
from pkgutil import resolve_name
from typing import Any, Concatenate, ParamSpec, TypeVar

from dbos import DBOS, SQLAlchemyDatasource, StepOptions
from sqlmodel import Session

from echoes.database import get_database
from echoes.jobs.base import Job, Steps, name_of_step
from echoes.jobs.names import JobName
from echoes.observability import context

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

        name = name_of_step(function)
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
        options = StepOptions(name=name_of_step(function), preemptible=True)
        return await DBOS.run_step_async(options, function, *args, **kwargs)


@cache
def jobs() -> tuple[Job, ...]:
    """In the catalogue's order. Each class is with its noun, and imported when the engine first asks."""
    return tuple(resolve_name(name.class_path)() for name in JobName)


def register(steps: Steps) -> None:
    for job in jobs():
        _register(steps, job)


def _register(steps: Steps, job: Job) -> None:
    @DBOS.workflow(name=job.name.value, max_recovery_attempts=MOST_RECOVERIES)
    async def workflow(subject: str) -> None:
        with context.bound(job=job.name.value, **{job.subject_is: subject}):
            await job.run(steps, subject)
