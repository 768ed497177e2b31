"""The establishment's own certificate: who trusts the authority trusts the server, whatever the clocks say."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms import clock, tls

HOSTS = ["192.168.7.9", "10.0.0.4", "lms", "lms.local"]
NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def accepted(data: Path, host: str) -> bool:
    """Whether a client that trusts the authority, and nobody else, takes the server for that host."""
    trusting = ssl.create_default_context(cadata=tls.authority(data).der)
    server = tls.Contexts(data / tls.FOLDER / tls.SERVER).current()
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = trusting.wrap_bio(back, there, server_hostname=host)
    theirs = server.wrap_bio(there, back, server_side=True)
    done = set()
    for _ in range(10):
        for one in (ours, theirs):
            try:
                one.do_handshake()
                done.add(one)
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError:
                return False
    return len(done) == 2


def test_ready_when_first_asked_then_who_trusts_the_authority_trusts_the_server(data: Path) -> None:
    tls.ready(data, HOSTS)
    assert [accepted(data, host) for host in (*HOSTS, "127.0.0.1", "localhost")] == [True] * 6
    assert [accepted(data, host) for host in ("192.168.7.10", "other", "example.com")] == [False] * 3


def test_ready_when_asked_again_then_nothing_is_written(data: Path) -> None:
    first = tls.ready(data, HOSTS).read_bytes()
    assert tls.ready(data, HOSTS[:2]).read_bytes() == first


def test_files_when_made_then_only_the_servers_own_user_reads_them(data: Path) -> None:
    before = os.umask(0)
    try:
        tls.ready(data, HOSTS)
    finally:
        os.umask(before)
    folder = data / tls.FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        tls.AUTHORITY: 0o600, tls.SERVER: 0o600,
    }  # fmt: skip


def test_ready_when_the_machine_has_a_new_address_then_the_certificate_names_it_and_the_authority_stays(
    data: Path,
) -> None:
    tls.ready(data, HOSTS)
    before = tls.authority(data).fingerprint
    tls.ready(data, ["192.168.9.1"])
    assert accepted(data, "192.168.9.1")
    assert tls.authority(data).fingerprint == before


def test_ready_when_a_host_cannot_be_vouched_for_then_the_others_still_are(data: Path) -> None:
    tls.ready(data, HOSTS)
    new = ["192.168.7.9", "8.8.4.4", "www.example.com", "no_name", "été"]
    tls.ready(data, new)
    assert tls.left_out(data, new) == new[1:]
    assert accepted(data, "192.168.7.9")


def test_ready_when_its_address_is_not_private_at_the_first_start_then_it_is_vouched_for(data: Path) -> None:
    tls.ready(data, ["192.0.2.7"])
    assert tls.left_out(data, ["192.0.2.7", "192.0.2.8"]) == ["192.0.2.8"]
    assert accepted(data, "192.0.2.7")


def test_authority_when_read_then_it_can_vouch_for_no_public_server(data: Path) -> None:
    tls.ready(data, HOSTS)
    extensions = tls.authority(data).certificate.extensions
    limits = extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    names = [n.value for n in limits.value.permitted_subtrees or [] if isinstance(n, x509.DNSName)]
    nets = [n.value for n in limits.value.permitted_subtrees or [] if isinstance(n, x509.IPAddress)]
    assert set(names) == {*tls.LOCAL, "lms"}
    assert all(ipaddress.ip_network(net).is_private for net in nets)
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_authority_when_it_vouches_for_a_public_server_all_the_same_then_nobody_takes_it(data: Path) -> None:
    path = tls.ready(data, HOSTS)
    tls._write(path, *tls._server(tls.authority(data), ["bank.example.com", "8.8.8.8", "192.168.7.9"]))
    assert not accepted(data, "bank.example.com")
    assert not accepted(data, "8.8.8.8")


# -- clocks -----------------------------------------------------------------------------------------------


def test_ready_when_sixty_days_are_left_then_it_is_renewed_and_not_before(data: Path) -> None:
    with clock.fixed_at(NOW):
        first = certificate(tls.ready(data, HOSTS))
    assert first.not_valid_after_utc - NOW == timedelta(days=365)
    with clock.fixed_at(NOW + timedelta(days=304)):
        assert certificate(tls.ready(data, HOSTS)) == first
    with clock.fixed_at(NOW + timedelta(days=306)):
        assert certificate(tls.ready(data, HOSTS)).not_valid_after_utc > first.not_valid_after_utc


@given(st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2106, 1, 1)), min_size=1, max_size=4))
def test_clock_when_it_jumps_then_pcs_with_the_right_date_go_on_trusting(
    tmp_path_factory: pytest.TempPathFactory, jumps: list[datetime]
) -> None:
    """The authority is made on a day that may be wrong; from then on nothing that a clock says replaces it,
    shortens what it vouches for, or gives anything a beginning that a PC could be before."""
    data = tmp_path_factory.mktemp("jumps")
    ends = None
    for jump in jumps:
        with clock.fixed_at(jump.replace(tzinfo=UTC)):
            found = certificate(tls.ready(data, HOSTS))
        authority = tls.authority(data).certificate
        assert ends in (None, authority.not_valid_after_utc)
        ends = authority.not_valid_after_utc
        assert found.not_valid_before_utc == authority.not_valid_before_utc == tls.BEGIN
        assert found.not_valid_after_utc <= ends
        assert found.not_valid_after_utc >= clock.EARLIEST + timedelta(days=365)
        assert ends >= clock.EARLIEST + timedelta(days=3650)


def test_ready_when_the_clock_is_after_the_authoritys_end_then_both_stay_as_they_are(data: Path) -> None:
    with clock.fixed_at(NOW):
        tls.ready(data, HOSTS)
        assert not tls.authority(data).ends_soon
    with clock.fixed_at(NOW.replace(year=2040)):
        last = tls.ready(data, HOSTS).read_bytes()
        assert tls.ready(data, HOSTS).read_bytes() == last
        assert tls.authority(data).ends_soon
    with clock.fixed_at(NOW):
        assert tls.ready(data, HOSTS).read_bytes() == last


# -- what can be wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize("torn", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\xff\x00"])
def test_ready_when_the_servers_file_is_torn_then_it_is_made_anew(data: Path, torn: bytes) -> None:
    tls.ready(data, HOSTS).write_bytes(torn)
    tls.ready(data, HOSTS)
    assert accepted(data, "lms")


@pytest.mark.parametrize("torn", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\xff\x00"])
def test_ready_when_the_authoritys_file_is_torn_then_it_says_so_and_replaces_nothing(data: Path, torn: bytes) -> None:
    tls.ready(data, HOSTS)
    path = data / tls.FOLDER / tls.AUTHORITY
    path.write_bytes(torn)
    with pytest.raises(tls.LostAuthority, match="last backup"):
        tls.ready(data, HOSTS)
    assert path.read_bytes() == torn


def test_ready_when_the_authority_is_another_then_the_server_gets_a_certificate_of_it(data: Path) -> None:
    tls.ready(data, HOSTS)
    (data / tls.FOLDER / tls.AUTHORITY).unlink()
    tls.ready(data, HOSTS)
    assert accepted(data, "lms")


def test_write_when_two_make_the_authority_at_once_then_the_first_stays(data: Path) -> None:
    tls.ready(data, HOSTS)
    path = data / tls.FOLDER / tls.AUTHORITY
    first = path.read_bytes()
    tls._write(path, *tls._read(first), first=True)
    assert path.read_bytes() == first
    assert sorted(p.name for p in path.parent.iterdir()) == [tls.AUTHORITY, tls.SERVER]


def test_contexts_when_the_file_is_renewed_then_the_next_connection_has_the_new_one(data: Path) -> None:
    path = tls.ready(data, HOSTS)
    contexts = tls.Contexts(path)
    first = contexts.current()
    assert contexts.current() is first
    tls._write(path, *tls._server(tls.authority(data), HOSTS))
    assert contexts.current() is not first


def test_contexts_when_the_file_is_gone_then_the_last_one_is_used(data: Path) -> None:
    path = tls.ready(data, HOSTS)
    contexts = tls.Contexts(path)
    first = contexts.current()
    path.write_bytes(b"torn")
    assert contexts.current() is first
    path.unlink()
    assert contexts.current() is first
    with pytest.raises(OSError, match=r"server\.pem"):
        tls.Contexts(path).current()


@pytest.mark.parametrize(("version", "spoken"), [("TLSv1_1", False), ("TLSv1_2", True)])
def test_contexts_when_the_other_end_speaks_old_tls_then_from_1_2(data: Path, version: str, spoken: bool) -> None:
    context = tls.Contexts(tls.ready(data, HOSTS)).current()
    assert (context.minimum_version <= ssl.TLSVersion[version]) == spoken
