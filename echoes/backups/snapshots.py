"""Snapshots in a backup target: a database, the list of its files, and a manifest, which is written last."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from echoes.errors import BadInput, NotFound
from echoes.storage.base import Storage, every_file
from echoes.storage.copying import FileFact, copy_out, fact_of_path

SNAPSHOTS = "snapshots"
STAMP = "%Y%m%dt%H%M%Sz"
MANIFEST, FILE_LIST, SECRET, KEYS = "manifest.json", "files.gz", "secret.key", "keys.tar"
NONE_YET = "There is no complete backup in {}."
NOT_THERE = "There is no backup {} in {}, or it is not complete."


class UnusableSnapshot(BadInput):
    """A snapshot that is damaged, or written by a newer version."""

    code = "unusable_snapshot"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The backup {name} cannot be used: {reason}.")


class Member(BaseModel):
    """A file of the snapshot itself."""

    model_config = ConfigDict(frozen=True)
    name: str
    size: int
    sha256: str


class SnapshotManifest(BaseModel):
    """What a snapshot holds. Without one it is none: its writer was killed."""

    model_config = ConfigDict(frozen=True)
    format: Literal[1] = 1
    made_at: datetime
    engine: Literal["sqlite", "postgresql"]
    database: Member
    file_list: Member
    secret: Member | None = None
    keys: Member | None = None
    """`backups.key_folders`; None of a snapshot from before it."""
    rows: dict[str, int]
    """Of each table, at the moment of the copy."""
    files: int
    file_bytes: int
    lost: list[str]
    """What the database names and no storage has any more, because of some accident before."""
    are_files_copied: bool

    @property
    def members(self) -> list[Member]:
        return [self.database, self.file_list, *(one for one in (self.secret, self.keys) if one)]


def new_name(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(STAMP)


def moment_of(name: str) -> datetime:
    """Raises ValueError for what is no name of a snapshot."""
    return datetime.strptime(name, STAMP).replace(tzinfo=UTC)


def key_of(name: str, member: str) -> str:
    return f"{SNAPSHOTS}/{name}/{member}"


def members_of_all(storage: Storage) -> dict[str, set[str]]:
    """What is there of each snapshot, also of one that is not complete."""
    found: dict[str, set[str]] = {}
    for file in every_file(storage, f"{SNAPSHOTS}/"):
        _, name, member = file.key.split("/")
        if _is_name(name):
            found.setdefault(name, set()).add(member)
    return found


def complete(storage: Storage) -> list[str]:
    """Names of the snapshots that count, oldest first."""
    return sorted(name for name, members in members_of_all(storage).items() if MANIFEST in members)


def newest(storage: Storage, place: str) -> str:
    """Raises BadInput when there is none."""
    if not (names := complete(storage)):
        raise BadInput(NONE_YET.format(place))
    return names[-1]


def put_member(storage: Storage, name: str, member: str, path: Path) -> Member:
    """Takes the file over."""
    fact = fact_of_path(path)
    storage.put(key_of(name, member), path)
    return Member(name=member, size=fact.size, sha256=fact.sha256)


def read_manifest(storage: Storage, name: str, place: str) -> SnapshotManifest:
    """Raises BadInput."""
    if not _is_name(name):
        raise BadInput(NOT_THERE.format(name, place))
    try:
        with storage.open(key_of(name, MANIFEST)) as file:
            return SnapshotManifest.model_validate_json(file.read())
    except NotFound as error:
        raise BadInput(NOT_THERE.format(name, place)) from error
    except ValidationError as error:
        raise UnusableSnapshot(name, "its manifest is damaged, or of a newer version of Echoes") from error


def fetch_member(storage: Storage, name: str, member: Member, target: Path) -> Path:
    """A copy on this machine, compared with the manifest. Raises UnusableSnapshot."""
    try:
        fact = copy_out(storage, key_of(name, member.name), target)
    except NotFound as error:
        raise UnusableSnapshot(name, f"{member.name} is missing") from error
    if fact != FileFact(member.size, member.sha256):
        raise UnusableSnapshot(name, f"{member.name} has changed since it was written")
    return target


def write_file_list(facts: dict[str, FileFact], path: Path) -> None:
    with gzip.open(path, "wt", encoding="ascii", compresslevel=6) as file:
        file.writelines(f"{key} {facts[key].size} {facts[key].sha256}\n" for key in sorted(facts))


def read_file_list(
    storage: Storage, name: str, manifest: SnapshotManifest, scratch: Path
) -> dict[str, FileFact]:
    """Raises UnusableSnapshot."""
    path = fetch_member(storage, name, manifest.file_list, scratch / f"{name}-{FILE_LIST}")
    with gzip.open(path, "rt", encoding="ascii") as file:
        lines = [line.rstrip("\n").split(" ") for line in file]
    path.unlink()
    return {key: FileFact(int(size), sha256) for key, size, sha256 in lines}


def _is_name(text: str) -> bool:
    try:
        return new_name(moment_of(text)) == text
    except ValueError:
        return False
