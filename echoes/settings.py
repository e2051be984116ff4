"""One typed Settings, read from the environment (`ECHOES_…`); all that is wrong is said at once."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEGABYTE = 1024 * 1024
WEAKEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "::1", "localhost")
OPEN_TO_ALL = "ECHOES_HOST must stay on this computer in local mode, where anybody may sign in as anybody."
ASSETS = Path(__file__).resolve().parent.parent / "assets"

Role = Literal["all", "web", "worker"]


def _named(default: Any, *names: str) -> Any:
    """A setting that also goes by the name that the service's own programs know."""
    return Field(default=default, validation_alias=AliasChoices(*names))


class SettingsError(Exception):
    """The environment is not fit to start with; the message lists every reason."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="ECHOES_", frozen=True, extra="ignore", validate_by_name=True
    )

    mode: Literal["local", "production"] = "local"
    role: Role = "all"
    data_dir: Path = Path("data")
    database_url: str = ""
    host: str = ""
    port: int = Field(default=3000, ge=1, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")

    session_days: int = 30
    max_photo_bytes: int = 30 * MEGABYTE
    max_music_bytes: int = 30 * MEGABYTE
    max_photos_per_project: int = 200
    max_photo_pixels: int = 200_000_000
    photo_longest_side: int = 4096
    thumbnail_side: int = 480
    clip_seconds: float = 5.0

    clip_concurrency: int = Field(default=2, ge=1)
    render_concurrency: int = Field(default=1, ge=1)
    worker_lease_seconds: float = Field(default=30.0, ge=1.0)
    provider: str = "motion"
    provider_timeout_seconds: float = Field(default=60.0, gt=0)
    """How long a provider's server may say nothing."""
    runway_api_secret: SecretStr = _named(SecretStr(""), "ECHOES_RUNWAY_API_SECRET", "RUNWAYML_API_SECRET")
    runway_base_url: str = _named(
        "https://api.dev.runwayml.com", "ECHOES_RUNWAY_BASE_URL", "RUNWAYML_BASE_URL"
    )
    runway_poll_seconds: float = Field(default=5.0, gt=0)
    """Runway asks for no less than five."""
    fal_key: SecretStr = _named(SecretStr(""), "ECHOES_FAL_KEY", "FAL_KEY")
    fal_base_url: str = "https://queue.fal.run"
    fal_poll_seconds: float = Field(default=2.0, gt=0)

    oidc_issuer: str = "https://accounts.google.com"
    oidc_name: str = "Google"
    """What the button says."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    session_idle_days: int = Field(default=14, ge=1)
    admin_emails: str = ""
    """Operators from their first sign-in on, separated by commas."""

    stripe_secret_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_url: str = "https://api.stripe.com"

    max_bytes_per_user: int = Field(default=20 * 1024 * MEGABYTE, ge=MEGABYTE)
    app_database_url: str = ""
    """PostgreSQL: the same database, as a role that may do what users may (`database.row_security`)."""
    redis_url: str = ""
    """What several web processes share: states of tabs, and counts for the limits below."""
    trusted_proxies: str = ""
    """Addresses or networks, separated by commas, whose word on where a visitor comes from is believed."""
    sign_ins_per_minute: int = Field(default=20, ge=1)
    uploads_per_minute: int = Field(default=300, ge=1)
    takes_per_hour: int = Field(default=600, ge=1)
    checkouts_per_hour: int = Field(default=20, ge=1)
    passwords_per_minute: int = Field(default=10, ge=1)
    events_per_minute: int = Field(default=900, ge=1)
    """Of one person, or of one tab where nobody is signed in. Who sends more is read more slowly."""
    address_events_per_minute: int = Field(default=6000, ge=1)
    connections_per_minute: int = Field(default=240, ge=1)
    connections_per_address: int = Field(default=250, ge=1)
    strangers_per_address: int = Field(default=100, ge=1)
    """Open tabs at one time, those of nobody who is signed in, and of other connections as many again."""
    stranger_minutes: int = Field(default=5, ge=1)
    """How long the state of a tab is kept before which nobody is signed in."""

    @model_validator(mode="after")
    def _absolute_and_defaulted(self) -> Self:
        data_dir = self.data_dir.expanduser().resolve()
        object.__setattr__(self, "data_dir", data_dir)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{data_dir / 'echoes.db'}")
        if not self.host:
            object.__setattr__(self, "host", "127.0.0.1" if self.is_local else "0.0.0.0")  # noqa: S104
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://localhost:{self.port}")
        return self

    @property
    def is_local(self) -> bool:
        return self.mode == "local"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def origins(self) -> list[str]:
        """Where our own pages come from: nothing else may open the event socket or send a form."""
        public = urlsplit(self.public_url)
        local = [f"http://{name}:{self.port}" for name in ("localhost", "127.0.0.1")] if self.is_local else []
        return sorted({f"{public.scheme}://{public.netloc}", *local})

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def incoming_dir(self) -> Path:
        """Uploads under way; nothing in here is anybody's photograph yet."""
        return self.data_dir / "incoming"

    @property
    def work_dir(self) -> Path:
        """Scratch files of running jobs, safe to delete while nothing runs."""
        return self.data_dir / "work"

    @property
    def cache_dir(self) -> Path:
        """Rendered transitions, a folder for each project: worth keeping, safe to delete."""
        return self.data_dir / "cache"

    def _has_lesser_role(self) -> bool:
        if not self.app_database_url or self.is_sqlite:
            return False
        service, app = urlsplit(self.database_url), urlsplit(self.app_database_url)
        return bool(app.username) and app.username != service.username and app.path == service.path

    def problems(self) -> list[str]:
        """What keeps this configuration from working, or from being safe, one sentence each."""
        if self.is_local:
            return self._provider_problems() + ([] if self.host in LOOPBACK else [OPEN_TO_ALL])
        checks = {
            f"ECHOES_SECRET_KEY must have at least {WEAKEST_SECRET} characters.": len(
                self.secret_key.get_secret_value()
            )
            >= WEAKEST_SECRET,
            "ECHOES_PUBLIC_URL must begin with https://.": self.public_url.startswith("https://"),
            "ECHOES_DATABASE_URL must name a PostgreSQL database: SQLite serves one machine in local mode.": (
                not self.is_sqlite
            ),
            "ECHOES_ROLE must be web or worker, each in a process of its own.": self.role != "all",
            "ECHOES_APP_DATABASE_URL must name the same database with a second, lesser role "
            "(see docs/hosting.md).": self.role == "worker" or self._has_lesser_role(),
        }
        checks["ECHOES_TRUSTED_PROXIES must name addresses: anybody may say where they come from."] = (
            "*" not in self.trusted_proxies
        )
        for name, address in (("RUNWAY", self.runway_base_url), ("FAL", self.fal_base_url)):
            checks[f"ECHOES_{name}_BASE_URL must begin with https://."] = address.startswith("https://")
        checks |= self._payment_checks() | self._sign_in_checks()
        return self._provider_problems() + [sentence for sentence, holds in checks.items() if not holds]

    def _sign_in_checks(self) -> dict[str, bool]:
        """Only pages let people in."""
        worker = self.role == "worker"
        return {
            "ECHOES_OIDC_CLIENT_ID must be set: the provider gave it when Echoes was registered there.": (
                worker or bool(self.oidc_client_id)
            ),
            "ECHOES_OIDC_CLIENT_SECRET must be set: it comes with the client's id.": (
                worker or bool(self.oidc_client_secret.get_secret_value())
            ),
            "ECHOES_OIDC_ISSUER must begin with https://.": self.oidc_issuer.startswith("https://"),
        }

    def _payment_checks(self) -> dict[str, bool]:
        """Jobs ask Stripe too; only pages are told by it."""
        return {
            "ECHOES_STRIPE_SECRET_KEY must be set: it is the key of your Stripe account.": bool(
                self.stripe_secret_key.get_secret_value()
            ),
            "ECHOES_STRIPE_WEBHOOK_SECRET must be set: it proves that events come from Stripe.": (
                self.role == "worker" or bool(self.stripe_webhook_secret.get_secret_value())
            ),
            "ECHOES_STRIPE_API_URL must begin with https://.": self.stripe_api_url.startswith("https://"),
        }

    def _provider_problems(self) -> list[str]:
        """The key of the provider that is named here. One that operators choose later says so by itself."""
        keys = {
            "runway": ("ECHOES_RUNWAY_API_SECRET", self.runway_api_secret),
            "fal": ("ECHOES_FAL_KEY", self.fal_key),
        }
        name, secret = keys.get(self.provider, ("", SecretStr("-")))
        if self.role == "web" or secret.get_secret_value():
            return []
        return [f"{name} must be set, because ECHOES_PROVIDER is {self.provider}."]


def load_settings() -> Settings:
    """Read and judge the environment; raises SettingsError with every problem in it."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{_variable(problem['loc'])}: {problem['msg']}." for problem in error.errors()]
        raise SettingsError("\n".join(lines)) from error
    if problems := settings.problems():
        raise SettingsError("\n".join(problems))
    return settings


def _variable(location: tuple[int | str, ...]) -> str:
    return "ECHOES_" + "_".join(map(str, location)).upper().removeprefix("ECHOES_")


@cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()


def signing_key(settings: Settings) -> bytes:
    """The secret that signs URLs and cookies; in local mode made once and kept in the data folder."""
    if configured := settings.secret_key.get_secret_value():
        return configured.encode()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_bytes()


def _write_once(path: Path, text: str) -> None:
    """Two processes may start together: the first one to create the file wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
