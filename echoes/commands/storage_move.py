"""`echoes storage move`: all files from the folder to the bucket, or back, and what to do next."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from echoes.errors import Refused
from echoes.settings import Settings
from echoes.storage import make_storage
from echoes.storage.disk import make_folder
from echoes.storage.moving import MoveReport, StorageMove

Place = Literal["folder", "s3"]
SHOWN = 20
NO_BUCKET = "ECHOES_S3_BUCKET is not set: name the bucket that the files are to be moved to, or from."
NOT_SWITCHED = (
    "Nothing is deleted while Echoes works with that storage: set ECHOES_STORAGE={to} first, start every"
    " process again, and run this once more."
)
BEFORE_SWITCH = """\
Everything is in {place}. To switch:
  1. Stop Echoes (every web and worker process), and run this command once more: it copies what came last.
  2. Set ECHOES_STORAGE={to} for every process, and start them.
Nothing was deleted. When all is well, `echoes storage move --to {to} --delete-source` does that."""
AFTER_SWITCH = "Everything is in {place}, which Echoes works with. Old copies stay until --delete-source."

Say = Callable[[str], None]


def move(
    settings: Settings,
    to: Place,
    say: Say,
    *,
    threads: int = 4,
    dry_run: bool = False,
    verify: bool = False,
    delete_source: bool = False,
) -> bool:
    """Whether all went well. Raises EchoesError."""  # fmt: skip
    if not settings.s3_bucket:
        raise Refused(NO_BUCKET)
    if delete_source and settings.storage != to:
        raise Refused(NOT_SWITCHED.format(to=to))
    source, target = (
        make_storage(settings.model_copy(update={"storage": kind})) for kind in (_other(to), to)
    )
    old, new = (_name(settings, kind) for kind in (_other(to), to))
    target.list(limit=1)  # Whether it answers and lets us in.
    say(f"From {old} to {new}.")
    make_folder(settings.work_dir)
    with tempfile.TemporaryDirectory(dir=settings.work_dir, prefix="move-") as folder:
        work = StorageMove(source, target, Path(folder), say, threads)
        if dry_run:
            return _say_pending(work, say)
        report = work.run()
        differing = work.differing() if verify or delete_source else []
        if not _say_report(report, differing, say):
            return False
        if delete_source:
            say(f"{work.delete_source():,} files are deleted from {old}.")
        else:
            say((AFTER_SWITCH if settings.storage == to else BEFORE_SWITCH).format(place=new, to=to))
    return True


def _other(place: Place) -> Place:
    return "folder" if place == "s3" else "s3"


def _name(settings: Settings, place: Place) -> str:
    return f"the bucket {settings.s3_bucket}" if place == "s3" else f"{settings.files_dir}"


def _say_pending(work: StorageMove, say: Say) -> bool:
    sizes = [file.size for file in work.pending()]
    say(f"{len(sizes):,} files of {sum(sizes):,} bytes would be copied. Nothing was changed.")
    return True


def _say_report(report: MoveReport, differing: list[str], say: Say) -> bool:
    say(f"{report.copied:,} files of {report.copied_bytes:,} bytes are copied and compared.")
    if report.vanished:
        say(f"{report.vanished:,} files were deleted in the meantime.")
    for key, reason in list(report.failed.items())[:SHOWN]:
        say(f"✗ {key} could not be copied: {reason}")
    for key in differing[:SHOWN]:
        say(f"✗ {key} is not the same on both sides: delete the damaged copy, and run this again.")
    bad = len(report.failed) + len(differing)
    if bad:
        say(f"{bad:,} files need a look. Run this again: what is copied stays, and nothing was deleted.")
    return not bad
