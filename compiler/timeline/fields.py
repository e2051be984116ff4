"""Request validation, field by field: every value checked, every refusal names the field."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from compiler.errors import BadRequest

LONGEST_SECONDS = 6 * 3600.0

Item = TypeVar("Item")


class Fields:
    """One JSON object of a request. `finish` refuses what nobody asked for."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, Mapping):
            raise BadRequest(f"{where or 'the request'} must be a JSON object.")
        self._values = value
        self._where = where
        self._read: set[str] = set()

    def name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def take(self, key: str) -> Any:
        self._read.add(key)
        return self._values.get(key)

    def text(self, key: str, longest: int = 4096) -> str:
        value = self.optional_text(key, longest)
        if not value:
            raise BadRequest(f"{self.name(key)} is missing: it must be text.")
        return value

    def optional_text(self, key: str, longest: int = 4096) -> str | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > longest or "\0" in value or not _is_writable(value):
            raise BadRequest(f"{self.name(key)} must be text of at most {longest} characters.")
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self.optional_number(key, least, most)
        return default if value is None else value

    def optional_number(self, key: str, least: float, most: float) -> float | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise BadRequest(f"{self.name(key)} must be a number from {least:g} to {most:g}.")
        return float(value)

    def optional_whole(self, key: str, least: int, most: int) -> int | None:
        value = self.optional_number(key, least, most)
        if value is None:
            return None
        if value != int(value):
            raise BadRequest(f"{self.name(key)} must be a whole number.")
        return int(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadRequest(f"{self.name(key)} must be true or false.")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.optional_text(key)
        if value is None:
            return default
        if value not in choices:
            raise BadRequest(f"{self.name(key)} must be one of {', '.join(choices)}, not “{value[:40]}”.")
        return value

    def size(self, key: str) -> tuple[int, int] | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, list | tuple) or len(value) != 2 or not all(map(_is_side, value)):
            raise BadRequest(f"{self.name(key)} must be two even whole numbers from 16 to 4096.")
        return int(value[0]), int(value[1])

    def each(self, key: str, read: Callable[[Any, str], Item], most: int) -> list[Item]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or len(value) > most:
            raise BadRequest(f"{self.name(key)} must be a list of at most {most} entries.")
        return [read(entry, f"{self.name(key)}[{index}]") for index, entry in enumerate(value)]

    def object(self, key: str, read: Callable[[Any, str], Item]) -> Item | None:
        value = self.take(key)
        return None if value is None else read(value, self.name(key))

    def finish(self) -> None:
        unknown = sorted(str(key) for key in self._values if key not in self._read)
        if unknown:
            where = self._where or "the request"
            raise BadRequest(f"{where} has an unknown field: {', '.join(unknown)[:200]}.")


def _is_side(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 16 <= value <= 4096 and value % 2 == 0


def _is_writable(text: str) -> bool:
    """JSON can hold halves of characters; only those that stand for the bytes of a path mean something."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
