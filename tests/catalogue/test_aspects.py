"""Sizes stand in one catalogue: what people can choose is what the compiler encodes, no more and no less."""

import pytest

from compiler.codec import profile
from echoes.catalogue.aspects import ASPECTS, Aspect, AspectChoice, choice_of, size_of


def test_the_compiler_encodes_each_size_and_no_other() -> None:
    sizes = [choice.size for choice in ASPECTS] + [choice.large_size for choice in ASPECTS]
    assert sorted(sizes) == sorted(profile.SIZES)


def test_every_aspect_can_be_chosen() -> None:
    assert [choice.aspect for choice in ASPECTS] == list(Aspect)


@pytest.mark.parametrize("choice", ASPECTS, ids=lambda choice: choice.label)
def test_both_sizes_have_the_ratio_that_the_aspect_names(choice: AspectChoice) -> None:
    width, height = map(int, choice.aspect.split(":"))
    for size in (choice.size, choice.large_size):
        assert size[0] * height == size[1] * width
    assert choice.ratio == f"{width} / {height}"
    assert size_of(choice.aspect.value) == choice.size


def test_what_is_no_aspect_is_an_error() -> None:
    with pytest.raises(ValueError, match="4:3"):
        choice_of("4:3")
