"""URL validation of settings: a host that a browser or a client can reach, and nothing beside it."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address
from urllib.parse import SplitResult, urlsplit

from echoes.settings.trusted_proxies import PRIVATE

LOCALHOST = "localhost"
PRIVATE_NAMES = (".local", ".lan", ".home", ".home.arpa", ".internal", ".intranet", ".private")
"""Behind which no public DNS has a host (RFC 6762, RFC 8375, ICANN)."""
DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII | re.IGNORECASE)
_UNREADABLE = re.compile(r"[\x00-\x20\x7f\\]")


def as_browsers_write(address: str) -> str:
    """As an Origin header has it, with which it is compared: small letters, no usual port, no last slash."""
    parts = _split(address.strip())
    if parts is None or not parts.netloc or _UNREADABLE.search(address.strip()):
        return address
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    if parts.scheme in DEFAULT_PORTS and "@" not in origin:
        origin = origin.removesuffix(f":{DEFAULT_PORTS[parts.scheme]}")
    rest = address.strip()[len(parts.scheme) + 3 + len(parts.netloc) :]
    return origin + rest.rstrip("/")


def problems_of_origin(address: str) -> Iterator[str]:
    """What keeps it from being where browsers reach us, to be said behind the name of a setting."""
    parts = _split(address)
    if parts is None or _UNREADABLE.search(address):
        yield "must be an address such as https://echoes.example."
        return
    if not _is_host(parts.hostname):
        yield "must name a host, such as https://echoes.example (in other scripts as browsers do: xn--…)."
    if "@" in parts.netloc:
        yield "must not contain a user name or password: everybody can see it."
    if parts.path.strip("/"):
        yield "must end with the host: Echoes is served from its root, not from a path."
    if "?" in address or "#" in address:
        yield "must end with the host, without ? or #."


def is_https(address: str) -> bool:
    """Of a service: it may lie under a path, and must name a host over TLS."""
    parts = _split(address)
    if parts is None or _UNREADABLE.search(address) or "@" in parts.netloc:
        return False
    return parts.scheme == "https" and _is_host(parts.hostname)


def is_address(address: str) -> bool:
    """Of a service: http:// or https:// and a host that a client can reach."""
    return is_https(re.sub(r"\Ahttp://", "https://", address))


def is_loopback(host: str | None) -> bool:
    """This machine alone, by name or by number."""
    name = (host or "").lower()
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == LOCALHOST or name.endswith(f".{LOCALHOST}")


def is_private(host: str | None) -> bool:
    """In a network of one's own: by a private address, or by a name that only such a network knows."""
    name = (host or "").lower().removesuffix(".")
    try:
        address = ip_address(name)
    except ValueError:
        return bool(name) and ("." not in name or name.endswith(PRIVATE_NAMES))
    return any(address in network for network in PRIVATE)


def is_https_or_private(address: str) -> bool:
    """Whether what people send is either encrypted or stays within a network of their own."""
    host = host_of(address)
    is_http = address.startswith("http://")
    is_near = is_private(host) or is_loopback(host)
    return address.startswith("https://") or (is_http and is_near)


def host_of(address: str) -> str | None:
    parts = _split(address)
    return parts.hostname if parts else None


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_host(host: str | None) -> bool:
    """A name of the DNS, or an address that is one machine's."""
    labels = (host or "").removesuffix(".").split(".")
    if labels[-1].isdecimal() or ":" in labels[-1]:
        return _is_machine(host or "")
    return len(host or "") <= 253 and all(_LABEL.fullmatch(label) for label in labels)


def _is_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    is_one = not (address.is_unspecified or address.is_multicast)
    return is_one and (isinstance(address, IPv4Address) or address.scope_id is None)
