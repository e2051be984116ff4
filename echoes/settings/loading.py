"""Settings loader: the environment and the .env file, and in sentences all that is wrong with them."""

import re
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from echoes.errors import InternalError
from echoes.settings import env_file
from echoes.settings.checks import problems_of
from echoes.settings.fields import Settings

NUMBER = re.compile(r"[-+]?[0-9._eE+-]{1,20}|[-+]?(?:inf|infinity|nan)", re.ASCII | re.IGNORECASE)


class SettingsError(InternalError):
    """The environment is not fit to start with; the message lists every reason, one a line."""

    code = "settings"


def load_settings() -> Settings:
    """Read and judge the environment and .env; raises SettingsError with every problem in them."""
    file = env_file.read()
    try:
        settings = Settings(**file.values)  # type: ignore[arg-type]  # as text, like the environment's
    except ValidationError as error:
        raise SettingsError("\n".join(file.problems + _all_problems(error, file.values))) from error
    if problems := file.problems + problems_of(settings):
        raise SettingsError("\n".join(problems))
    return settings


@cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()


def _all_problems(error: ValidationError, from_file: dict[str, str]) -> list[str]:
    """Those of single values, and of the rest, which is judged as if the wrong ones were not set."""
    wrong = {_variable(problem["loc"]): problem for problem in error.errors()}
    said = [_sentence(name, problem) for name, problem in wrong.items()]
    if "ECHOES_MODE" in wrong:
        return said
    defaults = {
        name: field.default
        for name, field in Settings.model_fields.items()
        if f"ECHOES_{name.upper()}" in wrong
    }
    others = problems_of(Settings(**from_file | defaults))
    return said + [sentence for sentence in others if sentence.split()[0] not in wrong]


def _sentence(name: str, problem: ErrorDetails) -> str:
    range_ = _range_of(name)
    if range_ and problem["type"] != "value_error":
        return f"{name} must be {range_}{_given(problem['input'])}."
    if problem["type"] == "literal_error":
        return f"{name} must be {problem['ctx']['expected'].replace(chr(39), '').lstrip(', ')}."
    return f"{name} {problem['msg'].removeprefix('Value error, ').removesuffix('.')}."


def _range_of(name: str) -> str:
    """In words; empty for what is no number."""
    field = Settings.model_fields.get(name.removeprefix("ECHOES_").lower())
    bounds: dict[str, Any] = {}
    for fact in field.metadata if field else ():
        bounds |= {side: getattr(fact, side) for side in ("ge", "le") if hasattr(fact, side)}
    if field is None or len(bounds) != 2:
        return ""
    kind = "a whole number" if field.annotation is int else "a number"
    return f"{kind} from {bounds['ge']:,} to {bounds['le']:,}"


def _given(value: object) -> str:
    """Only what looks like a number is repeated: somebody may have put a secret in the wrong place."""
    text = str(value).strip()
    return f", and is {text}" if NUMBER.fullmatch(text) else ""


def _variable(location: tuple[int | str, ...]) -> str:
    return "ECHOES_" + "_".join(map(str, location)).upper().removeprefix("ECHOES_")
