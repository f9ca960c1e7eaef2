"""A real directory: OpenLDAP's slapd, unprivileged, on a free port of this machine, with people and groups.

As many others do, it takes a bind without a password for nobody's (RFC 4513 section 5.1.2), and succeeds.
"""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin")
BASE = "dc=kantor,dc=example"
LOOKER, LOOKERS_PASSWORD = f"cn=sambut,{BASE}", "pencari"
ROOT, ROOTS_PASSWORD = f"cn=root,{BASE}", "akar"

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_dn
pidfile {folder}/slapd.pid
TLSCertificateFile {certificate}
TLSCertificateKeyFile {certificate}
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{looker}" read by * none
database mdb
maxsize 10485760
suffix "{base}"
rootdn "{root}"
rootpw {password}
directory {folder}/db
"""

ENTRIES = """
dn: {base}
objectClass: domain
dc: kantor

dn: {looker}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: sambut
userPassword: {lookers_password}

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{base}
objectClass: organizationalUnit
ou: groups

dn: uid=operator1,ou=people,{base}
objectClass: inetOrgPerson
uid: operator1
cn: Asep dari Direktori
sn: Asep
mail: asep@kantor.example
userPassword: rahasia direktori 1

dn: uid=dewi,ou=people,{base}
objectClass: inetOrgPerson
uid: dewi
cn: Dewi Lestari
sn: Lestari
mail: dewi@kantor.example
userPassword: rahasia direktori 2

dn: uid=lain,ou=people,{base}
objectClass: inetOrgPerson
uid: lain
cn: Orang Lain
sn: Lain
userPassword: rahasia direktori 3

dn: cn=Hotline Operator,ou=groups,{base}
objectClass: groupOfNames
cn: Hotline Operator
member: uid=dewi,ou=people,{base}
member: uid=operator1,ou=people,{base}

dn: cn=others,ou=groups,{base}
objectClass: groupOfNames
cn: others
member: uid=lain,ou=people,{base}
"""


@dataclass(slots=True)
class Slapd:
    """A running directory; `url` is in clear, `secure` over TLS."""

    url: str
    secure: str
    process: asyncio.subprocess.Process

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


@asynccontextmanager
async def slapd(folder: Path, certificate: Path) -> AsyncIterator[Slapd]:
    """Open for one block; `certificate` holds a key, too."""
    assert SLAPD is not None
    words = {"base": BASE, "looker": LOOKER, "root": ROOT, "folder": folder, "certificate": certificate}
    (folder / "db").mkdir(parents=True)
    config = folder / "slapd.conf"
    config.write_text(CONFIG.format(password=ROOTS_PASSWORD, **words))
    entries = folder / "entries.ldif"
    entries.write_text(ENTRIES.format(lookers_password=LOOKERS_PASSWORD, **words))
    add = [str(Path(SLAPD).with_name("slapadd")), "-f", str(config), "-l", str(entries)]
    await asyncio.to_thread(subprocess.run, add, check=True, capture_output=True, timeout=30)
    ports = [_free(), _free()]
    url, secure = f"ldap://127.0.0.1:{ports[0]}", f"ldaps://127.0.0.1:{ports[1]}"
    process = await asyncio.create_subprocess_exec(
        *(SLAPD, "-d", "0", "-f", str(config), "-h", f"{url}/ {secure}/"), stderr=asyncio.subprocess.DEVNULL
    )
    running = Slapd(url, secure, process)
    try:
        for port in ports:
            await _answers(port)
        yield running
    finally:
        await running.stop()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
