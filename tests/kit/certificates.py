"""Certificates of kinds that trustme has none of."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kit.program import require

if TYPE_CHECKING:
    from pathlib import Path

YESTERDAY = {"not_before": datetime.now(UTC) - timedelta(9), "not_after": datetime.now(UTC) - timedelta(1)}
TOMORROW = {"not_before": datetime.now(UTC) + timedelta(1), "not_after": datetime.now(UTC) + timedelta(9)}


def issued(
    authority: trustme.CA, *, alone: bool = False, names: bool = True, usage: str = "server"
) -> trustme.LeafCert:
    """Issue a certificate for 127.0.0.1 of a kind that trustme has none of.

    Args:
        authority: who signs it.
        alone: it is signed by itself instead.
        names: it has the address among its alternative names, not as its common name only.
        usage: what it is for: server or client.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = key if alone else serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    above = x509.load_pem_x509_certificate(authority.cert_pem.bytes())
    purposes = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if alone else above.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(1))
        .not_valid_after(datetime.now(UTC) + timedelta(1))
        .add_extension(x509.ExtendedKeyUsage([purposes[usage]]), critical=False)
    )
    if names:
        address = x509.IPAddress(ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    if not alone:
        mark = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(mark, critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    return trustme.LeafCert(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
        [],
    )


def dated(authority: trustme.CA, dates: dict[str, datetime]) -> trustme.LeafCert:
    return authority.issue_cert("127.0.0.1", not_before=dates["not_before"], not_after=dates["not_after"])


def unchained(authority: trustme.CA) -> trustme.LeafCert:
    """Issue a certificate by an intermediate authority whose own certificate is not sent along."""
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    return trustme.LeafCert(leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), [])


def hashed(ca_file: str, directory: Path) -> str:
    """Make a directory of certificates as OpenSSL looks them up: by the hash of their subject."""
    tool = [require("openssl"), "x509", "-hash", "-noout", "-in", ca_file]
    name = subprocess.run(tool, capture_output=True, check=True, text=True).stdout.strip()
    (directory / f"{name}.0").symlink_to(ca_file)
    return str(directory)
