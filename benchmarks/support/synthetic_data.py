"""Synthetic data of a service that has run for a quarter of a year: people, takes, films, money.

Everything is made of one seed. Ids are in keeping with times, and balances with entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from echoes.models import (
    UNFINISHED,
    Aspect,
    AuditEntry,
    AuthSession,
    Clip,
    CreditEntry,
    EntryKind,
    JobEvent,
    JobStatus,
    MusicTrack,
    Order,
    OrderState,
    Photo,
    Project,
    Setting,
    Take,
    User,
    Video,
    now,
)

DAYS = 90
EVENTS_OF_A_TAKE = 3
HEAVY_SHARE = 0.1
"""Of all takes and entries, those of the one who uses Echoes most."""
STATUSES = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
WEIGHTS = (90, 8, 2)
FAILURES = ("moderation", "timeout", "provider", "unreachable")
PROVIDERS = ("runway", "motion")
RARE_FAILURE, RARE_PROVIDER = "left_behind", "fal"
FIRST_NAMES = ("Anna", "Bertha", "Carl", "Dora", "Emil", "Frida", "Gustav", "Hedwig", "Ida", "Johann")
LAST_NAMES = ("Ahrens", "Brandt", "Clausen", "Dahl", "Ehlers", "Frank", "Gerdes", "Harms", "Iversen")

Values = dict[str, Any]


@dataclass(slots=True)
class Crowd:
    users: int
    takes: int
    entries: int
    chance: Random = field(default_factory=lambda: Random(6))
    start: datetime = field(default_factory=lambda: now() - timedelta(days=DAYS))
    people: list[UUID] = field(default_factory=list)
    projects: list[UUID] = field(default_factory=list)
    balances: list[int] = field(default_factory=list)

    def moment(self, number: int, of: int) -> datetime:
        """Evenly over the quarter, the last one a moment ago."""
        return self.start + timedelta(days=DAYS) * ((number + 0.5) / of)

    def id_at(self, moment: datetime) -> UUID:
        """A UUIDv7 of that moment."""
        milliseconds = int(moment.timestamp() * 1000)
        bits = self.chance.getrandbits(74)
        return UUID(
            int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0x2 << 62 | bits & ((1 << 62) - 1)
        )

    def somebody(self) -> int:
        """The first of all comes often, others as chance will have it."""
        return 0 if self.chance.random() < HEAVY_SHARE else self.chance.randrange(self.users)


def _like(row: SQLModel) -> Values:
    """All columns of a row, to be changed in some."""
    return {column.name: getattr(row, column.name) for column in sa.inspect(type(row)).columns}


def ids_of(crowd: Crowd, count: int) -> list[tuple[UUID, datetime]]:
    moments = (crowd.moment(number, count) for number in range(count))
    return [(crowd.id_at(moment), moment) for moment in moments]


def users_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(User(issuer="benchmark", subject="", name=""))
    for number, (user_id, moment) in enumerate(ids_of(crowd, crowd.users)):
        crowd.people.append(user_id)
        name = f"{crowd.chance.choice(FIRST_NAMES)} {crowd.chance.choice(LAST_NAMES)}"
        yield like | {
            "id": user_id, "created_at": moment, "subject": str(number), "name": name,
            "email": f"person{number}@example.org", "referral_code": f"code{number}",
            "referred_by_id": crowd.people[0] if number % 50 == 49 else None,
        }  # fmt: skip
    crowd.balances = [0] * crowd.users


def sessions_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(AuthSession(user_id=crowd.people[0], token_hash="", expires_at=now(), user_agent="Firefox"))
    for number, (row_id, moment) in enumerate(ids_of(crowd, crowd.users)):
        owner = crowd.people[crowd.somebody()]
        yield like | {"id": row_id, "created_at": moment, "user_id": owner, "token_hash": f"hash{number}"}


def projects_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(Project(owner_id=crowd.people[0], title="Summer"))
    for owner, (row_id, moment) in zip(crowd.people, ids_of(crowd, crowd.users), strict=True):
        crowd.projects.append(row_id)
        yield like | {"id": row_id, "created_at": moment, "updated_at": moment, "owner_id": owner}


def _owner(crowd: Crowd, number: int) -> int:
    """Of a clip: two for each project."""
    return number // 2 % crowd.users


def photos_of(crowd: Crowd, clips: list[tuple[UUID, datetime]]) -> Iterator[Values]:
    like = _like(
        Photo(
            owner_id=crowd.people[0], project_id=crowd.projects[0], filename="a.jpg", width=4000, height=3000,
            size_bytes=3_000_000, master_key="", thumbnail_key="",
        )
    )  # fmt: skip
    for number, (row_id, moment) in enumerate(clips):
        owner = _owner(crowd, number)
        yield like | {
            "id": row_id, "created_at": moment, "owner_id": crowd.people[owner],
            "project_id": crowd.projects[owner], "master_key": f"{owner}/photos/{row_id}.jpg",
        }  # fmt: skip


def clips_of(crowd: Crowd, clips: list[tuple[UUID, datetime]]) -> Iterator[Values]:
    like = _like(
        Clip(owner_id=crowd.people[0], project_id=crowd.projects[0], photo_id=clips[0][0], position=0)
    )
    for number, (row_id, moment) in enumerate(clips):
        owner = _owner(crowd, number)
        yield like | {
            "id": row_id, "created_at": moment, "owner_id": crowd.people[owner],
            "project_id": crowd.projects[owner], "photo_id": row_id,
        }  # fmt: skip


def takes_of(crowd: Crowd, clips: list[Any], takes: list[Any]) -> Iterator[Values]:
    like = _like(
        Take(
            owner_id=crowd.people[0], clip_id=clips[0][0], provider="runway", model="gen4_turbo",
            motion="push_in", aspect=Aspect.WIDE, price=1, prompt="A treasured family photograph " * 8,
            size_bytes=2_000_000, frames=120, provider_cost=25.0, profile_version=1,
        )
    )  # fmt: skip
    for number, (row_id, moment) in enumerate(takes):
        owner = crowd.somebody()
        clip = owner * 2 + number % 2
        status, failure = _end(crowd, number, len(takes))
        is_rare = number == len(takes) // 3
        yield like | {
            "id": row_id, "created_at": moment, "owner_id": crowd.people[owner], "clip_id": clips[clip][0],
            "provider": RARE_PROVIDER if is_rare else crowd.chance.choice(PROVIDERS),
            "status": status, "failure_kind": failure, "failure": "It failed." if failure else None,
            "started_at": moment + timedelta(seconds=5), "video_key": f"{owner}/takes/{row_id}.mp4",
            "ended_at": None if status in UNFINISHED else moment + timedelta(seconds=60),
        }  # fmt: skip


def costs_of(crowd: Crowd, takes: list[Any]) -> Iterator[Values]:
    for row_id, moment in takes:
        yield {
            "id": row_id, "created_at": moment, "provider": crowd.chance.choice(PROVIDERS), "credits": 25.0,
        }  # fmt: skip


def _end(crowd: Crowd, number: int, of: int) -> tuple[JobStatus, str | None]:
    """The last ones wait or run; one long ago failed of what nothing else failed of."""
    if number >= of - of // 1000 - 2:
        return (JobStatus.WAITING if number % 4 else JobStatus.RUNNING), None
    if number == of // 3:
        return JobStatus.FAILED, RARE_FAILURE
    status = crowd.chance.choices(STATUSES, WEIGHTS)[0]
    return status, crowd.chance.choice(FAILURES) if status == JobStatus.FAILED else None


def events_of(crowd: Crowd, takes: list[Any]) -> Iterator[Values]:
    like = _like(JobEvent(owner_id=crowd.people[0], subject_id=takes[0][0], message="sent to the provider"))
    for subject, moment in takes:
        for step in range(EVENTS_OF_A_TAKE):
            when = moment + timedelta(seconds=step)
            data = {"call": "POST /v1/image_to_video", "seconds": 0.4, "step": step}
            yield like | {"id": crowd.id_at(when), "created_at": when, "subject_id": subject, "data": data}


def videos_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(
        Video(
            owner_id=crowd.people[0], project_id=crowd.projects[0], title="Summer 1987", width=1280,
            height=720, timeline={"shots": [{"clip": f"clip{number}"} for number in range(20)]},
            size_bytes=40_000_000,
        )
    )  # fmt: skip
    for number, (row_id, moment) in enumerate(ids_of(crowd, crowd.users)):
        owner, status = crowd.somebody(), STATUSES[number % 50 // 48]
        yield like | {
            "id": row_id, "created_at": moment, "owner_id": crowd.people[owner],
            "project_id": crowd.projects[owner], "status": status, "ended_at": moment,
            "failure_kind": "compiler" if status == JobStatus.FAILED else None,
        }  # fmt: skip


def orders_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(Order(credits=5, price_cents=1500, currency="usd", state=OrderState.PAID))
    for number, (row_id, moment) in enumerate(ids_of(crowd, crowd.users * 2)):
        state = OrderState.PENDING if number % 400 == 399 else OrderState.PAID
        owner = crowd.people[crowd.somebody()]
        yield like | {"id": row_id, "created_at": moment, "owner_id": owner, "state": state}


def entries_of(crowd: Crowd, takes: list[Any]) -> Iterator[Values]:
    like = _like(CreditEntry(owner_id=None, kind=EntryKind.GRANT, reference="", amount=1, balance_after=0))
    for number in range(crowd.entries):
        owner, moment = crowd.somebody(), crowd.moment(number, crowd.entries)
        spends = crowd.balances[owner] > 0
        crowd.balances[owner] += -1 if spends else 5
        take = takes[number % len(takes)][0]
        yield like | {
            "id": crowd.id_at(moment), "created_at": moment, "owner_id": crowd.people[owner],
            "kind": EntryKind.GENERATION if spends else EntryKind.PURCHASE, "reference": f"made:{number}",
            "amount": -1 if spends else 5, "balance_after": crowd.balances[owner],
            "note": "A clip of harbour.jpg" if spends else "5 credits", "subject_id": take,
        }  # fmt: skip


def audit_entries_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(AuditEntry(actor_name="Olga", action="credits", before={"balance": 1}, after={"balance": 2}))
    for row_id, moment in ids_of(crowd, crowd.users):
        yield like | {"id": row_id, "created_at": moment, "subject_id": crowd.people[crowd.somebody()]}


def settings_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(Setting(name="prompting", version=1, value={"template": "A photograph. {motion} Slowly."}))
    for number, (row_id, moment) in enumerate(ids_of(crowd, 200)):
        yield like | {"id": row_id, "created_at": moment, "version": number + 1}


def tracks_of(crowd: Crowd) -> Iterator[Values]:
    like = _like(
        MusicTrack(title="A piece", duration=90.0, size_bytes=3_000_000, audio_key="", media_type="audio/mp4")
    )
    for number, (row_id, moment) in enumerate(ids_of(crowd, 50)):
        key = f"library/music/{row_id}.m4a"
        yield like | {"id": row_id, "created_at": moment, "position": number, "audio_key": key}
