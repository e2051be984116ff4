"""Ports for programs that are told theirs when they start."""

import os
import random
import socket

FIRST, LAST = 12_000, 32_000
"""Below those that Linux gives to connections: until the program has started, nobody else gets its port."""
WORKERS = 16
_dice = random.SystemRandom()
_given: set[int] = set()


def free_port() -> int:
    """Each worker of pytest-xdist draws from ports of its own, and none twice: programs may begin later."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    while True:
        port = _dice.randrange(FIRST + worker, LAST, WORKERS)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False
