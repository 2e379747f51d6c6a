"""Addresses of endpoints that the portal may ask: any service, within the company too, but not the machine's own host.

Clouds give out their machines' credentials at link-local addresses to whoever asks (OWASP: server-side request
forgery).
"""

import ipaddress
import socket
from urllib.parse import urlsplit

_METADATA = frozenset(ipaddress.ip_address(text) for text in ("fd00:ec2::254", "100.100.100.200", "168.63.129.16"))


def fault_of(base_url: str) -> str:
    """Say in a few technical words why this address is not asked; nothing if it may be."""
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "not an http or https address"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "more than host and path in the address"
    bad = next((str(ip) for ip in _resolved(parts.hostname, port) if _is_forbidden(ip)), "")
    return f"{parts.hostname} is {bad}, an address of the machine's host" if bad else ""


def _resolved(host: str, port: int | None) -> "list[ipaddress.IPv4Address | ipaddress.IPv6Address]":
    """None if there are none: a proxy may know the name, and asking will tell."""
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_forbidden(ip: "ipaddress.IPv4Address | ipaddress.IPv6Address") -> bool:
    plain = getattr(ip, "ipv4_mapped", None) or ip
    return plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain in _METADATA
