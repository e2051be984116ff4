"""A JSON line carries the ids of what is under way, and what was said, in one line."""

import asyncio
import json
import logging
from uuid import uuid4

from echoes.observability import context
from echoes.observability.event_metrics import handler_of
from echoes.observability.json_logs import json_formatter
from echoes.observability.metrics import OTHER, LabelValues


def line(message: str) -> dict[str, str]:
    record = logging.LogRecord("echoes.jobs", logging.ERROR, __file__, 1, message, (), None)
    text = json_formatter().format(record)
    assert "\n" not in text
    return json.loads(text)  # type: ignore[no-any-return]


async def test_ids_that_a_thread_learns_are_the_requests(data_dir: object) -> None:
    user = uuid4()
    with context.bound(request="r-1", route="/uploads", event="films_state.watch"):
        await asyncio.to_thread(lambda: context.bind(user=context.pseudonym(user)))
        said = line("two\nlines")
    assert said["message"] == "two\nlines"
    assert (said["request"], said["route"], said["level"]) == ("r-1", "/uploads", "error")
    assert said["event"] == "films_state.watch"
    assert said["user"]
    assert str(user) not in json.dumps(said)
    assert "request" not in line("afterwards")


def test_a_label_has_a_limited_number_of_plain_values() -> None:
    values = LabelValues(most=2)
    assert [values.admit(each) for each in ("a", "no plain name", "b", "c", "a")] == [
        "a",
        OTHER,
        "b",
        OTHER,
        "a",
    ]


def test_a_handler_is_named_by_its_state() -> None:
    assert handler_of("reflex___state____state.echoes___x____films_state.watch") == "films_state.watch"
