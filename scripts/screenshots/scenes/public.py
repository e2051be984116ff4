"""Scenes of pages that anybody sees, and of the films page."""

from collections.abc import Iterator

from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes.scene import NEWCOMER, NOBODY, Scene, hear_nothing, tap, touch, unfold


def scenes(demo: Demo) -> Iterator[Scene]:
    yield Scene("landing", "/", NOBODY)
    yield Scene("landing-known", "/")
    yield Scene("sign-in", "/sign-in", NOBODY)
    yield Scene("sign-in-ended", "/sign-in?problem=ended", NOBODY)
    yield Scene("sign-in-sent", "/sign-in?sent=1", NOBODY)
    yield Scene("sign-in-folds", "/sign-in", NOBODY, act=unfold("New here?", "Lost your passkey?"))
    yield Scene("sign-in-loading", "/sign-in", NOBODY, before=hear_nothing)
    yield Scene("sign-in-invited", demo.invitation(), NOBODY)
    yield Scene("join", "/join", NOBODY)
    yield Scene("join-problem", "/join?problem=invitation", NOBODY)
    yield from _films(demo)


def _films(demo: Demo) -> Iterator[Scene]:
    yield Scene("films-empty", "/films", NEWCOMER)
    yield Scene("films-loading", "/films", before=hear_nothing, shown="main h1")
    yield Scene("films-menu", "/films", act=touch("details.account summary"))
    yield Scene("films-rename", "/films", act=tap("Rename"))
    yield Scene("films-delete", "/films", act=tap("Delete"))
    yield Scene("films", "/films")
    yield Scene("films-named-oddly", "/films", prepare=demo.odd_names)
    yield Scene("new-film", "/films/new", NEWCOMER)
