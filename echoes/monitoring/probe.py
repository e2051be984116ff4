"""Health probe: `echoes health`, or `python -m echoes.monitoring.probe`, asks if this Echoes is ready.

For health checks of containers, so it imports little.
"""

import http.client
import ssl
import sys

from echoes.settings import Settings, SettingsError, get_settings

SECONDS = 8.0
READY, NOT_READY, CANNOT_TELL = 0, 1, 2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - what is asked, not listened to


def address_of(settings: Settings) -> tuple[str, int] | None:
    """The monitoring port, or else that of pages; None for a worker that has neither."""
    if settings.metrics_port:
        host, port = settings.metrics_host, settings.metrics_port
    elif settings.role == "worker":
        return None
    else:
        host, port = settings.host, settings.port
    return EVERYWHERE.get(host, host), port


def ask(settings: Settings) -> tuple[int, str]:
    """The exit code, and a sentence."""
    address = address_of(settings)
    if address is None:
        return CANNOT_TELL, "A worker says how it is on a port of its own: set ECHOES_METRICS_PORT for it."
    connection = _connection(settings, address)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return NOT_READY, f"Nothing answers on {address[0]}, port {address[1]}: {error}"
    finally:
        connection.close()
    return (READY if answer.status == http.client.OK else NOT_READY), said


def _connection(settings: Settings, address: tuple[str, int]) -> http.client.HTTPConnection:
    """Over TLS where pages are. It is this machine that is asked, so nothing hangs on the name in the
    certificate."""
    if settings.metrics_port or not settings.tls_certificate:
        return http.client.HTTPConnection(*address, timeout=SECONDS)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(*address, timeout=SECONDS, context=context)


def main() -> int:
    try:
        code, sentence = ask(get_settings())
    except SettingsError as error:
        code, sentence = CANNOT_TELL, str(error)
    sys.stdout.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
