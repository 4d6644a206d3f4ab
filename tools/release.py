"""Adds to a folder with wheel and sdist what else a release hands out; run by tools/release.sh.

That is the bundle as .zip, template and add-in, what is inside as CycloneDX, and SHA256SUMS for `sha256sum -c`.
"""

import hashlib
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import sbom

from selfeval_xl import __version__
from selfeval_xl.excel import bundle, desk

ROOT = Path(__file__).resolve().parent.parent
DOWNLOADS = ROOT / ".cache"
SUMS = "SHA256SUMS"
BUNDLE = f"selfeval-xl-{__version__}-windows"


def complete(folder: Path, downloads: Path) -> None:
    """Adds to the one wheel that is in the folder, and the sdist, all the rest."""
    (wheel,) = folder.glob("*.whl")
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / BUNDLE
        bundle.build(made, downloads=downloads)
        packed = zipped(made, folder / f"{BUNDLE}.zip")
    for name in (desk.TEMPLATE, desk.ADD_IN):
        (folder / name).write_bytes(desk.workbook_file(name))
    packages = bundle.kept_in(downloads)
    described = {packed: sbom.of_bundle(packages, packed, sbom.Wheel.of(wheel)), wheel: sbom.of_wheel(packages, wheel)}
    for file, text in described.items():
        file.with_name(f"{file.stem}.cdx.json").write_text(text, "utf-8")
    (folder / SUMS).write_text(sums(folder), "utf-8")


def zipped(folder: Path, archive: Path) -> Path:
    """A folder as .zip, unpacked as one folder again; the same files give the same bytes."""
    moment = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", sbom.SAYS_NO_TIME)))[:6]
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", moment)
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


def sums(folder: Path) -> str:
    """The hash of each file, as sha256sum writes it."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


if __name__ == "__main__":
    complete(Path(sys.argv[1]), DOWNLOADS)
