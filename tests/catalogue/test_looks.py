"""Looks stand in one catalogue: what they name is there, and each says what it does."""

import json

import pytest

from compiler.timeline.model import LONGEST_TRANSITION, SHORTEST_TRANSITION, TITLE_STYLES
from echoes.catalogue import transitions
from echoes.catalogue.looks import BY_NAME, GENTLE, LOOKS, Look, find_look
from echoes.models import BeatCuts
from echoes.music.library import BUNDLED


def moods() -> set[str]:
    return {track["mood"] for track in json.loads((BUNDLED / "tracks.json").read_text())}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_look_names_only_what_there_is(look: Look) -> None:
    assert look.transition in transitions.KINDS
    assert SHORTEST_TRANSITION <= look.transition_seconds <= LONGEST_TRANSITION
    assert look.title_style in TITLE_STYLES
    assert look.mood in moods()
    assert look.beat_cuts in list(BeatCuts)
    assert look.pace is None or look.pace > 2 * look.transition_seconds
    assert look.label
    assert look.sentence.endswith(".")


def test_every_look_is_one_of_a_kind() -> None:
    assert len(BY_NAME) == len({look.label for look in LOOKS}) == len(LOOKS) == 5
    assert find_look(GENTLE) in LOOKS
    assert find_look("") is None
