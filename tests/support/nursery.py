"""A process that has imported `sambut` once and forks one `sambut` command after the other.

A start of the command is 1.7 s of CPU for its imports alone, and the tests start some hundreds: each worker of pytest
keeps one nursery (`tests.support.processes`) and asks it for processes. What comes out is a process of its own, with
its own environment, files and exit status, as if it had been executed; what it cannot show is that imports work on
their own, which the tests of the command line and of the image do.

    python -m tests.support.nursery FD

FD is a socket of whole messages (SOCK_SEQPACKET). A message is `{"argv": […], "environ": {…}, "cwd": "…"}` as JSON with
three descriptors: input and output, errors, and one on which the process's number is told, and at its end its status.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from typing import NoReturn

REQUEST_BYTES = 1 << 17
MODULES = (
    "sambut.cli",
    "sambut.service",
    "sambut.commands",
    "sambut.workstation.command",
)
"""What the processes will need; those that only one rare command needs are left to it."""


def main(control: socket.socket) -> int:
    """Fork on request until nobody asks any more; in a child, run the command and return its exit status."""
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else each child's first collection copies every page
    return Nursery(control).run()


class Nursery:
    """The loop of the parent."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._told: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)

    def run(self) -> int:
        """Returns 0 in the parent at its end, and a child's status in a child."""
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the tests: they end their processes themselves
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._woken:
                    self._reap()
                    continue
                message, descriptors, _, _ = socket.recv_fds(self._control, REQUEST_BYTES, 3)
                if not message:
                    return 0
                if self._fork(json.loads(message), *descriptors):
                    return _command()

    def _fork(self, request: dict[str, object], terminal: int, errors: int, told: int) -> bool:
        """True in the child."""
        if (pid := os.fork()) == 0:
            self._forget()
            _become(request, terminal, errors)
            os.close(told)
            return True
        os.close(terminal)
        os.close(errors)
        self._told[pid] = socket.socket(fileno=told)
        self._told[pid].sendall(f"{pid}\n".encode())
        return False

    def _reap(self) -> None:
        self._woken.recv(4096)
        while self._told:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self._told.pop(pid) as told:
                told.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())

    def _forget(self) -> None:
        """In a child: nothing of the parent's stays open, and signals do what they do in a new process."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._selector.close()
        for each in (self._control, self._woken, self._waker, *self._told.values()):
            each.close()


def _become(request: dict[str, object], terminal: int, errors: int) -> None:
    environ, argv, cwd = request["environ"], request["argv"], request["cwd"]
    assert isinstance(environ, dict) and isinstance(argv, list) and isinstance(cwd, str)
    for number, source in ((0, terminal), (1, terminal), (2, errors)):
        os.dup2(source, number)
    os.close(terminal)
    os.close(errors)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(cwd)
    sys.argv = [str(word) for word in argv]
    if environ.get("PYTHONUNBUFFERED"):
        sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr]


def _command() -> NoReturn:
    """`sambut` where we are; any other command (one that runs `sambut` elsewhere) is executed."""
    if sys.argv[0] != "sambut":
        os.execvp(sys.argv[0], sys.argv)
    from sambut.cli import main as sambut

    sambut()
    raise AssertionError("click ends the process")


if __name__ == "__main__":
    sys.exit(main(socket.socket(fileno=int(sys.argv[1]))))
