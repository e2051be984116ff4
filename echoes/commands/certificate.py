"""`echoes certificate`: https in a private network, by a certificate authority of one's own."""

from collections.abc import Callable, Sequence

from echoes.certificates import local_network
from echoes.certificates.authority import fingerprint
from echoes.certificates.pem import read_credential
from echoes.settings import Settings
from echoes.text.formatting import full_date

PHONES = """\
Each phone and computer must trust the authority once. Send it this file, by AirDrop, e-mail or a cable:
  {file}
  iPhone, iPad: open it, then Settings > General > VPN & Device Management > install; then
    Settings > General > About > Certificate Trust Settings > switch on {name}.
  Android: Settings > Security > Encryption & credentials > Install a certificate > CA certificate.
  Windows: open it > Install Certificate > Local Machine > Trusted Root Certification Authorities.
  macOS: open it in Keychain Access > {name} > Trust > Always Trust.
  Firefox: Settings > Privacy & Security > View Certificates > Authorities > Import.
Compare what they show with this fingerprint (SHA-256):
  {fingerprint}
It is believed about private names and addresses alone. docs/certificates.md says more."""

Say = Callable[[str], None]


def make(settings: Settings, names: Sequence[str], say: Say) -> None:
    """Raises CertificateUnusable."""
    folder = settings.data_dir / local_network.FOLDER
    made = local_network.certify(folder, names or local_network.names_of_this_machine())
    server = folder / local_network.SERVER
    say(f"A certificate for {', '.join(local_network.names_in(made))}, until {full_date(made.expires)}.")
    say("Echoes renews it by itself. Set these, and restart it:")
    say(f"  ECHOES_TLS_CERTIFICATE={server}")
    say(f"  ECHOES_TLS_KEY={server}")
    say(f"  ECHOES_PUBLIC_URL=https://{local_network.names_in(made)[0]}:{settings.port}")
    say("")
    say_to_phones(settings, say)


def say_to_phones(settings: Settings, say: Say) -> None:
    folder = settings.data_dir / local_network.FOLDER
    root = read_credential(folder / local_network.AUTHORITY, folder / local_network.AUTHORITY).leaf
    name = root.subject.rfc4514_string().split(",")[0].removeprefix("CN=")
    file = folder / local_network.PUBLIC_AUTHORITY
    say(PHONES.format(file=file, name=name, fingerprint=fingerprint(root)))
