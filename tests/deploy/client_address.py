"""Whose address Echoes counts behind a proxy on another address, with visitors in a network of their own.

By the limit of sign-ins of one address: it is the only thing that an address changes and all can see.
"""

import subprocess
from collections.abc import Sequence

from tests.deploy.own_network import VISITORS

ENOUGH = 30
"""More than the sign-ins that one address may begin in a minute."""
TOO_MANY = "429"


def asked(visitor: str, host: str, reached_at: str, *, port: int = 443, times: int = ENOUGH) -> list[str]:
    """Statuses of beginning to sign in, each time with another address in a forged header."""
    scheme = "https" if port == 443 else "http"
    asks: list[str] = []
    for number in range(times):
        asks += [*(["--next"] if asks else []), *_ask(visitor, number)]
        asks += ["--resolve", f"{host}:{port}:{reached_at}", f"{scheme}://{host}:{port}/auth/start"]
    command = ["ip", "netns", "exec", VISITORS, "curl", "--silent", *asks]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def _ask(visitor: str, number: int) -> Sequence[str]:
    return [
        "--insecure", "--interface", visitor, "--max-time", "30", "--output", "/dev/null",
        "--write-out", "%{http_code}\n", "--header", f"X-Forwarded-For: 203.0.113.{number}",
    ]  # fmt: skip


def prove(host: str, gateway: str, server: str, visitors: tuple[str, str, str]) -> list[str]:
    """What was seen, in sentences. The proxy answers at `gateway`, Echoes itself at `server`, port 3000."""
    one, another, third = visitors
    first = asked(one, host, gateway)
    assert (first[0], first[-1]) == ("303", TOO_MANY), first
    assert asked(another, host, gateway, times=1) == ["303"], "one visitor must not use up another's"
    past = asked(third, "echoes.direct", server, port=3000)
    assert (past[0], past[-1]) == ("303", TOO_MANY), "a header that no proxy of ours sent is believed"
    return [
        f"{one} may begin {first.count('303')} sign-ins in a minute, whatever it says of itself",
        f"{another} comes by the same proxy and is not held up",
        f"{third} asks Echoes itself and is counted by its own address, not by its header",
    ]
