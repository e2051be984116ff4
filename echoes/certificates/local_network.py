"""Local certificate authority for https in a private network: names, addresses, renewal.

Who trusts the authority on a phone believes it about private names and addresses alone (name constraints):
should its key be stolen, nobody can pretend to be a bank with it.
"""

import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509

from echoes.certificates.authority import WEB_SERVER, issue, make_authority
from echoes.certificates.pem import CertificateUnusable, Credential, read_credential, write_secret
from echoes.models import now

FOLDER = "certificates"
AUTHORITY, PUBLIC_AUTHORITY, SERVER = "authority.pem", "authority.crt", "server.pem"
"""The authority's key, what phones get of it, and the server's key and chain."""
RENEWAL = timedelta(days=30)
PRIVATE_SUFFIXES = ("localhost", "local", "lan", "internal", "home", "home.arpa", "fritz.box")
PRIVATE_NETWORKS = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
            "::1/128", "fc00::/7", "fe80::/10",
        ),
    )
)  # fmt: skip
HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII
)


def names_of_this_machine() -> list[str]:
    """How others in the network reach it, as far as the machine knows."""
    name = socket.gethostname().split(".")[0].lower()
    own = [f"{name}.local"] if HOST.fullmatch(name) and name != "localhost" else []
    return [*own, *_own_addresses(), "localhost", "127.0.0.1"]


def certify(folder: Path, names: Iterable[str]) -> Credential:
    """A new certificate of the authority in the folder, which is made once. Raises CertificateUnusable."""
    wanted = [_general_name(name) for name in dict.fromkeys(name.strip().lower() for name in names)]
    authority = _authority(folder)
    made = issue(authority, WEB_SERVER, now(), wanted)
    write_secret(folder / SERVER, made.pem)
    return made


def renew(folder: Path) -> bool:
    """Whether it was time, and there is a new one for the same names. Nothing without one of ours."""
    server = folder / SERVER
    if not (server.exists() and (folder / AUTHORITY).exists()):
        return False
    old = read_credential(server, server)
    if old.expires - now() > RENEWAL:
        return False
    certify(folder, names_in(old))
    return True


def names_in(credential: Credential) -> list[str]:
    try:
        names = credential.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]


def covers(credential: Credential, host: str) -> bool:
    """Whether a browser at this address believes the certificate, as far as its names go."""
    wildcard = f"*.{host.partition('.')[2]}"
    return host.lower() in names_in(credential) or wildcard in names_in(credential)


def _authority(folder: Path) -> Credential:
    path = folder / AUTHORITY
    if path.exists() and (found := read_credential(path, path)).expires - now() > timedelta(
        days=WEB_SERVER.days
    ):
        return found
    name = f"Echoes at {socket.gethostname().split('.')[0][:40]}"
    made = make_authority(name, now(), constraints=_constraints())
    write_secret(path, made.pem)
    write_secret(folder / PUBLIC_AUTHORITY, made.leaf_pem)
    return made


def _constraints() -> x509.NameConstraints:
    names = [x509.DNSName(suffix) for suffix in PRIVATE_SUFFIXES]
    return x509.NameConstraints([*names, *map(x509.IPAddress, PRIVATE_NETWORKS)], None)


def _general_name(name: str) -> x509.GeneralName:
    with suppress(ValueError):
        return x509.IPAddress(_private(ip_address(name)))
    is_private = any(name == suffix or name.endswith(f".{suffix}") for suffix in PRIVATE_SUFFIXES)
    if HOST.fullmatch(name) and is_private:
        return x509.DNSName(name)
    if HOST.fullmatch(name) and "." not in name:
        raise CertificateUnusable(f"“{name}” has no ending", f"Write {name}.local, as phones ask for it.")
    raise CertificateUnusable(
        f"“{name}” is no name of a private network",
        "A name that all the internet knows gets a certificate of a public authority: let a proxy, such as "
        "Caddy, fetch it.",
    )


def is_private(address: IPv4Address | IPv6Address) -> bool:
    return any(address.version == network.version and address in network for network in PRIVATE_NETWORKS)


def _private(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if is_private(address):
        return address
    raise CertificateUnusable(
        f"{address} is a public address",
        "A local certificate is for a private network; use a proxy with https.",
    )


def _own_addresses() -> list[str]:
    """Asks the machine which address it would send from. Nothing is sent."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("10.255.255.255", 9))
        address = ip_address(probe.getsockname()[0])
        if is_private(address) and not address.is_loopback:
            found.append(str(address))
    return found
