"""Cleanup of buckets: invocations nobody waits for, old segments, and what a project may not keep."""

from datetime import timedelta
from pathlib import Path

import pytest

from echoes.engine import shared_cleanup
from echoes.engine.cleanup import delete_orphaned_files
from echoes.engine.shared_cleanup import clean_up_shared
from echoes.models import new_id
from echoes.projects.segment_cache import forget_rendered
from echoes.storage import get_storage
from tests.support.aws.lambdas import DeployedFunction

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_lambda")]


def put(folder: Path, key: str, size: int = 10) -> str:
    path = folder / "object"
    path.write_bytes(b"x" * size)
    get_storage().put(key, path)
    return key


def test_what_is_young_stays(tmp_path: Path) -> None:
    keys = [
        put(tmp_path, f"invocations/{'a' * 40}/request.json"),
        put(tmp_path, f"segments/{new_id()}/b.piece"),
    ]
    clean_up_shared()
    assert all(map(get_storage().exists, keys))


def test_what_is_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        put(tmp_path, f"invocations/{'b' * 40}/status.json"),
        put(tmp_path, f"segments/{new_id()}/c.piece"),
    ]
    monkeypatch.setattr(shared_cleanup, "INVOCATION_AGE", timedelta(seconds=-5))
    monkeypatch.setattr(shared_cleanup, "SEGMENT_AGE", timedelta(seconds=-5))
    assert clean_up_shared() >= 2
    assert not any(map(get_storage().exists, keys))


def test_a_project_keeps_what_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_id()
    keys = [put(tmp_path, f"segments/{project}/{name}.piece", 400) for name in "abc"]
    monkeypatch.setattr(shared_cleanup, "LARGEST_CACHE", 900)
    clean_up_shared()
    assert sum(map(get_storage().exists, keys)) == 2


def test_pieces_go_with_their_project_alone(tmp_path: Path, in_lambda: DeployedFunction) -> None:
    project, other = new_id(), new_id()
    put(tmp_path, f"segments/{project}/a.piece")
    kept = put(tmp_path, f"segments/{other}/a.piece")
    forget_rendered(project)
    assert in_lambda.keys(f"segments/{project}") == set()
    assert get_storage().exists(kept)


@pytest.mark.usefixtures("database")
def test_they_are_no_orphans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("echoes.engine.cleanup.ORPHAN_AGE", timedelta(seconds=-5))
    key = put(tmp_path, f"segments/{new_id()}/d.piece")
    delete_orphaned_files()
    assert get_storage().exists(key)
