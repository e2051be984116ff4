"""Queries of the film step: what the film step shows, read from the database: the film under way or
finished, and earlier ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline, to_seconds
from echoes.content_credentials.disclosure import disclosure_of
from echoes.database import UserSession
from echoes.models import UNFINISHED, JobStatus, Video, now
from echoes.pages.project.film.sizes.queries import FAILED, SizeViewModel, size_view_models
from echoes.pages.project.queries import Head, head_of
from echoes.pages.project.share.replies.queries import labels_by_film
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.storage import Storage, get_storage
from echoes.takes.posters import poster_url
from echoes.text.formatting import QUEUED, duration, file_size, pluralize, time_ago
from echoes.videos import service as videos
from echoes.videos.sizes import sizes_of

NEW_SECONDS = 20.0
"""So long after its end somebody sees the film for the first time: they waited for it, or came from the tap
that made it."""
DAMAGED = "The file of this film is damaged. Please make the film again, and share it again if it was shared."


@dataclass(frozen=True)
class FilmViewModel:
    id: str = ""
    title: str = ""
    stage: str = ""
    """making, finished or failed."""
    doing: str = ""
    ratio: str = "16 / 9"
    film: str = ""
    poster: str = ""
    download: str = ""
    facts: str = ""
    problem: str = ""
    sizes: list[SizeViewModel] = field(default_factory=list)
    how_made: list[str] = field(default_factory=list)
    """As people who open its link read it too."""
    replies: str = ""
    """How many there are, in words, if there are any."""
    is_new: bool = False
    """Made just now: it is shown for the first time."""


@dataclass(frozen=True)
class FilmPageViewModel:
    head: Head
    current: FilmViewModel = FilmViewModel()
    percent: int = 0
    is_current: bool = False
    """Whether the newest finished film shows the project as it is now."""
    contents: str = ""
    """What a film made now would hold."""
    earlier: tuple[FilmViewModel, ...] = ()


def read_film_page(session: UserSession, project_id: UUID) -> FilmPageViewModel:
    head, storage = head_of(session, project_id), get_storage()
    found = [
        video for video in videos.list_videos(session, project_id) if video.status != JobStatus.CANCELLED
    ]
    newest = found[0] if found else None
    finished = [video for video in found[1:] if video.status == JobStatus.SUCCEEDED]
    others = sizes_of(session, [video.id for video in found])
    replies = labels_by_film(session, [video.id for video in found])
    timeline = timelines.build(session, projects.get(session, project_id)) if head.kept else None
    return FilmPageViewModel(
        head=head,
        current=_newest(_view(newest, others, storage, replies), newest) if newest else FilmViewModel(),
        percent=round(newest.progress * 100) if newest else 0,
        is_current=bool(newest and timeline and videos.timeline_of(newest) == timeline),
        contents=_contents(timeline) if timeline else "",
        earlier=tuple(_view(video, others, storage, replies) for video in finished),
    )


def _contents(timeline: Timeline) -> str:
    return f"{pluralize(len(timeline.shots), 'clip')}, {duration(lay_out(timeline).duration)} long."


def _view(
    video: Video, others: Iterable[Video], storage: Storage, replies: Mapping[UUID, str]
) -> FilmViewModel:
    stage = "making" if video.status in UNFINISHED else "finished" if video.film_key else "failed"
    if is_damaged := videos.is_damaged(video):
        stage = "failed"
    return FilmViewModel(
        id=str(video.id),
        title=video.title,
        stage=stage,
        doing=_doing(video),
        ratio=f"{video.width} / {video.height}",
        film=_film_url(video, storage) if not is_damaged else "",
        poster=poster_url(video, storage),
        download=_film_url(video, storage, videos.file_name(video)) if not is_damaged else "",
        facts=_facts(video),
        problem=DAMAGED if is_damaged else (video.failure or FAILED) if stage == "failed" else "",
        sizes=size_view_models(video, others),
        how_made=disclosure_of(video) if stage == "finished" else [],
        replies=replies.get(video.id, ""),
    )


def _newest(shown: FilmViewModel, video: Video) -> FilmViewModel:
    age = (now() - video.ended_at).total_seconds() if video.ended_at else NEW_SECONDS
    return replace(shown, is_new=shown.stage == "finished" and age < NEW_SECONDS)


def _film_url(video: Video, storage: Storage, download_name: str | None = None) -> str:
    if video.film_key is None:
        return ""
    return storage.url(video.film_key, size_bytes=video.size_bytes, download_name=download_name)


def _doing(video: Video) -> str:
    return (video.stage or "Making the film") if video.status == JobStatus.RUNNING else QUEUED


def _facts(video: Video) -> str:
    facts = [
        duration(to_seconds(video.frames)) if video.frames else "",
        file_size(video.size_bytes) if video.size_bytes else "",
        f"made {time_ago(video.ended_at or video.created_at, now())}",
    ]
    return " · ".join(fact for fact in facts if fact)
