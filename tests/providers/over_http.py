"""What the tests of a provider that is asked over HTTP share: its stand-in, and the way of a job."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from echoes.providers.base import (
    ClipRequest,
    Provider,
    ProviderConnection,
    ProviderError,
    Running,
    State,
    Waiting,
)
from echoes.settings import get_settings
from tests.providers.contract import ProviderContract
from tests.support.standins.base import StandIn


class OverHttp(ProviderContract):
    makes: type[Provider]
    order_call: str
    """As the stand-in remembers it."""
    base_url: str
    """The name of its setting."""
    key: str
    """And of that of its key."""

    @pytest.fixture
    @abstractmethod
    def stand_in(self) -> StandIn: ...

    @pytest.fixture
    def provider(self, stand_in: StandIn) -> Provider:
        return self.makes()

    @pytest.fixture
    def keep_busy(self, stand_in: StandIn) -> Callable[[], None]:
        return lambda: stand_in.script.always.update(stuck="")

    def orders(self, stand_in: StandIn) -> int:
        """How often it was asked to make something."""
        sent = [f"{asked['method']} {asked['path']}" for asked in stand_in.memory.requests]
        return sum(call.startswith(self.order_call) for call in sent)

    async def states(self, connection: ProviderConnection, job_id: str) -> list[State]:
        """All until the end."""
        states = [await connection.poll(job_id)]
        while isinstance(states[-1], Waiting | Running):
            states.append(await connection.poll(job_id))
        return states

    async def end(self, provider: Provider, request: ClipRequest, folder: Path, marks: str = "") -> State:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request, prompt=marks))
            return (await self.states(connection, job_id))[-1]

    async def refusal(
        self, provider: Provider, request: ClipRequest, folder: Path, marks: str = ""
    ) -> ProviderError:
        async with provider.connect(folder) as connection:
            with pytest.raises(ProviderError) as refused:
                await connection.submit(replace(request, prompt=marks))
        assert refused.value.sentence.endswith(".")
        return refused.value


def address_of(provider: Provider) -> str:
    settings = get_settings()
    return settings.runway_base_url if provider.name == "runway" else settings.fal_base_url
