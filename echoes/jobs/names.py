"""The job catalogue: every kind of job with its name, label, queue and class, in one line each.

How to add one: docs/how-to/add-a-job.md.
"""

from enum import StrEnum
from typing import Self

from echoes.jobs.queues import CONTROL, MAIL, PREPARE, RENDER

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

    GENERATE_TAKE = (
        "generate_take",
        "make a clip",
        PROVIDERS_QUEUE,
        "echoes.takes.generation.generating:GenerateTake",
    )
    CONFORM_TAKE = "conform_take", "conform a clip", RENDER, "echoes.takes.generation.conforming:ConformTake"
    CANCEL_TAKE = (
        "cancel_take",
        "stop a clip",
        CONTROL,
        "echoes.takes.generation.provider_cancellation:CancelTake",
    )
    PLACE_TAKE = "place_take", "show a clip in the film", CONTROL, "echoes.editing.placement:PlaceTake"
    COMPILE_FILM = "compile_film", "make a film", RENDER, "echoes.videos.compilation:CompileFilm"
    ANALYSE_TRACK = "analyse_track", "measure a track", PREPARE, "echoes.music.analysis:AnalyseTrack"
    MEASURE_SOUND = "measure_sound", "measure a sound", PREPARE, "echoes.takes.levels:MeasureSound"
    MAKE_PREVIEW = "make_preview", "make a preview", PREPARE, "echoes.takes.previews:MakePreview"
    PREPARE_FILM = "prepare_film", "prepare a film", PREPARE, "echoes.videos.preparation:PrepareFilm"
    SEND_MAIL = "send_mail", "send a mail", MAIL, "echoes.mail.sending:SendMail"
