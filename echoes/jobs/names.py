"""The job catalogue: every kind of job with its name, label, queue and class, in one line each.

How to add one: docs/how-to/add-a-job.md.
"""

from enum import StrEnum
from typing import Self

from echoes.jobs.queues import CONTROL, PREPARE, RENDER

PROVIDERS_QUEUE = None
"""There is one for each clip provider, so whoever asks for the job says which (`queues.clips_queue`)."""


class JobName(StrEnum):
    """The value is stored, by DBOS and in ids, so it stays: else jobs under way would be lost by an upgrade.

    Jobs that work on the same row stand in the order in which they follow on each other.
    """

    label: str
    """What it does, for operators and logs."""
    queue: str | None
    class_path: str
    """Where its class is: module and name, as the engine imports it."""

    def __new__(cls, value: str, label: str, queue: str | None, class_path: str) -> Self:
        name = str.__new__(cls, value)
        name._value_ = value
        name.label, name.queue, name.class_path = label, queue, class_path
        return name

    GENERATE_TAKE = "generate_take", "make a clip", PROVIDERS_QUEUE, "echoes.takes.generation:GenerateTake"
    CONFORM_TAKE = "conform_take", "conform a clip", RENDER, "echoes.takes.conforming:ConformTake"
    CANCEL_TAKE = "cancel_take", "stop a clip", CONTROL, "echoes.takes.provider_cancellation:CancelTake"
    COMPILE_FILM = "compile_film", "make a film", RENDER, "echoes.videos.compilation:CompileFilm"
    PREPARE_FILM = "prepare_film", "prepare a film", PREPARE, "echoes.videos.preparation:PrepareFilm"
