"""Production server entry point: `python -m echoes.web`, until SIGTERM or SIGINT."""

import logging
import os
import sys

from echoes.process_start import importing

with importing():
    from echoes.monitoring.server import PortTaken
    from echoes.observability import logs, process
    from echoes.settings import SettingsError, get_settings
    from echoes.startup_checks import CannotStart, run_checks
    from echoes.web.server import CannotServe, serve


def main() -> int:
    logs.configure()
    os.environ["DO_NOT_TRACK"] = "1"
    try:
        settings = get_settings()
        process.observe(settings)
        run_checks(settings)
        return serve(settings)
    except (SettingsError, CannotStart, CannotServe, PortTaken) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    code = main()
    process.finish()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is settled or will be taken up by the next start: no thread is worth waiting for.
    os._exit(code)
