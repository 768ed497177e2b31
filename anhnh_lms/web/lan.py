"""The addresses of this machine on the local network: what PCs of the prison type to reach the server."""

from __future__ import annotations

import fcntl
import ipaddress
import socket
import struct

from .. import tls
from ..config import Settings

SIOCGIFADDR = 0x8915  # Linux, netdevice(7): the IPv4 address of an interface
INSIDE = ("lo", "docker", "veth", "br-", "virbr", "tun", "wg")  # interfaces that no PC of the prison is on


def addresses(settings: Settings) -> list[str]:
    """ "http://192.168.1.10:8000" and the like (https with TLS), the most likely first; empty if only this
    machine is served."""
    scheme, usual = ("https", 443) if settings.tls else ("http", 80)
    port = "" if settings.port == usual else f":{settings.port}"
    return [f"{scheme}://{host}{port}" for host in hosts(settings)]


def hosts(settings: Settings) -> list[str]:
    """The same without scheme and port. Asks the kernel about its interfaces; nothing is sent."""
    if settings.host in ("0.0.0.0", "::", ""):  # noqa: S104  (compared, not bound)
        return _interfaces()
    return [] if _is_loopback(settings.host) else [settings.host]


def served(settings: Settings) -> list[str]:
    """The addresses and names by which this server may be reached: what its certificate must name."""
    return [*hosts(settings), *tls.names_of_this_machine()]


def without_trust(address: str) -> str:
    """Where a PC that does not trust the certificate yet reads how to: the same port, without TLS."""
    return address.replace("https://", "http://", 1) + "/trust"


def on_paper(settings: Settings, asked: str) -> str:
    """The address to print: this machine's own on the network, not the one that a request says it asked,
    for anybody can write another there. Only when no network is served there is but the latter."""
    return next(iter(addresses(settings)), asked.rstrip("/"))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _interfaces() -> list[str]:
    found: list[ipaddress.IPv4Address] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _number, name in socket.if_nameindex():
            if not name.startswith(INSIDE) and (address := _address_of(asked, name)):
                found.append(address)
    usable = [a for a in dict.fromkeys(found) if not a.is_loopback]
    return [str(a) for a in sorted(usable, key=lambda a: (a.is_link_local, not a.is_private))]


def _address_of(asked: socket.socket, interface: str) -> ipaddress.IPv4Address | None:
    request = struct.pack("256s", interface.encode()[:15])
    try:
        answer = fcntl.ioctl(asked.fileno(), SIOCGIFADDR, request)
    except OSError:
        return None  # the interface has no IPv4 address
    return ipaddress.IPv4Address(answer[20:24])
