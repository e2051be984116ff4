"""Queries of the clips step: what the clips step shows, read from the database: one card for each
photo, whatever has become of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from echoes.clips import service as clips
from echoes.clips.estimates import queue_traffic
from echoes.clips.reframing import is_by_camera, reframed_take
from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.first_cut import service as first_cut
from echoes.models import UNFINISHED, Aspect, Clip, JobStatus, Photo, Take, now
from echoes.pages.project.clips.framing.queries import FramedPhoto, framed
from echoes.pages.project.clips.offer import OfferViewModel, read_offer
from echoes.pages.project.clips.stages import doing, percent_of
from echoes.pages.project.queries import Head, head_of
from echoes.photos import service as photos
from echoes.projects import service as projects
from echoes.storage import Storage, get_storage
from echoes.takes.motions import LABELS
from echoes.takes.posters import poster_url

FAILED = "This one did not work out."
ONLY_ANOTHER_PHOTO = frozenset({"asset_invalid"})
NOT_THE_SAME_AGAIN = frozenset({"moderated", "bad_output", "failed"})
"""Failures after which the same once more would fail, or cost, in the same way: another motion may help, or
another photo."""


@dataclass(frozen=True)
class TakeViewModel:
    id: str
    clip: str
    poster: str
    label: str
    is_kept: bool


@dataclass(frozen=True)
class ClipCard:
    """`stage` is still, making, ready, kept or failed. `take` is the one that is shown or under way.

    `is_fresh` says that something newer than the kept take is ready; `is_outdated`, that its photo was
    rotated since, and nothing made of it anew; `problem`, why the last attempt failed, and `remedy`, what may
    help: another photo, or to ask otherwise; `note`, what became of one that was stopped.
    """

    photo: str
    number: int
    name: str
    picture: str
    stage: str = "still"
    clip_id: str = ""
    take: str = ""
    clip: str = ""
    poster: str = ""
    label: str = ""
    problem: str = ""
    remedy: str = ""
    note: str = ""
    is_fresh: bool = False
    is_outdated: bool = False
    is_reframed: bool = False
    """Its owner wants it framed in another way than its clip is."""
    framed: FramedPhoto = field(default_factory=FramedPhoto)
    is_aside: bool = False
    """The first cut left this photo out."""
    takes: list[TakeViewModel] = field(default_factory=list)


@dataclass(frozen=True)
class ClipsPageViewModel:
    head: Head
    cards: list[ClipCard]
    progress: dict[str, int]
    """Percent by take, apart from the cards, so that a step forward sends only itself to the page."""
    doing: dict[str, str]
    """What becomes of each take under way."""
    offer: OfferViewModel
    has_line: bool
    """Somebody waits: their place changes while nothing in the project does."""


def read_clips_page(session: UserSession, project_id: UUID) -> ClipsPageViewModel:
    head, storage = head_of(session, project_id), get_storage()
    by_photo = {clip.photo_id: clip for clip in clips.list_clips(session, project_id)}
    takes: dict[UUID, list[Take]] = defaultdict(list)
    for take in clips.list_takes(session, project_id):
        if take.aspect == head.aspect:
            takes[take.clip_id].append(take)
    cut = first_cut.plan(session, project_id)
    aside = cut.aside if cut.is_prepared else {}
    by_camera = is_by_camera(session)
    cards: list[ClipCard] = []
    under_way: list[list[Take]] = []
    for number, photo in enumerate(photos.list_photos(session, project_id), 1):
        clip = by_photo.get(photo.id)
        attempts = takes[clip.id] if clip else []
        card = _card(photo, number, clip, attempts, storage, Aspect(head.aspect), by_camera)
        cards.append(replace(card, is_aside=photo.id in aside))
        under_way.append([take for take in attempts if take.status in UNFINISHED])
    offer = read_offer(session)
    return ClipsPageViewModel(
        head,
        cards,
        {str(take.id): percent_of(take) for takes in under_way for take in takes},
        _doing(under_way),
        offer,
        any(take.status == JobStatus.WAITING for takes in under_way for take in takes),
    )


def read_clip_card(session: UserSession, project_id: UUID, photo_id: UUID) -> ClipCard:
    """One of them."""
    aspect = projects.get(session, project_id).aspect
    numbered = enumerate(photos.list_photos(session, project_id), 1)
    number, photo = next((pair for pair in numbered if pair[1].id == photo_id), (0, None))
    if photo is None:
        raise NotFound
    clip = next((one for one in clips.list_clips(session, project_id) if one.photo_id == photo_id), None)
    takes = clips.list_takes(session, project_id) if clip else []
    attempts = [take for take in takes if clip and take.clip_id == clip.id and take.aspect == aspect]
    return _card(photo, number, clip, attempts, get_storage(), aspect, is_by_camera(session))


def _doing(under_way: list[list[Take]]) -> dict[str, str]:
    """Of the first take of each photo, which its card shows."""
    if not any(under_way):
        return {}
    now_, seen = now(), queue_traffic()
    return {
        str(takes[0].id): doing(takes[0], seen.estimate(takes[0], now_), len(takes) - 1)
        for takes in under_way
        if takes
    }


def _card(
    photo: Photo,
    number: int,
    clip: Clip | None,
    takes: Sequence[Take],
    storage: Storage,
    aspect: Aspect,
    by_camera: bool,
) -> ClipCard:
    url = storage.url(photo.thumbnail_key)
    card = ClipCard(str(photo.id), number, photo.filename, url, framed=framed(photo, aspect))
    if clip is None:
        return card
    newest = takes[-1] if takes else None
    succeeded = _succeeded(photo, takes)
    stage, take = _stage(clip, takes, succeeded)
    failures = _failures(takes)
    return replace(
        card,
        stage=stage,
        clip_id=str(clip.id),
        take=str(take.id) if take else "",
        clip=storage.url(take.video_key, size_bytes=take.size_bytes) if take and take.video_key else "",
        poster=poster_url(take, storage),
        label=LABELS.get(take.motion, "") if take else "",
        problem=_problem(takes, failures),
        remedy=_remedy(failures),
        note=(newest.failure or "")
        if newest and newest.status == JobStatus.CANCELLED and newest.price
        else "",
        is_fresh=stage == "kept" and succeeded[-1] is not take,
        is_outdated=stage in ("kept", "ready") and succeeded[-1].rotation != photo.rotation,
        is_reframed=by_camera
        and stage in ("kept", "ready")
        and reframed_take(photo, succeeded, clip.approved_take_id) is not None,
        takes=[view for take in succeeded if (view := _view(take, clip, storage))],
    )


def _succeeded(photo: Photo, takes: Sequence[Take]) -> list[Take]:
    """Oldest first, those of the photo as it is rotated now last: the last one is what to look at."""
    succeeded = [take for take in takes if take.status == JobStatus.SUCCEEDED]
    return sorted(succeeded, key=lambda take: take.rotation == photo.rotation)


def _last(takes: Sequence[Take]) -> list[Take]:
    """What was asked for last. Takes that were asked for before had ended when the newest one was written."""
    return [take for take in takes if take.ended_at is None or take.ended_at > takes[-1].created_at]


def _failures(takes: Sequence[Take]) -> list[Take]:
    return [take for take in _last(takes) if take.status == JobStatus.FAILED]


def _problem(takes: Sequence[Take], failures: Sequence[Take]) -> str:
    """Why what was asked for last failed, or some of it."""
    if not failures:
        return ""
    sentence, asked = failures[-1].failure or FAILED, len(_last(takes))
    return sentence if asked == 1 else f"{len(failures)} of {asked} did not work out. {sentence}"


def _remedy(failures: Sequence[Take]) -> str:
    kind = failures[-1].failure_kind if failures else None
    if kind in ONLY_ANOTHER_PHOTO:
        return "photo"
    return "otherwise" if kind in NOT_THE_SAME_AGAIN else ""


def _stage(clip: Clip, takes: Sequence[Take], succeeded: Sequence[Take]) -> tuple[str, Take | None]:
    """What is under way comes first, then what is kept, then what worked last, then a failure."""
    for take in takes:
        if take.status in UNFINISHED:
            return "making", take
    for take in succeeded:
        if take.id == clip.approved_take_id:
            return "kept", take
    if succeeded:
        return "ready", succeeded[-1]
    if takes and takes[-1].status == JobStatus.FAILED:
        return "failed", takes[-1]
    return "still", None


def _view(take: Take, clip: Clip, storage: Storage) -> TakeViewModel | None:
    if not take.video_key:
        return None
    return TakeViewModel(
        id=str(take.id),
        clip=storage.url(take.video_key, size_bytes=take.size_bytes),
        poster=poster_url(take, storage),
        label=LABELS.get(take.motion, ""),
        is_kept=take.id == clip.approved_take_id,
    )
