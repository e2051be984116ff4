"""Worker process: `echoes worker`, or `python -m echoes.worker`; runs jobs, serves no pages."""

import logging
import os
import signal
import sys
import threading
from typing import NoReturn

from echoes.process_start import importing

with importing():
    from echoes import operator_notices
    from echoes.engine import running
    from echoes.engine.lock import AnotherEngineRuns
    from echoes.mail.notices import tell_by_mail
    from echoes.monitoring.server import PortTaken, monitoring_port
    from echoes.observability import logs, process
    from echoes.settings import SettingsError, get_settings
    from echoes.startup_checks import CannotStart, run_checks

SHUTDOWN_SECONDS = 8.0
"""Service managers kill after ten."""

logger = logging.getLogger("echoes.worker")  # Its name is another one when it is run as a module.


def main() -> int:
    logs.configure()
    told_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_end.set())
    try:
        settings = get_settings()
        process.observe(settings, "worker")
        run_checks(settings)
        operator_notices.listen(tell_by_mail)
        with monitoring_port(settings), running("worker"):
            # A signal that the system gives to another thread is seen by this one only when it wakes.
            while not told_to_end.wait(timeout=0.5):
                pass
            process.drain()
            logger.info("ending")
            _end_at_latest_in(SHUTDOWN_SECONDS)
    except (SettingsError, CannotStart, AnotherEngineRuns, PortTaken) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _end_at_latest_in(seconds: float) -> None:
    """A stop that hangs, on a database that does not answer, is no better than a crash, which we survive."""
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()


def run() -> NoReturn:
    code = main()
    process.finish()
    logging.shutdown()
    sys.stdout.flush()
    # Everything is settled or will be taken up by the next start: no thread is worth waiting for.
    os._exit(code)


if __name__ == "__main__":
    run()
