"""Provider log of a take: every request to its provider and what came back, for operators."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from echoes.database import get_database
from echoes.models import JobEvent
from echoes.providers.base import Exchange

FIRST_ERROR = 400

logger = logging.getLogger(__name__)


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
        await asyncio.to_thread(self._write, message, level, data)

    def _write(self, message: str, level: str, data: dict[str, Any]) -> None:
        """A take is not lost because nobody could take notes of it, as when its owner is gone meanwhile."""
        event = JobEvent(
            owner_id=self.owner_id, subject_id=self.take_id, level=level, message=message, data=data
        )
        try:
            with get_database().unscoped() as session:
                session.add(event)
        except SQLAlchemyError:
            logger.exception("an event of take %s could not be written", self.take_id)


def _went_wrong(response: dict[str, Any]) -> bool:
    status = response.get("status")
    return "error" in response or (isinstance(status, int) and status >= FIRST_ERROR)
