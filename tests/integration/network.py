"""Another machine on a cable of its own, in a network namespace: the cable can lose packets or be pulled.

Losses are made by netfilter (`nft numgen`), which every kernel here has; `tc netem` needs a module that some lack.
"""

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

_numbers = itertools.count()


class NoNamespacesError(Exception):
    """This machine does not let us make a network namespace; the text says why."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`address` is its own, `ours` that of the machine which runs the tests, on the same cable."""

    name: str
    address: str
    ours: str
    network: str

    @property
    def inside(self) -> tuple[str, ...]:
        """In front of a command: run it there."""
        return ("ip", "netns", "exec", self.name)

    def lose(self, percent: int) -> None:
        """Of the packets in each direction, from now on."""
        rules = "; ".join(
            (
                "add table inet lossy",
                *(f"add chain inet lossy {hook} {{ type filter hook {hook} priority 0; }}" for hook in _HOOKS),
                *(
                    f"add rule inet lossy {hook} ip protocol udp numgen random mod 100 < {percent} drop"
                    for hook in _HOOKS
                ),
            )
        )
        _run(*self.inside, "nft", rules)

    def pull_the_cable(self) -> None:
        _run(*self.inside, "ip", "link", "set", "cable", "down")


_HOOKS = ("input", "output")


@contextmanager
def another_machine() -> Iterator[Machine]:
    """Skips the test, saying why, where the kernel or our rights do not allow it."""
    number = (os.getpid() * 8 + next(_numbers)) % 16_000
    network = f"10.{213 + number // 4000}.{number // 16 % 250}.{number % 16 * 16}"
    first, last = network.rsplit(".", 1)
    machine = Machine(f"sambut{number}", f"{first}.{int(last) + 2}", f"{first}.{int(last) + 1}", f"{network}/28")
    try:
        _make(machine, f"sbt{number}")
    except NoNamespacesError as error:
        _remove(machine)
        pytest.skip(f"no network namespaces here: {error}")
    try:
        yield machine
    finally:
        _remove(machine)


def _make(machine: Machine, our_end: str) -> None:
    _run("ip", "netns", "add", machine.name)
    _run("ip", "link", "add", our_end, "type", "veth", "peer", "name", "cable", "netns", machine.name)
    _run("ip", "address", "add", f"{machine.ours}/28", "dev", our_end)
    _run("ip", "link", "set", our_end, "up")
    _run(*machine.inside, "ip", "address", "add", f"{machine.address}/28", "dev", "cable")
    for device in ("lo", "cable"):
        _run(*machine.inside, "ip", "link", "set", device, "up")
    _run(*machine.inside, "nft", "list", "ruleset")


def _remove(machine: Machine) -> None:
    subprocess.run(("ip", "netns", "delete", machine.name), capture_output=True, check=False)  # the cable goes with it


def _run(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, check=True, text=True)
    except FileNotFoundError:
        raise NoNamespacesError(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        raise NoNamespacesError(error.stderr.strip() or " ".join(command)) from None
