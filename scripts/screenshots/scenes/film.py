"""Scenes of the film step and its share sheet."""

from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from echoes.models import JobStatus
from echoes.processes.compiler_base import NO_ROOM_LEFT
from scripts.screenshots.rows import ARABIC, LONG_NAME, Demo
from scripts.screenshots.scenes.scene import Act, Scene, after, hear_nothing, tap, unfold


def scenes(demo: Demo) -> Iterator[Scene]:
    full = f"/project/{demo.project}"
    yield from _making(demo)
    yield Scene("film-nothing-kept", f"/project/{demo.copy_of_project('None kept', 3)}/film")
    yield Scene("film-loading", f"{full}/film", before=hear_nothing, shown=".skeleton")
    yield Scene("film", f"{full}/film")
    yield Scene("film-delete", f"{full}/film", act=tap("Delete this film"))
    yield from _sizes(demo)
    yield from _sharing(demo)
    yield from _replies(demo, f"{full}/film")


def _making(demo: Demo) -> Iterator[Scene]:
    other = demo.copy_of_project("A film under way", 6, 6)
    film = f"/project/{other}/film"

    def is_(status: JobStatus, **values: object) -> Callable[[], None]:
        return lambda: demo.film(other, status, **values)

    making = is_(JobStatus.RUNNING, progress=0.45, stage="Joining the clips", ended_at=None)
    yield Scene("film-none", film)
    yield Scene("film-waiting", film, prepare=is_(JobStatus.WAITING, progress=0, ended_at=None))
    yield Scene("film-making", film, prepare=making)
    yield Scene(
        "film-failed", film, prepare=is_(JobStatus.FAILED, failure_kind="internal", failure=NO_ROOM_LEFT)
    )
    yield Scene("film-changed", film, prepare=is_(JobStatus.SUCCEEDED))
    long = demo.copy_of_project(LONG_NAME, 3, 3)
    title = {"title": LONG_NAME}
    yield Scene("film-long-name", f"/project/{long}/film", prepare=_named(demo, long, title))
    right = demo.copy_of_project(ARABIC, 3, 3)
    yield Scene("film-arabic", f"/project/{right}/film", prepare=_named(demo, right, {"title": ARABIC}))


def _named(demo: Demo, project: UUID, title: dict[str, str]) -> Callable[[], None]:
    return lambda: demo.film(project, JobStatus.SUCCEEDED, **title)


def _sizes(demo: Demo) -> Iterator[Scene]:
    other = demo.copy_of_project("In two sizes", 3, 3)
    film = f"/project/{other}/film"
    for status in (JobStatus.RUNNING, JobStatus.FAILED):
        yield Scene(
            f"film-size-{status}",
            film,
            prepare=partial(demo.film_in_size, other, status),
        )


def _sharing(demo: Demo) -> Iterator[Scene]:
    other = demo.copy_of_project("To be shared", 6, 6)
    film = f"/project/{other}/film"

    def finished() -> None:
        """And shared with nobody yet."""
        demo.film(other, JobStatus.SUCCEEDED)

    def scene(name: str, *acts: Act) -> Scene:
        return Scene(name, film, act=after(tap("Share"), *acts), prepare=finished)

    send = tap("Next: send it")
    yield scene("share-dress")
    yield scene("share-access", unfold("Who can watch"))
    yield scene("share-send", send)
    yield scene("share-folds", send, unfold("A card to print", "Put it on a website", "Keep the film"))
    yield scene("share-close", send, tap("Turn off this link"))


def _replies(demo: Demo, film: str) -> Iterator[Scene]:
    yield Scene("replies", film, act=tap("repl"), prepare=demo.replies)
    yield Scene("replies-delete", film, act=after(tap("repl"), tap("Delete", place=1)))
