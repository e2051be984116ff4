"""Trusted proxies: the machines whose word on where a visitor comes from is believed. Never everybody."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TypeVar

Network = IPv4Network | IPv6Network
Same = TypeVar("Same", IPv4Network, IPv6Network)

MOST_PUBLIC = {4: 2**24, 6: 2**104}
"""Addresses that others may have. Every content network publishes fewer; whoever trusts more trusts clouds
in which anybody may rent a machine."""
PRIVATE: tuple[Network, ...] = (
    *map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12")),
    IPv4Network("192.168.0.0/16"),
    *map(IPv6Network, ("::1/128", "fc00::/7", "fe80::/10")),
)
AS_IPV6 = IPv6Network("::ffff:0:0/96")
"""How a socket of both kinds writes addresses of IPv4."""

NOT_ADDRESSES = (
    "must name addresses or networks, separated by commas, such as 10.0.0.5 or 10.1.0.0/16: not {}."
)
EVERYBODY = "must name only your proxies: with a network this wide, anybody could claim any address."


def problems_of_proxies(setting: str) -> Iterator[str]:
    """To be said behind the name of the setting."""
    entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
    wrong = [entry for entry in entries if _network(entry) is None]
    if wrong:
        yield NOT_ADDRESSES.format(", ".join(map(repr, wrong)))
    networks = [network for entry in entries if (network := _network(entry))]
    ours = [network for network in networks if isinstance(network, IPv4Network)]
    theirs = [network for network in networks if isinstance(network, IPv6Network)]
    if _public(ours) > MOST_PUBLIC[4] or _public(theirs) > MOST_PUBLIC[6]:
        yield EVERYBODY


def _network(entry: str) -> Network | None:
    try:
        network = ip_network(entry)  # As the server reads it: bits behind the network would make it a name.
    except ValueError:
        return None
    if isinstance(network, IPv6Network) and network.subnet_of(AS_IPV6):
        bits = int(network.network_address) & 0xFFFFFFFF
        return IPv4Network((bits, network.prefixlen - AS_IPV6.prefixlen))
    return network


def _public(networks: Iterable[Same]) -> int:
    """How many addresses they hold that are not of private networks."""
    return sum(network.num_addresses - _private_part(network) for network in collapse_addresses(networks))


def _private_part(network: Network) -> int:
    shared = [
        min(known.num_addresses, network.num_addresses) for known in PRIVATE if _overlap(known, network)
    ]
    return sum(shared)


def _overlap(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return isinstance(other, IPv6Network) and one.overlaps(other)
