"""Timeouts of the stages of a take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StageTimeouts:
    """In seconds, for each stage."""

    sending: float = 150.0
    answering: float = 120.0
    making: float = 3600.0
    """From the submission on, the provider's own line included."""
    fetching: float = 600.0


TIMEOUTS = StageTimeouts()
