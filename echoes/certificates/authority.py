"""Certificate authority (X.509, elliptic curve P-256): a self-signed root, and what it issues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from echoes.certificates.pem import Credential

SKEW = timedelta(days=1)
"""A certificate is valid from yesterday on: the clock of who looks at it may be behind."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a certificate that is issued is for."""

    name: str
    days: int
    purpose: ObjectIdentifier


CONTENT_CREDENTIALS = Profile("Echoes Content Credentials", 25 * 365, ExtendedKeyUsageOID.EMAIL_PROTECTION)
"""Signs manifests of C2PA, which names e-mail protection as the purpose of its signers."""
WEB_SERVER = Profile("Echoes", 397, ExtendedKeyUsageOID.SERVER_AUTH)
"""Serves https; browsers refuse what is valid for longer."""


def make_authority(
    name: str, moment: datetime, *, years: int = 10, constraints: x509.NameConstraints | None = None
) -> Credential:
    """A root with a new key. With `constraints` nobody believes it about other names."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), _name(name), key, moment, timedelta(days=365 * years))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    builder = builder.add_extension(_own_identifier(key), critical=False)
    if constraints is not None:
        builder = builder.add_extension(constraints, critical=True)
    return Credential((builder.sign(key, hashes.SHA256()),), key)


def issue(
    authority: Credential, profile: Profile, moment: datetime, names: Sequence[x509.GeneralName] = ()
) -> Credential:
    """A certificate with a new key, and the authority's behind it."""
    key, root = ec.generate_private_key(ec.SECP256R1()), authority.leaf
    end = min(moment + timedelta(days=profile.days), root.not_valid_after_utc)
    builder = _builder(_name(profile.name), root.subject, key, moment, end - moment)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage("digital_signature"), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([profile.purpose]), critical=False)
    builder = builder.add_extension(_own_identifier(key), critical=False)
    builder = builder.add_extension(_identifier_of(root), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Credential((builder.sign(authority.key, hashes.SHA256()), root), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    moment: datetime,
    length: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - SKEW)
        .not_valid_after(moment + length)
    )


def _name(common: str) -> x509.Name:
    """Nothing of the machine, and of nobody: a certificate travels with each film."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Echoes"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*wanted: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in wanted for name in every})


def _own_identifier(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _identifier_of(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256, in pairs, as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
