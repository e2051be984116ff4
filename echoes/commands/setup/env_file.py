"""The .env file of the guided first start: written whole, for its owner alone; an earlier one is kept."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from echoes.certificates.pem import write_secret
from echoes.commands.setup.questions import QUESTIONS, Answers, Environment, is_hosted
from echoes.errors import BadInput
from echoes.models import now
from echoes.settings.checks import problems_of
from echoes.settings.env_file import PREFIX
from echoes.settings.fields import Settings
from echoes.settings.secret_strength import is_weak_secret

HEAD = "# Settings of Echoes, written by `echoes setup`. All others, with what they are for: .env.example\n"
PLAIN = re.compile(r"[A-Za-z0-9_./:@,+-]*", re.ASCII)


def environment_of(answers: Answers) -> Environment:
    """Variables, without their prefix, in the order of the questions."""
    found: Environment = {}
    for question in QUESTIONS:
        if question.name in answers:
            found |= question.sets(answers[question.name], answers)
    return found | ({"SECRET_KEY": _secret_key()} if is_hosted(answers) else {})


def problems_in(environment: Mapping[str, str]) -> list[str]:
    """As the start would say them."""
    values = {name.lower(): value for name, value in environment.items()}
    try:
        return problems_of(Settings(**values))  # type: ignore[arg-type]
    except ValidationError as error:
        return [f"{PREFIX}{each['loc'][0]}: {each['msg']}".upper() for each in error.errors()]


def write(file: Path, environment: Mapping[str, str]) -> Path | None:
    """Where the earlier file is kept, if there was one."""
    kept = None
    if file.exists():
        kept = file.with_name(f"{file.name}.before-{now():%Y%m%dT%H%M%SZ}")
        write_secret(kept, file.read_bytes())
    lines = "".join(f"{PREFIX}{name}={quoted(value)}\n" for name, value in environment.items())
    write_secret(file, (HEAD + lines).encode())
    return kept


def quoted(value: str) -> str:
    """As python-dotenv reads it back: in single quotes all but these and backslashes stand for themselves."""
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def require_quiet_environment() -> None:
    """What the environment sets would win over the file, unseen. Raises BadInput."""
    ours = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    if loud := sorted(ours & set(os.environ)):
        raise BadInput(f"The environment sets {', '.join(loud)}, which would win over .env: unset it first.")


def _secret_key() -> str:
    while is_weak_secret(made := secrets.token_urlsafe(48)):
        pass
    return made
