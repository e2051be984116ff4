"""A network and mount namespace of one's own (Linux, root): names and addresses of a recipe lead to this
machine, and nothing leaves it. All of it is gone with its processes."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

VISITORS = "visitors"
"""A network of others, from which the proxy's outer address is reached."""


def begin(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Runs this module again within, to its end."""
    command = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-m", module]
    subprocess.run([*command, *arguments], env=environment, check=True)


def furnish(folder: Path, addresses: Mapping[str, str]) -> None:
    """`addresses` by name. Each is one of this machine."""
    hosts = folder / "hosts"
    lines = [f"{address} {name}" for name, address in addresses.items()]
    hosts.write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))
    hosts.chmod(0o644)
    own = {address for address in addresses.values() if not address.startswith("127.")}
    run(
        "ip link set lo up", *[f"ip addr add {address}/32 dev lo" for address in sorted(own)],
        f"mount --bind {hosts} /etc/hosts", "mount -t tmpfs tmpfs /mnt", "mkdir /mnt/backups",
    )  # fmt: skip


def ask_from(source: str, target: str) -> None:
    """What asks at `target` seems to come from `source`: two machines' addresses on one."""
    run(f"ip route replace local {target} dev lo table local src {source}")


def add_visitors(gateway: str, addresses: Sequence[str]) -> None:
    """A second network, with an interface of its own, behind `gateway`."""
    run(
        "mount -t tmpfs tmpfs /run", f"ip netns add {VISITORS}",
        f"ip link add outer type veth peer name inner netns {VISITORS}",
        f"ip addr add {gateway}/24 dev outer", "ip link set outer up",
        *[f"ip -n {VISITORS} addr add {address}/24 dev inner" for address in addresses],
        f"ip -n {VISITORS} link set inner up", f"ip -n {VISITORS} route add default via {gateway}",
    )  # fmt: skip


def run(*lines: str) -> None:
    for line in lines:
        subprocess.run(line.split(), check=True)
