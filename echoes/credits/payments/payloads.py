"""Parse webhook payloads: what is an event at all, and fit to be stored."""

import json
import math
from collections.abc import Mapping
from typing import Any

from echoes.credits.payments.orders import UnusablePayment
from echoes.credits.payments.stripe import text

DEEPEST = 40
PERSONAL = {
    "billing_details", "customer_details", "customer_email", "collected_information", "receipt_email",
    "shipping", "shipping_details", "evidence",
}  # fmt: skip
"""Names and addresses of those who pay: we neither need nor keep them."""


def parse(body: bytes) -> dict[str, Any]:
    """The event of this body; raises UnusablePayment."""
    try:
        said = json.loads(body, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UnusablePayment(f"it is not JSON ({type(error).__name__})") from error
    return readable(said)


def readable(event: object) -> dict[str, Any]:
    """What is an event at all; raises UnusablePayment."""
    if not isinstance(event, dict):
        raise UnusablePayment("it is JSON but not an event")
    if not (text(event.get("type")) or "").strip() or not event["type"].isprintable():
        raise UnusablePayment("it does not say what kind it is")
    if not object_of(event):
        raise UnusablePayment("it does not say what it is about")
    if _is_deep(event):
        raise UnusablePayment("it is nested more deeply than any event")
    return event


def object_of(event: Mapping[str, Any]) -> dict[str, Any]:
    data = event.get("data")
    found = data.get("object") if isinstance(data, Mapping) else None
    return found if isinstance(found, dict) else {}


def without_personal_data(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_personal_data(part) for name, part in value.items() if name not in PERSONAL}
    return [without_personal_data(part) for part in value] if isinstance(value, list) else value


def _is_deep(value: object) -> bool:
    """Level by level: a call for each would end where Python's patience does."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for part in level for inner in _within(part)]
    return bool(level)


def _within(part: Any) -> list[Any]:
    inner = part.values() if isinstance(part, dict) else part
    return [one for one in inner if isinstance(one, dict | list)]


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number} is too large a number")
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
