"""The settings, each with its type, default and range; which of them go together is said in `checks`."""

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from echoes.image_limits import LONGEST_SIDE, MOST_PIXELS
from echoes.settings.sections.backups import BackupSettings
from echoes.settings.sections.certificates import CertificateSettings
from echoes.settings.sections.mail import MailSettings
from echoes.settings.sections.payments import PaymentSettings
from echoes.settings.sections.s3 import S3Settings
from echoes.settings.sections.sign_in import SignInSettings
from echoes.settings.urls import as_browsers_write, host_of, is_loopback

MEGABYTE = 1024 * 1024
MOST_BYTES = 1024**3 * MEGABYTE
MOST_OFTEN = 1_000_000
ASSETS = Path(__file__).resolve().parents[2] / "assets"

Role = Literal["all", "web", "worker"]


def _named(default: Any, *names: str) -> Any:
    """A setting that also goes by the name that the service's own programs know."""
    return Field(default=default, validation_alias=AliasChoices(*names))


class Settings(
    BackupSettings, CertificateSettings, MailSettings, PaymentSettings, S3Settings, SignInSettings
):
    """The string behind each field is its help: .env.example is made of them (`scripts.env_example`)."""

    model_config = SettingsConfigDict(
        env_prefix="ECHOES_", frozen=True, extra="ignore", validate_by_name=True, allow_inf_nan=False
    )

    mode: Literal["local", "production"] = "local"
    """`production` refuses every stand-in and every weak secret; `local` serves this computer alone."""
    role: Role = "all"
    """`all`: pages and jobs in one process, on SQLite. `web` serves pages and `worker` works on jobs, on
    PostgreSQL."""
    data_dir: Path = Field(default=Path("data"), validate_default=True)
    """The folder of files, and of the database when it is SQLite."""
    database_url: str = ""
    """postgresql://user:password@host/name. Without it: SQLite in the data folder."""
    host: str = ""
    """Where to listen. Without it: this computer in local mode, all addresses in production."""
    port: int = Field(default=3000, ge=1, le=65535)
    """The port to listen on."""
    public_url: str = ""
    """How browsers reach Echoes: https:// and a host, nothing behind it; http:// alone in a private network,
    such as http://192.168.1.20:3000. Without it: in local mode http://localhost and the port."""
    secret_key: SecretStr = SecretStr("")
    """Signs the URLs of files. At least 32 characters that nobody guesses: `openssl rand -base64 48`
    makes such. In local mode one is made and kept in the data folder."""

    storage_cache_bytes: int = Field(default=10 * 1024 * MEGABYTE, ge=64 * MEGABYTE, le=MOST_BYTES)
    """s3: room on this machine for copies of the files that are being worked with, in bytes."""

    session_days: int = Field(default=30, ge=1, le=400)
    """How many days a sign-in lasts."""
    max_photo_bytes: int = Field(default=100 * MEGABYTE, ge=MEGABYTE, le=4096 * MEGABYTE)
    """The largest photograph, in bytes."""
    max_music_bytes: int = Field(default=300 * MEGABYTE, ge=MEGABYTE, le=4096 * MEGABYTE)
    """The largest piece of music, in bytes."""
    max_photos_per_project: int = Field(default=200, ge=1, le=800)
    """Photographs in one film."""
    max_photo_pixels: int = Field(default=200_000_000, ge=1_000_000, le=MOST_PIXELS)
    """The largest photograph, in pixels."""
    photo_longest_side: int = Field(default=4096, ge=480, le=LONGEST_SIDE)
    """Photographs are kept with this many pixels on their longer side at most."""
    thumbnail_side: int = Field(default=480, ge=64, le=2048)
    """The longer side of thumbnails, in pixels."""
    clip_seconds: float = Field(default=5.0, ge=1.0, le=30.0)
    """The length of a new clip."""

    clip_concurrency: int = Field(default=2, ge=1, le=1000)
    """Clips made at once by one process."""
    render_concurrency: int = Field(default=1, ge=1, le=256)
    """Films compiled at once by one process."""
    renderer: Literal["machine", "lambda"] = "machine"
    """Where films are compiled and clips are brought into shape: `machine` is the worker itself, `lambda` a
    function in AWS Lambda (deploy/lambda), which reads and writes the bucket of ECHOES_STORAGE=s3."""
    lambda_films: bool = True
    """With ECHOES_RENDERER=lambda: films are made there, not by the worker."""
    lambda_clips: bool = True
    """With ECHOES_RENDERER=lambda: clips are brought into shape there, not by the worker."""
    lambda_function: str = ""
    """The function's name or ARN."""
    lambda_region: str = ""
    """Its region. Without it: AWS_REGION, or that of the profile."""
    lambda_endpoint: str = ""
    """Another address only for a stand-in."""
    lambda_concurrency: int = Field(default=20, ge=1, le=1000)
    """Films and clips in Lambda at once, for which one worker waits. What a worker makes itself because
    Lambda cannot is still limited by ECHOES_RENDER_CONCURRENCY."""
    lambda_patience_seconds: float = Field(default=120.0, ge=1.0, le=3600.0)
    """How long the function may take to begin, before it is asked once more; after as long again a worker
    makes it."""
    prepare_load: float = Field(default=1.0, ge=0.0, le=1000.0)
    """Films are rendered ahead of time, while people edit them, as long as the load average of the machine
    is below this for each processor. 0: never, and clips get no previews for slow lines either."""
    worker_lease_seconds: float = Field(default=30.0, ge=1.0, le=3600.0)
    """PostgreSQL: when the jobs of a worker that has fallen silent are taken over."""
    provider: str = "motion"
    """Who makes the clips: motion (camera moves, needs nothing), runway, fal, or one of your own."""
    provider_timeout_seconds: float = Field(default=60.0, ge=0.1, le=3600.0)
    """How long a provider's server may say nothing."""
    runway_api_secret: SecretStr = _named(SecretStr(""), "ECHOES_RUNWAY_API_SECRET", "RUNWAYML_API_SECRET")
    """The key of your Runway account."""
    runway_base_url: str = _named(
        "https://api.dev.runwayml.com", "ECHOES_RUNWAY_BASE_URL", "RUNWAYML_BASE_URL"
    )
    """Another address only for a stand-in."""
    runway_poll_seconds: float = Field(default=5.0, ge=0.01, le=300.0)
    """How often Runway is asked about a clip. It asks for no less than five."""
    fal_key: SecretStr = _named(SecretStr(""), "ECHOES_FAL_KEY", "FAL_KEY")
    """The key of your fal account."""
    fal_base_url: str = "https://queue.fal.run"
    """Another address only for a stand-in."""
    fal_poll_seconds: float = Field(default=2.0, ge=0.01, le=300.0)
    """How often fal is asked about a clip."""

    max_bytes_per_user: int = Field(default=20 * 1024 * MEGABYTE, ge=MEGABYTE, le=MOST_BYTES)
    """Room for one person's photographs, clips, films and music, in bytes."""
    app_database_url: str = ""
    """PostgreSQL: the same database, by a second role that may do only what people may (docs/hosting.md)."""
    redis_url: str = ""
    """redis://host:6379, which several web processes share: states of tabs, and counts for the limits."""
    trusted_proxies: str = ""
    """Addresses or networks of your proxies, separated by commas, which are believed when they say where
    a visitor comes from."""
    sign_ins_per_minute: int = Field(default=20, ge=1, le=MOST_OFTEN)
    """From one address."""
    uploads_per_minute: int = Field(default=300, ge=1, le=MOST_OFTEN)
    """Of one person."""
    takes_per_hour: int = Field(default=600, ge=1, le=MOST_OFTEN)
    """Clips that one person may ask for."""
    checkouts_per_hour: int = Field(default=20, ge=1, le=MOST_OFTEN)
    """Of one person."""
    passwords_per_minute: int = Field(default=10, ge=1, le=MOST_OFTEN)
    """Guesses at the password of a film or the code of an invitation, from one address."""
    events_per_minute: int = Field(default=900, ge=1, le=MOST_OFTEN)
    """Taps and the like, of one person, or of one tab where nobody is signed in. Who sends more is read
    more slowly."""
    address_events_per_minute: int = Field(default=6000, ge=1, le=MOST_OFTEN)
    """The same from one address, of all tabs where nobody is signed in."""
    connections_per_minute: int = Field(default=240, ge=1, le=MOST_OFTEN)
    """Tabs opened from one address."""
    connections_per_address: int = Field(default=250, ge=1, le=MOST_OFTEN)
    """Tabs open at one time from one address."""
    strangers_per_address: int = Field(default=100, ge=1, le=MOST_OFTEN)
    """Of those, tabs where nobody is signed in, and of other connections as many again."""
    log_format: Literal["auto", "json", "plain"] = "auto"
    """Log lines as JSON objects, or as plain lines. `auto`: JSON in production."""
    log_level: Literal["auto", "debug", "info", "warning", "error"] = "auto"
    """The least of what is logged of our own. `auto`: warnings of pages, and what workers do."""
    metrics_token: SecretStr = SecretStr("")
    """Whoever asks for /metrics has to bring it as a bearer token. Without it, only local mode answers, and
    only this computer."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """A second port, for /healthz, /readyz and /metrics alone. A worker has no other. 0: none."""
    metrics_host: str = "127.0.0.1"
    """Where that port listens. From elsewhere than this computer its metrics need the token."""
    drain_seconds: float = Field(default=0.0, ge=0.0, le=120.0)
    """How long pages are still served after SIGTERM while /readyz already says no, so that a proxy can turn
    to another process first."""
    sentry_dsn: SecretStr = SecretStr("")
    """Where errors that nobody foresaw are reported to, in Sentry's protocol, without personal data."""
    stranger_minutes: int = Field(default=5, ge=1, le=1440)
    """How long the state of a tab is kept where nobody is signed in."""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, data_dir: Path) -> Path:
        try:
            return data_dir.expanduser().resolve()
        except (OSError, RuntimeError) as error:
            raise ValueError(f"is not a folder: {error}") from error

    @model_validator(mode="after")
    def _defaulted(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir / 'echoes.db'}")
        if not self.host:
            object.__setattr__(self, "host", "127.0.0.1" if self.is_local else "0.0.0.0")  # noqa: S104
        if not self.public_url and self.is_local:
            object.__setattr__(self, "public_url", f"{self._scheme}://localhost:{self.port}")
        for name in ("public_url", "s3_endpoint", "s3_public_endpoint"):
            if address := getattr(self, name):
                object.__setattr__(self, name, as_browsers_write(address))
        return self

    @property
    def is_local(self) -> bool:
        return self.mode == "local"

    @property
    def is_plain_http(self) -> bool:
        """Whether browsers reach Echoes over a network without TLS, and so keep some of what they can do."""
        return self.public_url.startswith("http://") and not is_loopback(host_of(self.public_url))

    @property
    def has_shop(self) -> bool:
        """Whether credits are sold, by Stripe or by the practice checkout."""
        return self.payments == "stripe"

    @property
    def hears_stripe(self) -> bool:
        """Whether payments, refunds and disputes still have their effect, be there a shop or not."""
        return self.payments != "none"

    @property
    def counts_credits(self) -> bool:
        """Whether clips cost credits."""
        return self.credits == "counted"

    @property
    def logs_json(self) -> bool:
        return self.log_format == "json" or (self.log_format == "auto" and not self.is_local)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def origins(self) -> list[str]:
        """Where our own pages come from: nothing else may open the event socket or send a form."""
        public = urlsplit(self.public_url)
        names = ("localhost", "127.0.0.1") if self.is_local else ()
        local = [f"{self._scheme}://{name}:{self.port}" for name in names]
        return sorted({f"{public.scheme}://{public.netloc}", *local})

    @property
    def _scheme(self) -> str:
        return "https" if self.tls_certificate else "http"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def storage_cache_dir(self) -> Path:
        """Copies of what lies in a bucket, for the work of this machine, safe to delete."""
        return self.data_dir / "storage-cache"

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
