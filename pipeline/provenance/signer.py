"""Who signs: a studio's own certificate, or one that a machine has made for itself, which proves no name."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from farm.store.files import create_atomically
from pipeline.settings import Signing
from storyboard.errors import UsageError
from storyboard.refusals import store_errors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

OWN = "signer.pem"
"""in the home folder: the key and the certificates that a machine has made for itself"""
NOBODY = "nobody in particular"
SELF_MADE = "made by shotfarm for itself: proves nothing about who"
_YEARS = 20
_LEAST_RSA = 2048
_END = b"-----END PRIVATE KEY-----\n"
_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


@dataclass(frozen=True, slots=True)
class Signer:
    """A key with its certificates.

    Attributes:
        algorithm: of its signatures, as C2PA calls it.
        certificates: PEM, the signer's own first.
        key: PEM.
        self_made: nobody vouches for it.
    """

    algorithm: str
    certificates: bytes
    key: bytes
    self_made: bool


def signer_of(signing: Signing) -> Signer:
    """Who signs; the certificate of a machine's own is made when it is first needed.

    Raises:
        UsageError: the certificate or the key of the settings cannot be used.
        StoreError: the home folder cannot be written.
    """
    certificate, key = signing.certificate, signing.key
    if (certificate is None) != (key is None):
        raise UsageError(
            "a certificate signs with its key",
            "set SHOTFARM_SIGNING_CERTIFICATE and SHOTFARM_SIGNING_KEY, or neither",
        )
    if certificate and key:
        return _studio(certificate, key)
    path = signing.home / OWN
    with store_errors(path):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            create_atomically(path, _made(), private=True)
        pem = path.read_bytes()
    key_ends = pem.index(_END) + len(_END)
    return Signer("es256", pem[key_ends:], pem[:key_ends], self_made=True)


def check_signer(signing: Signing | None) -> None:
    """Refuse a studio's certificate that cannot sign, before anything is made.

    Raises:
        UsageError: it, or its key, cannot be used.
    """
    if signing and (signing.certificate or signing.key):
        signer_of(signing)


def fingerprint(signer: Signer) -> str:
    """SHA-256 of the certificates of a signer."""
    return hashlib.sha256(signer.certificates).hexdigest()


def _studio(certificate: Path, key: Path) -> Signer:
    """A studio's own certificate, with those that vouch for it, and its key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificates

    try:
        pems = certificate.read_bytes(), key.read_bytes()
    except OSError as error:
        raise UsageError(f"what signs cannot be read: {error}") from None
    try:
        chain, private = load_pem_x509_certificates(pems[0]), load_pem_private_key(pems[1], None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"what signs is no PEM of certificates and of an open key: {error}") from None
    if chain[0].public_key() != private.public_key():
        raise UsageError(f"{str(key)!r} is not the key of the first certificate of {str(certificate)!r}")
    return Signer(_algorithm(private), *pems, self_made=False)


def _algorithm(key: object) -> str:
    """What a key signs with, as C2PA calls it.

    Raises:
        UsageError: C2PA has no signature of such a key.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA:
        return "ps256"
    by_curve = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in by_curve:
        return by_curve[key.curve.name]
    raise UsageError(
        "C2PA has no signature of such a key",
        "it takes keys of P-256, P-384 and P-521, of Ed25519, and of RSA with 2048 bits or more",
    )


def _made() -> bytes:
    """A key, its certificate, and the one that vouches for that, which nobody vouches for."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    private = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return b"".join(
        [private, _certificate(own, root, signs_others=False), _certificate(root, root, signs_others=True)]
    )


def _certificate(
    key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, signs_others: bool
) -> bytes:
    """A certificate by the rules that C2PA has for them."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(words: str) -> x509.Name:
        who = x509.NameAttribute(NameOID.ORGANIZATION_NAME, NOBODY)
        return x509.Name([who, x509.NameAttribute(NameOID.COMMON_NAME, words)])

    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(_USAGES, False) | (
        {"key_cert_sign": True, "crl_sign": True} if signs_others else {"digital_signature": True}
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(named("root, " + SELF_MADE if signs_others else SELF_MADE))
        .issuer_name(named("root, " + SELF_MADE))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(signs_others, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not signs_others:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        vouches = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
        built = built.add_extension(mail, critical=False).add_extension(vouches, critical=False)
    return built.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
