"""Resource limits of one command: media that strangers made must not keep the machine busy for ever."""

import faulthandler
import os
import resource
import signal
import sys

SECONDS = {
    "probe": 120,
    "probe_sound": 120,
    "poster": 120,
    "preview": 1800,
    "lettering": 60,
    "timeline": 300,
    "beats": 600,
    "loudness": 600,
    "peaks": 600,
    "voice": 600,
    "animate": 1800,
    "conform": 3600,
    "render": 6 * 3600,
    "prepare": 6 * 3600,
}
GRACE = 60
"""Seconds to tidy up in. Who does not come back from a codec by then is ended by the C library."""
ADDRESS_SPACE = 4 << 30
FOR_A_THREAD = 160 << 20  # the stack and the arena that each thread reserves, whether or not it uses them


def limit(command: str) -> None:
    """From now on: SIGALRM when the time is up, the end a little later, MemoryError where memory ends."""
    signal.alarm(SECONDS[command])
    faulthandler.dump_traceback_later(SECONDS[command] + GRACE, exit=True)
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = ADDRESS_SPACE + FOR_A_THREAD * (os.cpu_count() or 1)
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
