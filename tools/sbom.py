"""Writes what is inside a release as CycloneDX: all that the bundle carries, and what the wheel needs when it runs.

What is said of a package is what its wheel says of itself. The same files give the same bytes: the serial number comes
from the hash of what is described, the time from SOURCE_DATE_EPOCH.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx import spdx
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from selfeval_xl.excel import bundle

OWN = "selfeval-xl"
ONLY_ON = f"{OWN}:only-on"
SAYS_NO_TIME = 1580601600  # what hatchling takes for the time of a file
WINDOWS, LINUX = (
    {"python_version": bundle.PYTHON, "python_full_version": f"{bundle.PYTHON}.0", "implementation_name": "cpython"}
    | {"platform_python_implementation": "CPython"}
    | system
    for system in (
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
        {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    )
)

# What packages say that means one licence and is not how SPDX writes it.
_LICENCES = {"MIT License": "MIT", "BSD 3-clause": "BSD-3-Clause", "Python Software Foundation License": "PSF-2.0"}

# Parts of python.org's Python with a version of their own in the file: the file, and whose they are.
_PARTS = {"libcrypto-3.dll": ("openssl", "Apache-2.0"), "sqlite3.dll": ("sqlite", "blessing")}
_PYTHON = re.compile(r"python3\d+\.dll")
_FILE_VERSION = re.compile("FileVersion\0".encode("utf-16-le") + rb"(?:\0\0)*((?:[\d.]\0)+)")


@dataclass(frozen=True)
class Wheel:
    """A package as it is installed."""

    metadata: Message
    sha256: str
    is_for_every_system: bool

    @classmethod
    def of(cls, path: Path) -> "Wheel":
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
            metadata = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
        return cls(metadata, _sha256(path.read_bytes()), path.stem.endswith("-none-any"))

    @property
    def name(self) -> str:
        return canonicalize_name(self.metadata["Name"])

    def needs(self, system: dict[str, str], extras: Iterable[str] = ()) -> Iterator[Requirement]:
        """What it asks for on such a system."""
        for line in self.metadata.get_all("Requires-Dist", []):
            wanted = Requirement(line)
            if not wanted.marker or any(wanted.marker.evaluate({**system, "extra": extra}) for extra in ("", *extras)):
                yield wanted


def of_bundle(packages: Path, archive: Path, own: Wheel) -> str:
    """The bundle: python.org's Python, and every package with the hash of its wheel."""
    wheels = wheels_in(packages)
    python = _python(bundle.unpacked_sdist(packages))
    root = _described(ComponentType.APPLICATION, "generic", own, _sha256(archive.read_bytes()))
    components = {name: _component(wheel) for name, wheel in wheels.items()}
    bom = _bom(root, [python, *components.values()])
    bom.register_dependency(root, [python, *_direct(components, own, WINDOWS)])
    for name, wheel in wheels.items():
        bom.register_dependency(components[name], _direct(components, wheel, WINDOWS))
    return _written(bom)


def of_wheel(packages: Path, path: Path) -> str:
    """The wheel: what it needs when it runs, in the versions that are tested.

    A package has a hash where its file is the same on every system.
    """
    wheels, own = wheels_in(packages), Wheel.of(path)
    root = _described(ComponentType.LIBRARY, "pypi", own, own.sha256)
    everywhere = needed(wheels, own, LINUX)
    components = {name: _component(wheels[name]) for name in sorted(needed(wheels, own, WINDOWS) | everywhere)}
    for name, component in components.items():
        if not wheels[name].is_for_every_system:
            component.hashes = []
        if name not in everywhere:
            component.properties = [Property(name=ONLY_ON, value="Windows")]
    bom = _bom(root, components.values())
    bom.register_dependency(root, _direct(components, own, WINDOWS))
    for name, component in components.items():
        bom.register_dependency(component, _direct(components, wheels[name], WINDOWS))
    return _written(bom)


def wheels_in(packages: Path) -> dict[str, Wheel]:
    """The packages that were fetched, by name."""
    return {wheel.name: wheel for wheel in map(Wheel.of, sorted(packages.glob("*.whl")))}


def needed(wheels: dict[str, Wheel], own: Wheel, system: dict[str, str]) -> set[str]:
    """The names of all packages that ours needs on such a system, one by way of another."""
    found: set[str] = set()
    asked = list(own.needs(system))
    while asked:
        requirement = asked.pop()
        name = canonicalize_name(requirement.name)
        if name not in found:
            found.add(name)
            asked += wheels[name].needs(system, requirement.extras)
    return found


# ---- one component ---------------------------------------------------------------------------------------------


def _component(wheel: Wheel) -> Component:
    return _described(ComponentType.LIBRARY, "pypi", wheel, wheel.sha256)


def _described(kind: ComponentType, system: str, wheel: Wheel, sha256: str) -> Component:
    stated = LicenseFactory().make_from_string(_licence(wheel.metadata))
    number = wheel.metadata["Version"]
    return _of(kind, PackageURL(system, name=wheel.name, version=number), stated, sha256, wheel.metadata["Summary"])


def _of(kind: ComponentType, purl: PackageURL, licence: License, sha256: str, summary: str | None = None) -> Component:
    return Component(
        type=kind,
        name=purl.name,
        version=purl.version,
        purl=purl,
        bom_ref=purl.to_string(),
        description=summary,
        licenses=[licence],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256)],
    )


def _licence(metadata: Message) -> str:
    """As SPDX writes it, where a package says one licence of itself; else its own words."""
    classifiers = [c.rpartition(" :: ")[2] for c in metadata.get_all("Classifier", []) if c.startswith("License :: ")]
    said = [metadata.get("License-Expression", ""), metadata.get("License", "").partition("\n")[0], *classifiers]
    stated = [_LICENCES.get(words, words) for words in said if words]
    written = (words for words in stated if spdx.is_supported_id(words) or spdx.is_expression(words))
    return next(written, stated[-1] if stated else "not stated")


def _python(archive: bytes) -> Component:
    """python.org's Python with the parts that are known by name."""
    with zipfile.ZipFile(BytesIO(archive)) as files:
        contents = {Path(name).name: files.read(name) for name in files.namelist()}
    library = next(name for name in contents if _PYTHON.fullmatch(name))
    python = _part("python", "PSF-2.0", contents[library], archive)
    python.cpe = f"cpe:2.3:a:python:python:{python.version}:*:*:*:*:*:*:*"
    python.components = [
        _part(name, licence, contents[file], contents[file]) for file, (name, licence) in _PARTS.items()
    ]
    return python


def _part(name: str, licence: str, library: bytes, content: bytes) -> Component:
    """What a library of Windows says of its version, and the hash of what is handed on."""
    found = _FILE_VERSION.search(library)
    assert found, name  # noqa: S101 (the files are those of the lock)
    number = ".".join(found[1].decode("utf-16-le").split(".")[:3])
    purl = PackageURL("generic", name=name, version=number)
    return _of(ComponentType.LIBRARY, purl, LicenseFactory().make_from_string(licence), _sha256(content))


# ---- the whole -------------------------------------------------------------------------------------------------


def _bom(root: Component, components: Iterable[Component]) -> Bom:
    tool = Component(type=ComponentType.LIBRARY, name="cyclonedx-python-lib", version=version("cyclonedx-python-lib"))
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", SAYS_NO_TIME))
    (sha256,) = root.hashes
    return Bom(
        serial_number=uuid5(NAMESPACE_URL, f"{root.purl}#{sha256.content}"),
        metadata=BomMetaData(
            component=root,
            timestamp=datetime.fromtimestamp(moment, UTC),
            tools=ToolRepository(components=[tool]),
        ),
        components=components,
    )


def _direct(components: dict[str, Component], wheel: Wheel, system: dict[str, str]) -> list[Component]:
    names = {canonicalize_name(requirement.name) for requirement in wheel.needs(system)}
    return [components[name] for name in sorted(names & set(components))]


def _written(bom: Bom) -> str:
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    if wrong := JsonStrictValidator(JsonV1Dot6(bom).schema_version).validate_str(text):
        raise ValueError(wrong)
    return text


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
