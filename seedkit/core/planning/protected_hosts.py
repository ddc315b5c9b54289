"""Whether a server is among the hosts that are protected: names compared as names, addresses as such, sockets as paths.

Nothing is looked up: a name is compared with the name that was asked for, an address with the one that was reached.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NUMBER = re.compile(r"0x[0-9a-f]+|\d+")


def protecting_pattern(hosts: Iterable[str], patterns: Iterable[str]) -> tuple[str, str] | None:
    """Give the first host that a pattern fits, with the pattern; `hosts` are all that a server is known by.

    >>> protecting_pattern(["db.prod.example.com."], ["*.Prod.example.com"])
    ('db.prod.example.com.', '*.Prod.example.com')
    >>> protecting_pattern(["127.1", "::ffff:10.0.0.7"], ["10.0.0.0/24"])
    ('::ffff:10.0.0.7', '10.0.0.0/24')
    """
    known = [host for host in hosts if host]
    return next(((host, pattern) for pattern in patterns for host in known if _fits(host, pattern)), None)


def _fits(host: str, pattern: str) -> bool:
    address, wanted = _address(host), _name(pattern)
    if fnmatchcase(_name(host), wanted):
        return True
    if address is None:
        return False
    return address == _address(pattern) or fnmatchcase(str(address), wanted) or _is_within(address, pattern)


def _name(host: str) -> str:
    """Spell a name in one way; the one that ends in a dot is the same, said to be complete. A socket's is a path."""
    name = host.strip().lower()
    if name.startswith("/"):
        return "/" + posixpath.normpath(name).lstrip(
            "/"
        )  # it keeps two slashes at the beginning, no Unix of today does
    return name.rstrip(".")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Read an address in whatever spelling reaches it; None for a name.

    >>> _address("[::FFFF:10.0.0.7]"), _address("127.1"), _address("0x7f000001"), _address("db.example.com")
    (IPv4Address('10.0.0.7'), IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    text = _name(host).strip("[]").partition("%")[0]  # behind a per cent sign stands the interface
    try:
        address = ip_address(text)
    except ValueError:
        return _short_address(text)
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _short_address(text: str) -> IPv4Address | None:
    """Read what inet_aton takes: up to four numbers, also octal or hexadecimal, the last one for all bytes left."""
    parts = text.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = (int(part, 8 if part[0] == "0" and part[1:2] != "x" else 0) for part in parts)
        return IPv4Address(bytes(first) + last.to_bytes(4 - len(first), "big"))
    except (ValueError, OverflowError):  # a number too large for its place, or an 8 in an octal one
        return None


def _is_within(address: IPv4Address | IPv6Address, pattern: str) -> bool:
    try:
        return address in ip_network(pattern.strip(), strict=False)
    except ValueError:
        return False
