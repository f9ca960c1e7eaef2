"""What systemd hears, on a socket such as it listens on."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sambut.systemd import Systemd


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as listening:
        listening.bind(str(tmp_path / "notify"))
        yield listening


def _heard(manager: socket.socket) -> list[str]:
    heard = []
    with suppress(BlockingIOError):
        while True:
            heard.append(manager.recv(4096).decode())
    return heard


def test_ready_reloading_and_stopping_are_told(manager: socket.socket) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": manager.getsockname()})
    systemd.ready("calls at 127.0.0.1:5060")
    systemd.reloading()
    systemd.stopping()
    ready, reloading, stopping = _heard(manager)
    assert ready == "READY=1\nSTATUS=calls at 127.0.0.1:5060"
    assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=") and stopping == "STOPPING=1"


async def test_the_watchdog_hears_the_loop_and_nothing_when_it_hangs(manager: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "80000", "WATCHDOG_PID": str(os.getpid())}
    life = asyncio.create_task(Systemd(environ).show_life())
    await asyncio.sleep(0.15)
    assert _heard(manager).count("WATCHDOG=1") >= 3
    until = asyncio.get_running_loop().time() + 0.15
    while asyncio.get_running_loop().time() < until:
        pass  # a loop that hangs
    assert _heard(manager) == []
    life.cancel()


async def test_without_systemd_or_for_another_process_nothing_is_sent(manager: socket.socket) -> None:
    Systemd({}).ready("")
    other = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}
    await Systemd(other).show_life()
    assert _heard(manager) == []


def test_a_manager_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")}).stopping()
