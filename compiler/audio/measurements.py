"""Cache of audio measurements, content-addressed by a digest."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from compiler.errors import readable_file_errors

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Facts = TypeVar("Facts", bound="DataclassInstance")


def kept(path: Path, kind: type[Facts], measure: Callable[[], Facts]) -> Facts:
    """The facts that `path` holds, or else measured, and put there whole or not at all."""
    with suppress(OSError, ValueError, TypeError):
        return kind(**json.loads(path.read_text()))
    measured = measure()
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        with readable_file_errors():
            part.write_text(json.dumps(asdict(measured)))
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return measured
