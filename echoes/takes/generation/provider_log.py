"""Provider log of a take: every request to its provider and what came back, for operators."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from echoes.jobs.events import note
from echoes.providers.base import Exchange

FIRST_ERROR = 400


@dataclass
class ProviderLog:
    """An answer that is the same as the last one to the same question is not written again."""

    take_id: UUID
    owner_id: UUID
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def __call__(self, exchange: Exchange) -> None:
        if self._answers.get(exchange.call) == exchange.response:
            return
        self._answers[exchange.call] = exchange.response
        await self.note(
            exchange.call,
            "warning" if _went_wrong(exchange.response) else "info",
            seconds=round(exchange.seconds, 3),
            request=exchange.request,
            response=exchange.response,
        )

    async def note(self, message: str, level: str = "info", **data: Any) -> None:
        await note(self.owner_id, self.take_id, message, level, **data)


def _went_wrong(response: dict[str, Any]) -> bool:
    status = response.get("status")
    return "error" in response or (isinstance(status, int) and status >= FIRST_ERROR)
