"""What takes and films share as jobs: status, events, worker leases."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from echoes.models.base import Owned, UtcDateTime


class JobStatus(StrEnum):
    """Of takes and videos. The last three are final: a row never leaves them."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)


class JobEvent(Owned, table=True):
    """What an operator reads when a take or a film failed."""

    __tablename__ = "job_events"

    subject_id: UUID = Field(index=True)
    level: str = "info"
    message: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class WorkerLease(SQLModel, table=True):
    """A worker process that says it lives, by the database's clock. Jobs of one that stopped saying so are
    given to others."""

    __tablename__ = "worker_leases"

    executor_id: str = Field(primary_key=True)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
