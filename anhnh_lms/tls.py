"""The establishment's own certificate: an authority that its PCs trust once, and what the server shows them.

Both lie in the folder `tls` beside the database, readable by the server's own user only. The authority's
certificate holds ten years, the server's one; the latter is renewed by the server itself. Clocks of prisons
are wrong, so neither has a beginning that a clock could be before, the end is never counted from a year in
which this program did not exist, and the authority, which people had to carry to every PC, is never replaced
by a clock. It can vouch only for addresses that are private or this server's, and for its names.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import clock

FOLDER, AUTHORITY, SERVER = "tls", "authority.pem", "server.pem"
BEGIN = datetime(2000, 1, 1, tzinfo=UTC)  # what a PC says whose battery is empty, or earlier
YEARS, DAYS, RENEW = 10, 365, timedelta(days=60)
LAST_YEAR = timedelta(days=DAYS)
PRIVATE = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"
)  # fmt: skip
LOCAL = ("localhost", "local", "lan", "internal", "home.arpa", "test")  # names that no public server has
_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LostAuthority(RuntimeError):
    """The authority's file is there and cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for this server."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """The certificate as PCs take it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256, as Firefox shows it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def thumbprint(self) -> str:
        """SHA-1: the only one that Windows shows. Nobody can make a certificate that has a given one."""
        return self.certificate.fingerprint(hashes.SHA1()).hex(" ").upper()  # noqa: S303

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc

    @property
    def ends_soon(self) -> bool:
        """Whether people should be sent to the PCs with a new one."""
        return self.ends - _now() < LAST_YEAR


def names_of_this_machine() -> list[str]:
    """What it is called on the network, if that can stand in a certificate."""
    own = socket.gethostname().lower()
    return [n for n in (own, f"{own.split('.')[0]}.local") if _NAME.fullmatch(n) and n != "localhost.local"]


def ready(data: Path, hosts: Iterable[str]) -> Path:
    """The file with the server's certificate and key for these addresses and names, made or renewed where
    it is time. The same hosts again: the same file, until RENEW is left. Raises LostAuthority, OSError."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = list(dict.fromkeys(["127.0.0.1", "::1", "localhost", *hosts]))
    if not (folder / AUTHORITY).exists():
        _make_authority(folder / AUTHORITY, wanted)
    vouches = authority(data)
    fitting = [host for host in wanted if _permitted(vouches.certificate, host)]
    if not _will_do(folder / SERVER, vouches, fitting):
        _write(folder / SERVER, *_server(vouches, fitting))
    return folder / SERVER


def exists(data: Path) -> bool:
    """Whether this server has an authority."""
    return (data / FOLDER / AUTHORITY).exists()


def authority(data: Path) -> Authority:
    """The authority of that data folder. Raises LostAuthority if it cannot be used, OSError if it is not there."""
    path = data / FOLDER / AUTHORITY
    text = path.read_bytes()
    try:
        certificate, key = _read(text)
    except ValueError:
        raise LostAuthority(
            f"{path} cannot be read. The PCs trust what it holds.\n"
            "Put it back from the last backup, then start again. If it is lost for good, move the folder\n"
            f"{path.parent} away: a new one is made at the next start, and every PC must trust it anew."
        ) from None
    return Authority(certificate, key)


def left_out(data: Path, hosts: Iterable[str]) -> list[str]:
    """Those of the hosts for which the authority cannot vouch: PCs that write them are warned."""
    certificate = authority(data).certificate
    return [host for host in hosts if not _permitted(certificate, host)]


# -- how the server shows it ------------------------------------------------------------------------------


class Contexts:
    """What a connection is wrapped in; the file is read again when it was renewed."""

    def __init__(self, path: Path) -> None:
        self._path, self._read_at, self._context = path, -1, _context()

    def current(self) -> ssl.SSLContext:
        """For the certificate as it stands now. If the file is gone or torn, the one that was read before."""
        try:
            at = self._path.stat().st_mtime_ns
            if at != self._read_at:
                fresh = _context()
                fresh.load_cert_chain(self._path)
                self._context, self._read_at = fresh, at
        except OSError:  # ssl.SSLError is one
            if self._read_at < 0:
                raise
        return self._context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Chrome 109 and Firefox 115 speak 1.3
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")  # of 1.2: with forward secrecy, and without CBC
    return context


# -- making them ------------------------------------------------------------------------------------------


def _now() -> datetime:
    return max(clock.now(), clock.EARLIEST)


def _make_authority(path: Path, hosts: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"ANHNH course server {secrets.token_hex(3).upper()}")])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates
    certificate = (
        _builder(name, name, key.public_key(), _now() + timedelta(days=DAYS * YEARS + 2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_subtrees(hosts), None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(path, certificate, key, first=True)


def _subtrees(hosts: list[str]) -> list[x509.GeneralName]:
    """What is private, and what this server is called or reached by now."""
    permitted: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(net)) for net in PRIVATE]
    permitted += [x509.DNSName(name) for name in LOCAL]
    for host in hosts:
        address = _address(host)
        if address and not any(address in ipaddress.ip_network(net) for net in PRIVATE):
            permitted.append(x509.IPAddress(ipaddress.ip_network(address)))
        elif not address and _NAME.fullmatch(host) and not _under(host, *LOCAL):
            permitted.append(x509.DNSName(host))
    return permitted


def _server(vouches: Authority, hosts: list[str]) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ANHNH course server")])
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)  # signs what it sends
    builder = _builder(name, vouches.certificate.subject, key.public_key(), _end(vouches))
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(_issuer_key(vouches), critical=False)
        .sign(vouches.key, hashes.SHA256())
    )
    return certificate, key


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _issuer_key(vouches: Authority) -> x509.AuthorityKeyIdentifier:
    own = vouches.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _end(vouches: Authority) -> datetime:
    return min(_now() + timedelta(days=DAYS), vouches.ends)


def _will_do(path: Path, vouches: Authority, hosts: list[str]) -> bool:
    """Whether the server's certificate is the authority's, names all these hosts, and lasts: no other would
    last longer, or it does not end soon."""
    try:
        certificate, _key = _read(path.read_bytes())
        certificate.verify_directly_issued_by(vouches.certificate)
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, InvalidSignature):
        return False
    ends = certificate.not_valid_after_utc
    lasts = ends - _now() > RENEW or _end(vouches) <= ends
    return lasts and {_general(host) for host in hosts} <= set(named)


# -- hosts ------------------------------------------------------------------------------------------------


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _general(host: str) -> x509.GeneralName:
    address = _address(host)
    return x509.IPAddress(address) if address else x509.DNSName(host)


def _permitted(certificate: x509.Certificate, host: str) -> bool:
    address = _address(host)
    found = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    for one in found:
        if address and isinstance(one, x509.IPAddress) and address in ipaddress.ip_network(one.value):
            return True
        if not address and isinstance(one, x509.DNSName) and _under(host, one.value):
            return True
    return False


def _under(host: str, *domains: str) -> bool:
    """Whether it is a name that is one of the domains or stands in one."""
    return bool(_NAME.fullmatch(host)) and f".{host}".endswith(tuple(f".{domain}" for domain in domains))


# -- files ------------------------------------------------------------------------------------------------


def _read(text: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = serialization.load_pem_private_key(text, None)
    certificate = x509.load_pem_x509_certificate(text)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key is not the certificate's")
    return certificate, key


def _write(path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, first: bool = False) -> None:
    """Certificate and key appear together or not at all, even in a power cut. With `first` the first of
    several writers wins."""
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(certificate.public_bytes(form[0]) + key.private_bytes(*form))
            file.flush()
            os.fsync(file.fileno())
        if not first:
            os.replace(fresh, path)
        elif not path.exists():
            os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
