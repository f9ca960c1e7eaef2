"""Joins what the tools tell of our parts into one SBOM (CycloneDX 1.6), and checks it against its schema.

    .tools/sbom/bin/python scripts/sbom.py PYTHON.json PACKAGE_LOCK.json SITE_PACKAGES OUT.json

Run by scripts/sbom.sh: PYTHON.json is what cyclonedx-py makes of requirements/run.txt, PACKAGE_LOCK.json is npm's; in
SITE_PACKAGES is the built engine with the SBOM that auditwheel put into it. Licences are NOTICE.md's.
"""

import base64
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

NOTICE = Path(__file__).parents[1] / "NOTICE.md"
LOCK = NOTICE.parent / "requirements" / "run.txt"
SRTP = re.compile(rb"libsrtp2? (\d+\.\d+\.\d+)")
"""How the library that is linked into the engine calls itself (`srtp_get_version_string`)."""


def read(path: Path) -> Bom:
    """A tool's SBOM."""
    bom = Bom.from_json(data=json.loads(path.read_text(encoding="utf-8")))  # type: ignore[attr-defined]
    assert isinstance(bom, Bom)
    return bom


def licences() -> dict[str, str]:
    """Part -> SPDX expression, as NOTICE.md has them."""
    return dict(re.findall(r"^\| (\S+) \| (.+?) \|$", NOTICE.read_text(encoding="utf-8"), re.MULTILINE))


def not_here() -> set[str]:
    """Parts that the lock file wants on another system only (Python in a browser), and that are never shipped."""
    lock = LOCK.read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+)==\S+ ;[^\n]*sys_platform == 'emscripten'", lock, re.MULTILINE))


def page_parts(lock: Path) -> Iterator[Component]:
    """What the pages are made of, without the tools that only build them. npm's hash is `sha512-` and base64."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for path, about in packages.items():
        if path and not about.get("dev"):
            name = path.rpartition("node_modules/")[2]
            digest = base64.b64decode(about["integrity"].removeprefix("sha512-")).hex()
            group, _, bare = name.rpartition("/")
            yield Component(
                name=name,
                version=about["version"],
                type=ComponentType.LIBRARY,
                purl=PackageURL("npm", group or None, bare, about["version"]),
                hashes=[HashType(alg=HashAlgorithm.SHA_512, content=digest)],
            )


def engine_parts(site_packages: Path) -> Iterator[Component]:
    """The engine, what auditwheel says that it carries, pjproject, and SRTP's library that is linked in."""
    for told in site_packages.glob("pjsua2*.dist-info/sboms/*.cdx.json"):
        yield from read(told).components
    for folder in site_packages.glob("pjsua2*.dist-info"):
        version = folder.name.removesuffix(".dist-info").rpartition("-")[2]
        yield made_of("pjproject", version, "pjsip")
    for native in site_packages.glob("_pjsua2*.so"):
        if found := SRTP.search(native.read_bytes()):
            yield made_of("libsrtp2", found[1].decode(), "cisco", repository="libsrtp")


def made_of(name: str, version: str, owner: str, *, repository: str = "") -> Component:
    """A part that was compiled from source."""
    address = PackageURL("github", owner, repository or name, version)
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=address)


def tidy(parts: Iterable[Component], known: Mapping[str, str]) -> Iterator[Component]:
    """Each part once, known by its address, with its licence, and without the line of hashes as a description."""
    seen: set[str] = set()
    for part in parts:
        part.bom_ref.value = str(part.purl)
        if part.bom_ref.value in seen:
            continue
        seen.add(part.bom_ref.value)
        part.description = (part.description or "").partition("--hash")[0].partition(": ")[2].strip() or None
        if not part.licenses and part.name.removesuffix("t64") in known:
            part.licenses = [LicenseExpression(known[part.name.removesuffix("t64")])]
        yield part


def joined(python: Path, package_lock: Path, site_packages: Path) -> Bom:
    """One SBOM: its subject is Sambut, which depends on everything."""
    told = read(python)
    subject = told.metadata.component
    assert subject is not None
    here = (part for part in told.components if part.name not in not_here())
    every = [*here, *page_parts(package_lock), *engine_parts(site_packages)]
    parts = list(tidy(every, licences()))
    root = Dependency(ref=subject.bom_ref, dependencies=[Dependency(ref=part.bom_ref) for part in parts])
    leaves = [Dependency(ref=part.bom_ref) for part in parts]
    return Bom(components=parts, metadata=told.metadata, dependencies=[root, *leaves])


def main() -> None:
    *inputs, target = (Path(each) for each in sys.argv[1:])
    text = JsonV1Dot6(joined(*inputs)).output_as_string(indent=2)
    if problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"the SBOM does not follow its schema: {problem}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
