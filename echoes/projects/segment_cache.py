"""Segment cache of films on disk, and its removal: it holds frames of people's photographs too."""

import logging
import shutil
from pathlib import Path
from uuid import UUID

from echoes.errors import EchoesError, brief
from echoes.processes.shared_segments import forget_shared
from echoes.settings import get_settings

logger = logging.getLogger(__name__)


def rendered_parts(project_id: UUID) -> Path:
    return get_settings().cache_dir / str(project_id)


def forget_rendered(project_id: UUID) -> None:
    """What is deleted is gone from here as well. Other machines' folders go with age (engine.cleanup)."""
    # A film that is being rendered may write meanwhile: what it leaves goes with age too.
    shutil.rmtree(rendered_parts(project_id), ignore_errors=True)
    try:
        forget_shared(str(project_id))
    except EchoesError as error:
        logger.warning(
            "pieces of project %s stay in the bucket until they are old: %s", project_id, brief(error)
        )
