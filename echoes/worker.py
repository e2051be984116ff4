"""`python -m echoes.worker`: works on jobs and serves no pages, until SIGTERM or SIGINT."""

import logging
import os
import signal
import sys
import threading

from echoes.jobs import running
from echoes.jobs.lock import AnotherEngineRuns
from echoes.settings import SettingsError, get_settings

logger = logging.getLogger(__name__)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    told_to_end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_end.set())
    try:
        get_settings()
        with running("worker"):
            told_to_end.wait()
            logger.info("ending")
    except (SettingsError, AnotherEngineRuns) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    # Everything is settled or will be taken up by the next start: no thread is worth waiting for.
    os._exit(code)
