"""Questions of the guided first start, and the settings that their answers become: one row each.

A new setting that somebody must choose at the start is a row of QUESTIONS; nothing else knows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from echoes.certificates import local_network
from echoes.settings.fields import Settings
from echoes.settings.sections.sign_in import EMAIL, OPENID, PASSKEY, domains_in, is_domain
from echoes.settings.urls import is_loopback, problems_of_origin

INVITATION = "invitation"
COMPUTER, HOME, SERVER, SERVICE = "computer", "home", "server", "service"
YES, NO = "yes", "no"
CERTIFICATE = f"{local_network.FOLDER}/{local_network.SERVER}"

Answers = Mapping[str, str]
Environment = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is what a flag calls it. `sets` gives the variables, without ECHOES_, for the answer."""

    name: str
    text: str
    sets: Callable[[str, Answers], Environment] = lambda _answer, _answers: {}
    default: Callable[[Answers], str] = lambda _: ""
    choices: Mapping[str, str] | None = None
    """By their names: what they are, in words."""
    takes_many: bool = False
    """Whether several of the choices may be named, with commas between."""
    hint: str = ""
    is_asked: Callable[[Answers], bool] = lambda _: True
    problem: Callable[[str, Answers], str] = lambda _answer, _answers: ""
    """What is wrong with an answer, in a sentence; empty when nothing is."""
    is_secret: bool = False
    is_needed: bool = True
    unanswered: str = "none"
    """What an empty answer means."""


def place(answers: Answers) -> str:
    return answers.get("place", COMPUTER)


def is_hosted(answers: Answers) -> bool:
    """For others than this computer alone: then everything is in production mode."""
    return place(answers) != COMPUTER


def serves_tls(answers: Answers) -> bool:
    return answers.get("certificate") == YES


def folder_of(answers: Answers) -> Path:
    return Path(answers["data_dir"]).expanduser().resolve()


def uses(way: str) -> Callable[[Answers], bool]:
    return lambda answers: way in ways_of(answers.get("sign_in", ""))


def ways_of(answer: str) -> list[str]:
    """Several answers to one question, with commas between."""
    return [way.strip() for way in answer.split(",")]


def _is(name: str, *wanted: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name, "") in wanted


def _plain(variable: str) -> Callable[[str, Answers], Environment]:
    return lambda answer, _: {variable: answer} if answer else {}


def _address(answer: str, answers: Answers) -> Environment:
    """At home Echoes is asked itself; elsewhere a proxy on this machine does https and asks it."""
    if place(answers) != HOME:
        return {"PUBLIC_URL": f"https://{answer}", "HOST": "127.0.0.1", "TRUSTED_PROXIES": "127.0.0.1"}
    scheme = "https" if serves_tls(answers) else "http"
    return {"PUBLIC_URL": f"{scheme}://{answer}:{answers.get('port', '3000')}"}


def _address_problem(answer: str, answers: Answers) -> str:
    scheme = "http" if place(answers) == HOME else "https"
    said = next(problems_of_origin(f"{scheme}://{answer}"), "")
    if said or not answer or urlsplit(f"//{answer}").port:
        return "Please type a name alone, such as echoes.example.org or echoes.local."
    if is_loopback(answer):
        return "That is this computer itself: nobody else reaches it there."
    return ""


def _home_name(answers: Answers) -> str:
    if place(answers) != HOME:
        return ""
    return next(
        name for name in (*local_network.names_of_this_machine(), "echoes.local") if name.endswith(".local")
    )


def _certificate(answer: str, answers: Answers) -> Environment:
    if answer != YES:
        return {}
    file = str(folder_of(answers) / CERTIFICATE)
    return {"TLS_CERTIFICATE": file, "TLS_KEY": file}


def _ways(answer: str, _answers: Answers) -> Environment:
    """By invitation and name alone nothing else is switched on."""
    ways = list(dict.fromkeys(ways_of(answer)))
    return {} if ways == [INVITATION] else {"SIGN_IN": ",".join(ways)}


def _ways_problem(answer: str, answers: Answers) -> str:
    ways = set(ways_of(answer))
    if INVITATION in ways and len(ways) > 1:
        return "Choose either the invitation or the other ways. People can be invited to those, too."
    if PASSKEY in ways and place(answers) == HOME and not serves_tls(answers):
        return "Browsers allow passkeys only over https. Choose another way, or go back for a certificate."
    return ""


def _default_ways(answers: Answers) -> str:
    if place(answers) == HOME and not serves_tls(answers):
        return INVITATION
    return OPENID if place(answers) == SERVICE else PASSKEY


def _number_problem(answer: str, _answers: Answers) -> str:
    is_port = answer.isascii() and answer.isdecimal() and len(answer) <= 5 and 1 <= int(answer) <= 65535
    return "" if is_port else "Please type a number from 1 to 65535."


def _domains_problem(answer: str, _answers: Answers) -> str:
    found = domains_in(answer)
    return "" if found and all(map(is_domain, found)) else "Please type domains such as example.org."


def _folder_problem(answer: str, _answers: Answers) -> str:
    """A tilde may stand for somebody who is not there."""
    try:
        folder_of({"data_dir": answer})
    except (OSError, RuntimeError):
        return "That folder cannot be found. Please type its whole path, such as /srv/echoes."
    return ""


def _data_dir(_answer: str, answers: Answers) -> Environment:
    return {"DATA_DIR": str(folder_of(answers))}


def _payments(answer: str, _answers: Answers) -> Environment:
    return {"PAYMENTS": "stripe"} if answer == "sold" else {"PAYMENTS": "none", "CREDITS": answer}


def _stripe_key(answer: str, _answers: Answers) -> Environment:
    return {"STRIPE_SECRET_KEY": answer} | ({"STRIPE_TEST_MODE": "true"} if "_test_" in answer else {})


def _database(answer: str, _answers: Answers) -> Environment:
    """One process on SQLite; on PostgreSQL pages and jobs are apart, and a unit says which it is."""
    return {"DATABASE_URL": answer, "ROLE": "web"} if answer else {"ROLE": "all"}


def _setting(name: str) -> str:
    return str(Settings.model_fields[name].default)


QUESTIONS: tuple[Question, ...] = (
    Question(
        "place",
        "Where will Echoes run?",
        sets=lambda answer, _: {"MODE": "local" if answer == COMPUTER else "production"},
        default=lambda _: COMPUTER,
        choices={
            COMPUTER: "on this computer only, without signing in",
            HOME: "at home or in a club: a machine on your own network",
            SERVER: "on a small server on the internet with https, where nothing is sold",
            SERVICE: "as a service that sells credits",
        },
    ),
    Question("data_dir", "Which folder for photos, films and the database?", _data_dir, lambda _: "data",
             problem=_folder_problem),
    Question("port", "Which port?", _plain("PORT"), lambda _: _setting("port"), problem=_number_problem),
    Question(
        "certificate",
        "Make an https certificate with an authority of your own?",
        _certificate,
        hint="Passkeys need https.",
        default=lambda _: YES,
        choices={YES: "yes; each phone trusts it once", NO: "no, http only"},
        is_asked=_is("place", HOME),
    ),
    Question(
        "address",
        "What address will people use?",
        _address,
        default=_home_name,
        is_asked=is_hosted,
        problem=_address_problem,
    ),
    Question(
        "sign_in",
        "How do people sign in?",
        _ways,
        default=_default_ways,
        choices={
            PASSKEY: "with a passkey: the lock of their own phone or computer",
            OPENID: "with Google or another sign-in service",
            EMAIL: "with a link by e-mail",
            INVITATION: "with an invitation link and a name only, once on each device",
        },
        takes_many=True,
        is_asked=is_hosted,
        problem=_ways_problem,
    ),
    Question("oidc_issuer", "Which sign-in service?", _plain("OIDC_ISSUER"),
             lambda _: _setting("oidc_issuer"), is_asked=uses(OPENID), hint="The address of its issuer."),
    Question("oidc_client_id", "Its client id for Echoes", _plain("OIDC_CLIENT_ID"), is_asked=uses(OPENID)),
    Question("oidc_client_secret", "And the client's secret", _plain("OIDC_CLIENT_SECRET"),
             is_asked=uses(OPENID), is_secret=True),
    Question(
        "sign_up",
        "Who may join?",
        _plain("SIGN_UP"),
        default=lambda answers: "open" if place(answers) == SERVICE else "invited",
        choices={
            "invited": "people with an invitation",
            "domains": "people with an e-mail address of your domains",
            "open": "anyone who can sign in",
        },
        is_asked=is_hosted,
    ),
    Question("domains", "Which domains?", _plain("SIGN_UP_DOMAINS"), is_asked=_is("sign_up", "domains"),
             problem=_domains_problem),
    Question(
        "smtp_url",
        "Which mail server?",
        _plain("SMTP_URL"),
        is_asked=is_hosted,
        is_secret=True,
        is_needed=False,
        hint="Leave it empty for no mail. Otherwise it looks like smtp://user:password@host",
        problem=lambda answer, answers: (
            "Signing in by e-mail needs a mail server." if uses(EMAIL)(answers) and not answer else ""
        ),
    ),
    Question("mail_from", "The address that mail comes from", _plain("MAIL_FROM"),
             is_asked=lambda answers: bool(answers.get("smtp_url"))),
    Question(
        "payments",
        "What do clips cost people?",
        _payments,
        default=lambda answers: "sold" if place(answers) == SERVICE else "free",
        choices={
            "free": "nothing",
            "counted": "credits, given by operators",
            "sold": "credits, bought through Stripe",
        },
        is_asked=is_hosted,
    ),
    Question("stripe_secret_key", "The secret key of your Stripe account", _stripe_key,
             is_asked=_is("payments", "sold"), is_secret=True),
    Question("stripe_webhook_secret", "The secret of its webhook", _plain("STRIPE_WEBHOOK_SECRET"),
             is_asked=_is("payments", "sold"), is_secret=True),
    Question(
        "database_url",
        "Which database?",
        _database,
        hint="Leave it empty for SQLite, for one process. Otherwise postgresql://user:password@host/name",
        is_asked=is_hosted,
        is_secret=True,
        is_needed=False,
        unanswered="SQLite",
    ),
    Question("app_database_url", "The same database, as a role with fewer rights", _plain("APP_DATABASE_URL"),
             is_asked=lambda answers: bool(answers.get("database_url")), is_secret=True,
             hint="docs/hosting.md says how to make the role."),
    Question(
        "storage",
        "Where are files kept?",
        _plain("STORAGE"),
        default=lambda _: "folder",
        choices={"folder": "in that folder", "s3": "in an S3 bucket, with its keys in AWS's variables"},
        is_asked=is_hosted,
    ),
    Question("s3_bucket", "The bucket", _plain("S3_BUCKET"), is_asked=_is("storage", "s3")),
    Question("s3_region", "Its region", _plain("S3_REGION"), is_asked=_is("storage", "s3"), is_needed=False),
    Question("s3_endpoint", "Its service, if it is not Amazon", _plain("S3_ENDPOINT"),
             is_asked=_is("storage", "s3"), is_needed=False),
    Question("backup_to", "Where do nightly backups go?", _plain("BACKUP_TO"), is_asked=is_hosted,
             is_needed=False, hint="A folder on another disk, or s3://bucket/prefix. Empty: none."),
    Question(
        "provider",
        "Who makes the clips?",
        _plain("PROVIDER"),
        default=lambda _: "motion",
        choices={
            "motion": "this machine, by camera moves: free, and nothing leaves it",
            "runway": "Runway, an AI service that costs money",
            "fal": "fal, an AI service that costs money",
        },
    ),
    Question("runway_key", "The key of your Runway account", _plain("RUNWAY_API_SECRET"),
             is_asked=_is("provider", "runway"), is_secret=True),
    Question("fal_key", "The key of your fal account", _plain("FAL_KEY"), is_asked=_is("provider", "fal"),
             is_secret=True),
    Question(
        "admin_emails",
        "Who are the operators?",
        _plain("ADMIN_EMAILS"),
        is_asked=uses(OPENID),
        is_needed=False,
        hint="E-mail addresses, separated by commas, of people who sign in with that service.",
        problem=lambda answer, _: "" if not answer or "@" in answer else "Please type e-mail addresses.",
    ),
)  # fmt: skip
