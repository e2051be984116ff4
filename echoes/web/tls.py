"""TLS of the server (https): the certificate of the settings, loaded again when its file changes.

One that `echoes certificate` made is renewed in time. Neither needs a restart.
"""

import logging
import ssl
import threading
from pathlib import Path

from echoes.certificates import local_network
from echoes.certificates.pem import CertificateUnusable, read_credential
from echoes.errors import brief
from echoes.models import now
from echoes.settings import Settings

LOOK_SECONDS = 60.0

logger = logging.getLogger(__name__)


class ServerCertificate:
    """The context of all connections, from the start until the process ends."""

    def __init__(self, settings: Settings) -> None:
        """Raises CertificateUnusable."""
        self._certificate, self._key = Path(settings.tls_certificate), Path(settings.tls_key)
        self._folder = settings.data_dir / local_network.FOLDER
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self._loaded = (0, 0)
        self.look()

    def look(self) -> None:
        """Whether it is time for a new one, and whether there is one. Raises CertificateUnusable."""
        if self._certificate == self._folder / local_network.SERVER and local_network.renew(self._folder):
            logger.warning("the certificate for https was about to end, and is renewed")
        found = self._changed_at()
        if found == self._loaded:
            return
        credential = read_credential(self._certificate, self._key)
        if credential.expires <= now():
            raise CertificateUnusable(
                f"{self._certificate} has expired on {credential.expires:%-d %B %Y}",
                "Replace it; one of our own is made by `echoes certificate`.",
            )
        self.context.load_cert_chain(self._certificate, self._key)
        self._loaded = found

    def watch(self) -> None:
        """As long as this process lives."""
        threading.Thread(target=self._watch, name="tls certificate", daemon=True).start()

    def _watch(self) -> None:
        ended = threading.Event()
        while not ended.wait(LOOK_SECONDS):
            try:
                self.look()
            except (CertificateUnusable, OSError) as error:
                logger.warning("the certificate for https stays as it is: %s", brief(error))

    def _changed_at(self) -> tuple[int, int]:
        try:
            return self._certificate.stat().st_mtime_ns, self._key.stat().st_mtime_ns
        except OSError as error:
            raise CertificateUnusable(
                f"{error.filename} cannot be read: {error.strerror}", "Check the path, and who may read it."
            ) from error
