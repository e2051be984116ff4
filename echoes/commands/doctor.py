"""`echoes doctor`, diagnostics: what is needed, whether it is there, and what to do when it is not."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from echoes.commands import backup_checks, certificate_checks, machine_checks, service_checks
from echoes.commands.findings import Finding, Problem
from echoes.settings import Settings, SettingsError, env_file, load_settings

SHORTEST_SECRET = 4
HIDDEN = "•••"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    look: Callable[[Settings], Awaitable[str]]


CHECKS = (
    Check("Address", machine_checks.address),
    Check("Database", machine_checks.database),
    Check("Storage", machine_checks.storage),
    Check("Backups", backup_checks.backups),
    Check("FFmpeg", machine_checks.ffmpeg),
    Check("Lambda", service_checks.renderer),
    Check("Content Credentials", certificate_checks.content_credentials),
    Check("Https", certificate_checks.https),
    Check("Provider", service_checks.provider),
    Check("Payments", service_checks.payments),
    Check("Sign-in", service_checks.sign_in),
    Check("Mail", service_checks.mail),
    Check("Redis", service_checks.redis),
)


def examine(say: Say) -> bool:
    """Says a line for each check; True when something is wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for sentence in str(error).splitlines():
            say(
                Finding(
                    "Settings", sentence, "Set it in the environment or in .env, then run this again."
                ).line
            )
        say("The other checks run once the settings are right.")
        return True
    with _quietly():
        findings = asyncio.run(_look(settings))
    for finding in findings:
        say(without_secrets(finding.line, settings))
    return any(finding.advice for finding in findings)


@contextmanager
def _quietly() -> Iterator[None]:
    """What libraries have to say, the findings say in words."""
    loudest = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(loudest)


async def _look(settings: Settings) -> list[Finding]:
    served = "pages and jobs" if settings.role == "all" else f"{settings.role} only"
    facts = f"{settings.mode} mode, {served}, {settings.public_url}, data in {settings.data_dir}"
    if file := env_file.find():
        facts += f", with what {file} sets"
    return [Finding("Settings", facts), *[await _find(check, settings) for check in CHECKS]]


async def _find(check: Check, settings: Settings) -> Finding:
    """Whatever goes wrong here is what was asked for."""
    try:
        return Finding(check.name, await check.look(settings))
    except Problem as problem:
        return Finding(check.name, problem.reason, problem.advice)
    except Exception as error:
        return Finding(
            check.name, f"{type(error).__name__}: {error}", "This was unexpected. Please report it."
        )


def without_secrets(text: str, settings: Settings) -> str:
    """Services repeat in their answers what they were sent."""
    for secret in sorted(_secrets(settings), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(settings: Settings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and len(value.get_secret_value()) >= SHORTEST_SECRET:
            yield value.get_secret_value()
    smtp = settings.smtp_url.get_secret_value()
    for address in (settings.database_url, settings.app_database_url, settings.redis_url, smtp):
        if password := urlsplit(address).password:
            yield from {password, unquote(password)}
