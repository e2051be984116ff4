"""Words and picture of a printed card."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CardContent:
    address: str
    title: str
    sender: str
    note: str
    made_at: datetime
    opens_at: datetime | None
    has_password: bool
    poster: bytes = b""
    """A JPEG, or nothing."""

    @property
    def words(self) -> str:
        """All that people wrote on it."""
        return f"{self.title}{self.sender}{self.note}"
