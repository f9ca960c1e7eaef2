"""The running engine, as seen from outside: what it tells, whether it is well, and how large it is."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from tests.fuzz.line_port import Line, line_of

ROOT = Path(__file__).parents[2]
SANITIZED = ROOT / ".tools" / "fuzz-engine"
HANGS_AFTER_S, REPORTS_WITHIN_S, ENDS_WITHIN_S = 5.0, 10.0, 30.0
LIBRARIES = ("libasan.so.8", "libubsan.so.1", "libstdc++.so.6")
TROUBLE = re.compile(
    r"ERROR: AddressSanitizer.*|.*runtime error:(?! null pointer passed).*"
    r"|Traceback \(most recent call last\)[^\0]{0,2000}"
)


class Engine:
    """`waiting` are lines that want an answer, `lines` those that have one, by leg."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self._told: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._asked = 0
        self._counts: Counter[str] | None = None
        self.waiting: dict[int, Line] = {}
        self.lines: dict[int, Line] = {}
        threading.Thread(target=self._read, daemon=True).start()
        try:
            begun = self._told.get(timeout=60)
        except Empty:
            raise RuntimeError(f"the engine did not start: {errors.read_text(errors='replace')[-2000:]}") from None
        self.address, self.tls_address = _pair(begun["address"]), _pair(begun["tls"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self._told.put(json.loads(line))

    def say(self, **what: object) -> None:
        """Raises nothing: where it is gone, `trouble` tells."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(what) + "\n")
            self._process.stdin.flush()
        except OSError:
            return

    def listen(self) -> None:
        """Take what it has told since."""
        while True:
            try:
                told = self._told.get_nowait()
            except Empty:
                return
            match told:
                case {"offer": leg, "sdp": sdp}:
                    self.waiting[leg] = line_of(leg, sdp)
                case {"answered": leg}:
                    self.lines[leg] = self.waiting.pop(leg)
                case {"ended": leg}:
                    self.lines.pop(leg, None)
                    self.waiting.pop(leg, None)
                case {"counts": counts}:
                    self._counts = Counter(counts)

    def trouble(self) -> str:
        """What is wrong with it now; "" where it is alive and well."""
        report = TROUBLE.search(self._errors.read_text(errors="replace"))
        if report is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(REPORTS_WITHIN_S)  # it ends with its report, which is to be whole
            return report[0]
        if self._process.poll() is not None:
            return f"the engine is gone: {self._process.returncode}"
        return "" if self.answers() else f"no answer within {HANGS_AFTER_S} s"

    def answers(self) -> bool:
        """Whether it does, when it has read what came before."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.bind(("127.0.0.2", 0))
            asking.connect(self.address)
            asking.settimeout(0.5)
            until = time.monotonic() + HANGS_AFTER_S
            while time.monotonic() < until:
                self._asked += 1
                try:
                    asking.send(_options(asking.getsockname(), self._asked))
                    if asking.recv(65536).startswith(b"SIP/2.0 200"):
                        return True
                except OSError:
                    continue
        return False

    def counts(self) -> Counter[str]:
        """What has reached it. Empty where it does not tell."""
        self._counts = None
        self.say(count=True)
        until = time.monotonic() + HANGS_AFTER_S
        while self._counts is None and time.monotonic() < until:
            time.sleep(0.02)
            self.listen()
        return self._counts or Counter()

    def end(self) -> str:
        """Let it go by its own way; what is wrong with how it went."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            status = self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            return f"it does not end within {ENDS_WITHIN_S} s"
        report = TROUBLE.search(self._errors.read_text(errors="replace"))
        if report is not None:
            return f"at its end: {report[0]}"
        return f"it ended with {status}" if status else ""

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)

    def sound_ports(self) -> list[int]:
        """UDP ports on which it listens for sound."""
        told = subprocess.run(["ss", "-Hlunp"], capture_output=True, text=True, check=False).stdout
        ours = [line for line in told.splitlines() if f"pid={self._process.pid}," in line]
        ports = [int(line.split()[3].rsplit(":", 1)[1]) for line in ours]
        return [port for port in ports if 46000 <= port <= 48999]


def _pair(address: str) -> tuple[str, int]:
    host, port = address.rsplit(":", 1)
    return host, int(port)


def _options(sender: tuple[str, int], number: int) -> bytes:
    host, port = sender
    return (
        f"OPTIONS sip:hotline@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bKprobe{number}\r\n"
        f"From: <sip:p@127.0.0.1>;tag=p\r\nTo: <sip:hotline@127.0.0.1>\r\nCall-ID: probe{number}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()


@contextmanager
def started(how: str, folder: Path) -> Iterator[Engine]:
    """With the engine that was built with sanitizers, where there is one. `folder` gets its certificate and errors."""
    make_certificate(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if SANITIZED.exists():
        environment["PYTHONPATH"] = f"{SANITIZED}:{ROOT}"
        environment["LD_PRELOAD"] = " ".join(LIBRARIES)
        # Without a stack for signals: the one of a thread that ends with its process is reported wrongly.
        environment["ASAN_OPTIONS"] = "detect_leaks=0:allocator_may_return_null=1:use_sigaltstack=0"
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=0"
    errors = folder / "errors.txt"
    with errors.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.target", how, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, env=environment, cwd=ROOT,
        )  # fmt: skip
    try:
        yield Engine(process, errors)
    finally:
        process.kill()
        process.wait()


def make_certificate(folder: Path) -> None:
    """Self-signed, of an elliptic curve: hundreds of handshakes go by it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=fuzz", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
