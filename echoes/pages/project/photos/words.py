"""Sentences about photos: those that the first cut leaves out, and those that are removed."""

from collections import Counter
from collections.abc import Iterable

from echoes.photos.selection import AsideReason
from echoes.text.formatting import pluralize

REASONS = {
    AsideReason.SIMILAR: "Looks like another one: not used.",
    AsideReason.BLURRED: "Badly blurred: not used.",
    AsideReason.LEFT_OUT: "Left out of the film.",
}


def aside_in_words(reasons: Iterable[AsideReason]) -> str:
    """Such as “3 photos look like another one and 1 is badly blurred, so they are not used.”"""
    count = Counter(reasons)
    found = _found(count[AsideReason.SIMILAR], count[AsideReason.BLURRED])
    left_out = count[AsideReason.LEFT_OUT]
    parts = [found, f"{pluralize(left_out, 'photo is', 'photos are')} left out." if left_out else ""]
    return " ".join(part for part in parts if part)


def _found(similar: int, blurred: int) -> str:
    if not similar + blurred:
        return ""
    it_is = "it is" if similar + blurred == 1 else "they are"
    looks = pluralize(similar, "photo looks like another one", "photos look like another one")
    forms = ("is", "are") if similar else ("photo is", "photos are")
    blur = f"{pluralize(blurred, *forms)} badly blurred"
    said = " and ".join(part for part, number in ((looks, similar), (blur, blurred)) if number)
    return f"{said}, so {it_is} not used."


def gone_in_words(count: int, with_clip: int) -> str:
    removed = pluralize(count, "photo was removed", "photos were removed")
    if not with_clip:
        return f"{removed}."
    if with_clip == count:
        return f"{removed} with {'its clip' if count == 1 else 'their clips'}."
    return f"{removed}, {with_clip} of them with {'its clip' if with_clip == 1 else 'their clips'}."
