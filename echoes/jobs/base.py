"""The job abstraction: a class with methods to fill in, and the remembered steps that it is written against.

How to add a job: docs/how-to/add-a-job.md. Jobs that make what a row stands for: `jobs.lifecycle.RowJob`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Concatenate, ParamSpec, Protocol, TypeVar

from sqlmodel import Session

from echoes.jobs.names import JobName

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Function = TypeVar("Function", bound=Callable[..., Any])

STEP_NAME = "step_name"


class Steps(Protocol):
    """The parts of a job that are remembered: after a crash it begins again, and these are not repeated.

    Arguments and results are JSON. What a job does between its steps is done again, so it has no effects.
    """

    async def transaction(
        self,
        function: Callable[Concatenate[Session, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Our rows and the memory of the step commit together: exactly once."""
        ...

    async def step(
        self,
        function: Callable[Parameters, Coroutine[Any, Any, Result]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Long work. Cancelled with its job within about a second; a crash in the middle runs it again."""
        ...


class Job(ABC):
    """One kind of job. It holds no state: after a crash another process runs it with the subject alone."""

    name: ClassVar[JobName]
    subject_is: ClassVar[str] = "subject"
    """What log lines call it."""

    @abstractmethod
    async def run(self, steps: Steps, subject: str) -> None:
        """The job's body. The subject is a row's id, or what was given to `requests.enqueue` in its place."""

    def settle_given_up(self, session: Session, subject: str) -> bool:
        """For a job that failed in our own code, was cancelled, or crashed too often: what its end leaves to
        do. Called again and again, so it answers whether there still was something."""
        return False


def step_name(name: str) -> Callable[[Function], Function]:
    """The name under which the engine remembers a step. Without one it is the function's own, and renaming
    that would break jobs under way: the engine does not go on with steps that it does not know."""

    def named(function: Function) -> Function:
        setattr(function, STEP_NAME, name)
        return function

    return named


def name_of_step(function: Callable[..., Any]) -> str:
    return str(getattr(function, STEP_NAME, function.__qualname__))
