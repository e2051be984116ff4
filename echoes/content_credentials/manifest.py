"""C2PA manifest definition: the claim generator and the actions, with IPTC's digital source types."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import groupby
from typing import Any

from echoes.content_credentials.provenance import MovementSource, ShotProvenance

GENERATOR = "Echoes"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = f"{SOURCE_TYPES}trainedAlgorithmicMedia"
WITH_GENERATED = f"{SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
CAMERA_MOVE = f"{SOURCE_TYPES}humanEdits"
WITHOUT_GENERATED = f"{SOURCE_TYPES}composite"
"""Why these terms: docs/decisions/0014-content-credentials.md."""
GENERATED_MOVEMENT = "Movement generated from a photograph by a trained model"
CAMERA_MOVEMENT = "Camera moves over a photograph, without a trained model"


def manifest_of_clip(source: MovementSource) -> dict[str, Any]:
    """All of it is what the source made."""
    created = {
        "action": "c2pa.created",
        "description": _description(source),
        "digitalSourceType": _source_type(source),
        "softwareAgent": _agent(source),
    }
    return _definition(created)


def manifest_of_film(shots: Sequence[ShotProvenance]) -> dict[str, Any]:
    has_generated = any(shot.source.is_generated for shot in shots)
    created = {
        "action": "c2pa.created",
        "digitalSourceType": WITH_GENERATED if has_generated else WITHOUT_GENERATED,
        "softwareAgent": _generator(),
    }
    return _definition(created, *(_edited(source, list(made)) for source, made in _by_source(shots)))


def _definition(*actions: dict[str, Any]) -> dict[str, Any]:
    """Without a title, which is the person's."""
    return {
        "claim_version": 2,
        "claim_generator_info": [_generator()],
        "format": "video/mp4",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(actions)}}],
    }


def _generator() -> dict[str, str]:
    return {"name": GENERATOR, "version": version("echoes")}


def _by_source(
    shots: Sequence[ShotProvenance],
) -> Iterable[tuple[MovementSource, Iterable[ShotProvenance]]]:
    """One action for all shots of a model keeps the manifest small: a film of sixty has two or three."""
    return groupby(sorted(shots, key=lambda shot: (shot.source, shot.start)), lambda shot: shot.source)


def _edited(source: MovementSource, shots: Sequence[ShotProvenance]) -> dict[str, Any]:
    return {
        "action": "c2pa.edited",
        "description": _description(source),
        "digitalSourceType": _source_type(source),
        "softwareAgent": _agent(source),
        "changes": [{"region": [_seconds(shot)]} for shot in shots],
    }


def _agent(source: MovementSource) -> dict[str, str]:
    return {"name": source.name} if source.is_generated else _generator()


def _description(source: MovementSource) -> str:
    return GENERATED_MOVEMENT if source.is_generated else CAMERA_MOVEMENT


def _source_type(source: MovementSource) -> str:
    return GENERATED if source.is_generated else CAMERA_MOVE


def _seconds(shot: ShotProvenance) -> dict[str, Any]:
    """A region of interest in time: seconds, as “normal play time” writes them."""
    return {
        "type": "temporal",
        "time": {"type": "npt", "start": f"{shot.start:.3f}", "end": f"{shot.end:.3f}"},
    }
