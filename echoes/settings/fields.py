"""The settings, each with its type, default and range; which of them go together is said in `checks`."""

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.picture_limits import LONGEST_SIDE, MOST_PIXELS
from echoes.settings.urls import as_browsers_write

MEGABYTE = 1024 * 1024
MOST_BYTES = 1024**3 * MEGABYTE
MOST_OFTEN = 1_000_000
ASSETS = Path(__file__).resolve().parents[2] / "assets"

Role = Literal["all", "web", "worker"]


def _named(default: Any, *names: str) -> Any:
    """A setting that also goes by the name that the service's own programs know."""
    return Field(default=default, validation_alias=AliasChoices(*names))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="ECHOES_", frozen=True, extra="ignore", validate_by_name=True, allow_inf_nan=False
    )

    mode: Literal["local", "production"] = "local"
    role: Role = "all"
    data_dir: Path = Field(default=Path("data"), validate_default=True)
    database_url: str = ""
    host: str = ""
    port: int = Field(default=3000, ge=1, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")

    session_days: int = Field(default=30, ge=1, le=400)
    max_photo_bytes: int = Field(default=100 * MEGABYTE, ge=MEGABYTE, le=4096 * MEGABYTE)
    max_music_bytes: int = Field(default=300 * MEGABYTE, ge=MEGABYTE, le=4096 * MEGABYTE)
    max_photos_per_project: int = Field(default=200, ge=1, le=800)
    max_photo_pixels: int = Field(default=200_000_000, ge=1_000_000, le=MOST_PIXELS)
    photo_longest_side: int = Field(default=4096, ge=480, le=LONGEST_SIDE)
    thumbnail_side: int = Field(default=480, ge=64, le=2048)
    clip_seconds: float = Field(default=5.0, ge=1.0, le=30.0)

    clip_concurrency: int = Field(default=2, ge=1, le=1000)
    render_concurrency: int = Field(default=1, ge=1, le=256)
    worker_lease_seconds: float = Field(default=30.0, ge=1.0, le=3600.0)
    provider: str = "motion"
    provider_timeout_seconds: float = Field(default=60.0, ge=0.1, le=3600.0)
    """How long a provider's server may say nothing."""
    runway_api_secret: SecretStr = _named(SecretStr(""), "ECHOES_RUNWAY_API_SECRET", "RUNWAYML_API_SECRET")
    runway_base_url: str = _named(
        "https://api.dev.runwayml.com", "ECHOES_RUNWAY_BASE_URL", "RUNWAYML_BASE_URL"
    )
    runway_poll_seconds: float = Field(default=5.0, ge=0.01, le=300.0)
    """Runway asks for no less than five."""
    fal_key: SecretStr = _named(SecretStr(""), "ECHOES_FAL_KEY", "FAL_KEY")
    fal_base_url: str = "https://queue.fal.run"
    fal_poll_seconds: float = Field(default=2.0, ge=0.01, le=300.0)

    oidc_issuer: str = "https://accounts.google.com"
    oidc_name: str = "Google"
    """What the button says."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    session_idle_days: int = Field(default=14, ge=1, le=400)
    admin_emails: str = ""
    """Operators from their first sign-in on, separated by commas."""

    stripe_secret_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_url: str = "https://api.stripe.com"
    stripe_test_mode: bool = False
    """That a test key is meant: then credits are given for payments that move no money."""

    max_bytes_per_user: int = Field(default=20 * 1024 * MEGABYTE, ge=MEGABYTE, le=MOST_BYTES)
    app_database_url: str = ""
    """PostgreSQL: the same database, as a role that may do what users may (`database.row_security`)."""
    redis_url: str = ""
    """What several web processes share: states of tabs, and counts for the limits below."""
    trusted_proxies: str = ""
    """Addresses or networks, separated by commas, whose word on where a visitor comes from is believed."""
    sign_ins_per_minute: int = Field(default=20, ge=1, le=MOST_OFTEN)
    uploads_per_minute: int = Field(default=300, ge=1, le=MOST_OFTEN)
    takes_per_hour: int = Field(default=600, ge=1, le=MOST_OFTEN)
    checkouts_per_hour: int = Field(default=20, ge=1, le=MOST_OFTEN)
    passwords_per_minute: int = Field(default=10, ge=1, le=MOST_OFTEN)
    events_per_minute: int = Field(default=900, ge=1, le=MOST_OFTEN)
    """Of one person, or of one tab where nobody is signed in. Who sends more is read more slowly."""
    address_events_per_minute: int = Field(default=6000, ge=1, le=MOST_OFTEN)
    connections_per_minute: int = Field(default=240, ge=1, le=MOST_OFTEN)
    connections_per_address: int = Field(default=250, ge=1, le=MOST_OFTEN)
    strangers_per_address: int = Field(default=100, ge=1, le=MOST_OFTEN)
    """Open tabs at one time, those of nobody who is signed in, and of other connections as many again."""
    stranger_minutes: int = Field(default=5, ge=1, le=1440)
    """How long the state of a tab is kept before which nobody is signed in."""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, data_dir: Path) -> Path:
        try:
            return data_dir.expanduser().resolve()
        except (OSError, RuntimeError) as error:
            raise ValueError(f"names no folder: {error}") from error

    @model_validator(mode="after")
    def _defaulted(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'echoes.db'}")
        if not self.host:
            object.__setattr__(self, "host", "127.0.0.1" if self.is_local else "0.0.0.0")  # noqa: S104
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://localhost:{self.port}")
        object.__setattr__(self, "public_url", as_browsers_write(self.public_url))
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
