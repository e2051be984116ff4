"""From the tap to the provider and the compiler in one trace, over a restart, and no person in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from echoes.database import Database, get_database
from echoes.models import Photo
from echoes.providers import active, price_of
from tests.support.databases.fresh import forget
from tests.support.jobs.making import fund
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.traces import collected_spans
from tests.support.standins.runway import RunwayStandIn

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def spans() -> Iterator[tuple[dict[str, str], list[Span]]]:
    with collected_spans() as collected:
        yield collected


@pytest.fixture
def database(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Where any worker takes up the jobs of one that is gone, and soon."""
    monkeypatch.setenv("ECHOES_WORKER_LEASE_SECONDS", "2")
    forget()
    return get_database()


@contextmanager
def traced(exporting: dict[str, str], *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.observability.traced_process", *map(str, arguments)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | exporting,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.postgres
def test_one_trace_from_tap_to_film_over_a_restart_in_mid_job(
    database: Database, runway: RunwayStandIn, photos: list[Photo], spans: tuple[dict[str, str], list[Span]]
) -> None:
    exporting, received = spans
    photo = photos[0]
    with database.reading() as session:
        fund(database, photo.owner_id, price_of(session, *active(session)))
    runway.script.held = True
    with traced(exporting, "begin", photo.owner_id, photo.id):
        wait_for(lambda: polled(runway), "the provider to be asked")
    runway.script.held = False
    with traced(exporting, "finish", photo.owner_id, photo.project_id) as second:
        said, _ = second.communicate(timeout=PATIENCE)
    assert said.endswith("succeeded None succeeded None"), said
    assert len(runway.memory.jobs) == 1, "it was paid for once"
    assert {"generate_take", "conform_take", "GET", "compiler conform"} <= names_in("tap", received)
    assert {"compile_film", "compiler render"} <= names_in("film tap", received)
    stored = [span for span in received if span.name == "storage put"]
    facts = [{each.key: each.value for each in span.attributes} for span in stored]
    assert {fact["storage.kind"].string_value for fact in facts} == {"raw", "takes", "films"}
    assert all(fact["storage.bytes"].int_value > 0 for fact in facts)
    assert not [span for span in received if str(photo.owner_id) in str(span)]
    assert not [span for span in received if "?" in str(span.attributes)]


def polled(runway: RunwayStandIn) -> bool:
    """The provider was asked how far it is, and so the job is in its middle."""
    return any("/v1/tasks/" in str(request) for request in runway.memory.requests)


def names_in(first: str, received: list[Span]) -> set[str]:
    """Of all spans in the trace that this one began."""
    (tap,) = [span for span in received if span.name == first]
    return {span.name for span in received if span.trace_id == tap.trace_id}
