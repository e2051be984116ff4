"""Keys and certificates of the data folder in backups: what serves https, and what signs films and clips."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from echoes.certificates import local_network
from echoes.certificates.pem import write_secret
from echoes.content_credentials import signer
from echoes.storage.disk import make_folder

KEY_FOLDERS = (local_network.FOLDER, signer.FOLDER)


def key_files(data_dir: Path) -> dict[str, Path]:
    """By names such as `certificates/server.pem`; without those that are being written."""
    files = (path for folder in KEY_FOLDERS for path in (data_dir / folder).glob("[!.]*") if path.is_file())
    return {f"{path.parent.name}/{path.name}": path for path in sorted(files)}


def is_key_file(name: str) -> bool:
    """Whether such a name leads into one of the folders, and nowhere else."""
    folder, slash, file = name.partition("/")
    is_plain = "/" not in file and "\\" not in file and not file.startswith(".")
    return folder in KEY_FOLDERS and slash == "/" and bool(file) and is_plain


def pack(data_dir: Path, target: Path) -> bool:
    """Whether there are any: then they are in the archive, which its owner alone may read."""
    if not (files := key_files(data_dir)):
        return False
    target.touch(mode=0o600)
    with tarfile.open(target, "w") as archive:
        for name, path in files.items():
            archive.add(path, name, recursive=False)
    return True


def unpack(source: Path, data_dir: Path) -> None:
    """What is there already stays. Raises ValueError for what is no such archive."""
    try:
        for name, content in _read(source):
            make_folder((data_dir / name).parent)
            write_secret(data_dir / name, content, replace=False)
    except tarfile.TarError as error:
        raise ValueError(f"its keys cannot be unpacked ({error})") from error


def _read(source: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(source, "r:") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or not is_key_file(member.name):
                raise ValueError(f"{member.name!r} does not belong there")
            yield member.name, content.read()
