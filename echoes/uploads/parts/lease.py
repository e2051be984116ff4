"""Upload leases: which request, of all on many machines, may write an upload.

A lease in the upload's row and not an advisory lock of PostgreSQL: that would hold a connection of the
database for as long as a slow line takes, is lost behind a pooler of transactions, and SQLite has none.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import col, select, update

from echoes.database import UserSession, get_database
from echoes.models import Upload, UtcDateTime
from echoes.uploads.parts.base import UploadBusy

LEASE = timedelta(seconds=20)
"""A machine that was killed keeps an upload for so long. A browser tries for twice the time."""


class UploadLease:
    """Raises UploadBusy when another request holds the upload. By the database's clock, which all share."""

    def __init__(self, upload: Upload) -> None:
        self._upload_id, self._owner_id, self._lease_id = upload.id, upload.owner_id, uuid4()
        with get_database().acting_as(self._owner_id) as session:
            now = _clock(session)
            is_over = col(Upload.lease_expires_at).is_(None) | (col(Upload.lease_expires_at) < now)
            if not self._set(session, self._lease_id, now + LEASE, is_over):
                raise UploadBusy

    def renew(self) -> None:
        """Raises UploadBusy if it had been over, and another request took it."""
        with get_database().acting_as(self._owner_id) as session:
            if not self._set(session, self._lease_id, _clock(session) + LEASE, self._is_ours()):
                raise UploadBusy

    def release(self) -> None:
        with get_database().acting_as(self._owner_id) as session:
            self._set(session, None, None, self._is_ours())

    def _is_ours(self) -> sa.ColumnElement[bool]:
        return col(Upload.lease_id) == self._lease_id

    def _set(
        self, session: UserSession, lease: UUID | None, end: datetime | None, when: sa.ColumnElement[bool]
    ) -> bool:
        taken = update(Upload).where(col(Upload.id) == self._upload_id, when)
        return session.exec(taken.values(lease_id=lease, lease_expires_at=end)).rowcount == 1


def _clock(session: UserSession) -> datetime:
    return session.exec(select(sa.func.now(type_=UtcDateTime))).one()
