"""`echoes setup`: ask, write .env, make certificate and database, check, invite the first operator."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.certificates import local_network
from echoes.commands import certificate, doctor
from echoes.commands.setup import asking, env_file, recipes
from echoes.commands.setup.questions import Answers, is_hosted, serves_tls
from echoes.commands.setup.sample_clip import make_sample_clip
from echoes.commands.upgrade import upgrade
from echoes.database import get_database
from echoes.errors import BadInput
from echoes.models import Role
from echoes.settings import Settings, get_settings
from echoes.settings.env_file import CHOICE

OPERATOR_DAYS = 7

Say = Callable[[str], None]
Confirm = Callable[[str], bool]


def set_up(
    file: Path, known: Mapping[str, str], say: Say, confirm: Confirm, *, is_asking: bool, has_clip: bool
) -> bool:
    """Whether all is well. Raises EchoesError before anything is written, and keeps an .env that is there."""
    env_file.require_quiet_environment()
    answers = asking.answered(known, asking.ask_in_terminal if is_asking else None)
    environment = env_file.environment_of(answers)
    if problems := env_file.problems_in(environment):
        raise BadInput("\n".join(["These answers do not go together:", *problems]))
    if file.exists() and not confirm(f"{file} is there already. Keep it beside and write a new one?"):
        say("Nothing was changed.")
        return False
    if kept := env_file.write(file, environment):
        say(f"What stood in {file} is kept in {kept}.")
    say(f"✓ {file} is written. It holds secrets: only you can read it.")
    return _finish(file, answers, say, confirm, has_clip=has_clip)


def _finish(file: Path, answers: Answers, say: Say, confirm: Confirm, *, has_clip: bool) -> bool:
    settings = _settings_of(file)
    if serves_tls(answers):
        local_network.certify(settings.data_dir / local_network.FOLDER, _names(answers))
        certificate.say_to_phones(settings, say)
    upgrade(settings, say, lambda _: True)
    went_well = not has_clip or _try_clip(settings, say, confirm)
    for path in recipes.write(settings.data_dir / "recipes", file, answers, Path(sys.executable)):
        say(f"✓ {path}")
    say("")
    went_well = not doctor.examine(say) and went_well
    if is_hosted(answers):
        say("")
        say(_invite_operator())
    say("")
    say(_how_to_start(settings, file))
    return went_well


def _settings_of(file: Path) -> Settings:
    """From here on this process has them, as the one that is started will."""
    os.environ[CHOICE] = str(file)
    get_settings.cache_clear()
    get_database.cache_clear()
    return get_settings()


def _names(answers: Answers) -> list[str]:
    """The chosen one first: it is the one that passkeys belong to."""
    return list(dict.fromkeys([answers["address"], *local_network.names_of_this_machine()]))


def _try_clip(settings: Settings, say: Say, confirm: Confirm) -> bool:
    costs = "" if settings.provider == "motion" else " The service charges for it."
    return not confirm(f"Make a test clip now?{costs}") or make_sample_clip(settings, say)


def _invite_operator() -> str:
    """Whoever opens it first becomes an operator: it is good once."""
    terms = InvitationTerms(name="First operator", days=OPERATOR_DAYS, role=Role.OPERATOR)
    with get_database().unscoped() as session:
        _, code = invitations.create(session, terms, None)
    return (
        "Once Echoes runs, open this link to become its first operator. It is good once, and for "
        f"{OPERATOR_DAYS} days; give it to nobody:\n  {invitations.address_of(code)}"
    )


def _how_to_start(settings: Settings, file: Path) -> str:
    choice = "" if file.resolve() == (Path.cwd() / ".env") else f"ECHOES_ENV_FILE={file} "
    worker = (
        f"\n  ECHOES_ROLE=worker {choice}{sys.executable} -m echoes.worker" if settings.role == "web" else ""
    )
    return (
        f"To start it: {choice}make run{worker}\n"
        f"To have it run always, take the files in {settings.data_dir / 'recipes'}.\n"
        f"Then open {settings.public_url}"
    )
