"""Events of jobs, which operators read beside a take or a film."""

import asyncio
import logging
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from echoes.database import get_database
from echoes.models import JobEvent

logger = logging.getLogger(__name__)


async def note(owner_id: UUID, subject_id: UUID, message: str, level: str = "info", **data: Any) -> None:
    """In a transaction of its own. A job is not lost because nobody could take notes of it, as when its owner
    is gone meanwhile."""
    event = JobEvent(owner_id=owner_id, subject_id=subject_id, level=level, message=message, data=data)
    await asyncio.to_thread(_write, event)


def _write(event: JobEvent) -> None:
    subject_id = event.subject_id
    try:
        with get_database().unscoped() as session:
            session.add(event)
    except SQLAlchemyError:
        logger.exception("an event of the job for %s could not be written", subject_id)
