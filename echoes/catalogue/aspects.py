"""Aspect ratios of a film: the sizes in pixels that belong to each, and how people are told of them."""

from dataclasses import dataclass
from enum import StrEnum

Size = tuple[int, int]
"""Width and height in pixels."""


class Aspect(StrEnum):
    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"


@dataclass(frozen=True)
class AspectChoice:
    aspect: Aspect
    size: Size
    """Of clips, and of a film as it is made first."""
    large_size: Size
    """Of the larger file that a finished film can also be had as."""
    meant_for: str
    large_meant_for: str
    label: str
    said: str
    """Of a film that has this shape."""
    icon: str

    @property
    def ratio(self) -> str:
        """Width to height, as CSS says it."""
        return self.aspect.replace(":", " / ")


ASPECTS = (
    AspectChoice(
        Aspect.WIDE,
        size=(1280, 720),
        large_size=(1920, 1080),
        meant_for="For phones and computers",
        large_meant_for="For a television",
        label="Wide",
        said="The film is wide",
        icon="rectangle_horizontal",
    ),
    AspectChoice(
        Aspect.TALL,
        size=(720, 1280),
        large_size=(1080, 1920),
        meant_for="For phones",
        large_meant_for="For a large screen",
        label="Tall",
        said="The film is tall",
        icon="rectangle_vertical",
    ),
    AspectChoice(
        Aspect.SQUARE,
        size=(960, 960),
        large_size=(1440, 1440),
        meant_for="For phones and computers",
        large_meant_for="For a large screen",
        label="Square",
        said="The film is square",
        icon="square",
    ),
)
_BY_ASPECT = {choice.aspect: choice for choice in ASPECTS}
CLIP_SIZES = tuple(choice.size for choice in ASPECTS)
LARGE_SIZES = {choice.size: choice.large_size for choice in ASPECTS}
"""By the size that a film was made in first."""
MEANT_FOR = {choice.size: choice.meant_for for choice in ASPECTS} | {
    choice.large_size: choice.large_meant_for for choice in ASPECTS
}


def choice_of(aspect: str) -> AspectChoice:
    """Raises ValueError for what is no aspect ratio of ours."""
    return _BY_ASPECT[Aspect(aspect)]


def size_of(aspect: str) -> Size:
    """Of clips and films of this aspect ratio."""
    return choice_of(aspect).size
