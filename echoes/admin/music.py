"""Music library administration: the music that everybody may use, brought in, named, sorted, hidden."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from echoes.admin.audit import Operator, record
from echoes.database import get_database
from echoes.errors import BadInput, NotFound
from echoes.models import MusicTrack
from echoes.music.analysis import analyse
from echoes.music.processing import MEDIA_TYPE, analysis_turn, transcode_in_sandbox
from echoes.storage import delete_unnamed, get_storage, new_key
from echoes.text.validation import is_shown

LONGEST_TITLE, LONGEST_MOOD, LONGEST_LICENCE = 80, 40, 400


def tracks(session: Session) -> list[MusicTrack]:
    """Hidden ones too, in the order in which people see them."""
    library = select(MusicTrack).where(col(MusicTrack.owner_id).is_(None))
    return list(session.exec(library.order_by(col(MusicTrack.position), col(MusicTrack.id))))


async def add(
    operator: Operator,
    piece: UUID,
    source: Path,
    filename: str,
    values: dict[str, str],
    use_sound: bool = False,
) -> None:
    """From a whole file. Its loudness and its beats are found once, here. Raises BadMusic or BadInput, and
    MusicVideo unless the sound of a video is wanted.

    The track has the id that its form came with, so that the same form, sent twice, brings in one.
    """
    words = checked(values)
    if await asyncio.to_thread(_is_in, piece):
        return
    async with transcode_in_sandbox(operator.id, source, filename, use_sound) as (m4a, duration):
        async with analysis_turn(operator.id, duration):
            facts = await analyse(m4a)
        track = MusicTrack(
            id=piece,
            duration=duration,
            size_bytes=m4a.stat().st_size,
            audio_key=new_key(None, "music", "m4a"),
            media_type=MEDIA_TYPE,
            title=words["title"],
            mood=words["mood"],
            licence=words["licence"],
            **facts,
        )
        await asyncio.to_thread(_keep, operator, track, m4a)


def change(
    session: Session, operator: Operator, track_id: UUID, values: dict[str, str], is_hidden: bool
) -> None:
    track = _get(session, track_id)
    before = _said(track)
    for name, value in checked(values).items():
        setattr(track, name, value)
    track.is_hidden = is_hidden
    if _said(track) != before:
        record(session, operator, "music", track_id, before=before, after=_said(track))


def move(session: Session, operator: Operator, track_id: UUID, steps: int) -> None:
    """Up in the row with -1, down with 1; at an end nothing changes."""
    row = tracks(session)
    place = next((number for number, track in enumerate(row) if track.id == track_id), None)
    if place is None:
        raise NotFound("This piece of music is no longer there.")
    target = max(0, min(place + steps, len(row) - 1))
    row.insert(target, row.pop(place))
    for position, track in enumerate(row):
        track.position = position
    if target != place:
        record(session, operator, "move music", track_id, before={"place": place}, after={"place": target})


def checked(values: dict[str, str]) -> dict[str, str]:
    longest = {"title": LONGEST_TITLE, "mood": LONGEST_MOOD, "licence": LONGEST_LICENCE}
    words = {name: " ".join(values.get(name, "").split()) for name in longest}
    if not is_shown(words["title"]):
        raise BadInput("A piece of music needs a title.")
    for name, most in longest.items():
        if len(words[name]) > most:
            raise BadInput(f"The {name} can have up to {most} characters.")
    return words


def _keep(operator: Operator, track: MusicTrack, m4a: Path) -> None:
    """The file first: a row never names one that is not there."""
    key, piece = track.audio_key, track.id
    try:
        get_storage().put(key, m4a)
        with get_database().unscoped() as session:
            last = select(func.max(MusicTrack.position)).where(col(MusicTrack.owner_id).is_(None))
            track.position = (session.exec(last).one() or 0) + 1
            session.add(track)
            session.flush()
            record(session, operator, "add music", track.id, after=_said(track))
    except BaseException as error:
        delete_unnamed([key])
        # The same form was under way twice, and the other one was quicker.
        if not (isinstance(error, IntegrityError) and _is_in(piece)):
            raise


def _is_in(piece: UUID) -> bool:
    with get_database().reading() as session:
        return session.get(MusicTrack, piece) is not None


def _said(track: MusicTrack) -> dict[str, Any]:
    return {
        "title": track.title, "mood": track.mood, "licence": track.licence, "is_hidden": track.is_hidden,
    }  # fmt: skip


def _get(session: Session, track_id: UUID) -> MusicTrack:
    track = session.get(MusicTrack, track_id)
    if track is None or track.owner_id is not None:
        raise NotFound("This piece of music is no longer there.")
    return track
