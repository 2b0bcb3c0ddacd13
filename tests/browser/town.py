"""A real Medborger in a process of its own, that a test can stop, kill and start again on the same port."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from backend.store import connections

CACHE = Path(tempfile.gettempdir()) / f"medborger-cache-{os.getuid()}"
"""What every town makes from the same code, once for all towns of this machine."""
READY_S = 60
"""A hang limit, no measure: a busy machine may be slow."""


def today() -> date:
    """The town's own day: after 23 o'clock UTC it is not the machine's."""
    return datetime.now(ZoneInfo("Europe/Copenhagen")).date()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Town:
    """`demo` on a free port of loopback, with all it keeps in `data`."""

    def __init__(self, data: Path, *more: str, env: dict[str, str] | None = None, verb: str = "demo") -> None:
        self.data = data
        self.port = free_port()
        self.more = more
        self.verb = verb
        self.root = Path(__file__).resolve().parents[2]
        self.env = os.environ | {"MEDBORGER_READS_PER_MINUTE": "1000000", "MEDBORGER_WRITES_PER_MINUTE": "1000000",
                                 "MEDBORGER_SECRETS_PER_MINUTE": "1000000", "PYTHONUNBUFFERED": "1", "MEDBORGER_CACHE": str(CACHE)} | (env or {})  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}.log"

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, well: bool = True) -> "Town":
        """`well=False`: on a disk that cannot be written it answers, and its health page says why it refuses."""
        command = [sys.executable, "-m", "backend.cli", self.verb, "--port", str(self.port), "--data", str(self.data), *self.more]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.env, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.wait_until_ready(200 if well else 503)
        return self

    def wait_until_ready(self, status: int = 200) -> None:
        assert self.process
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                    if answer.status == status:
                        return
            except urllib.error.HTTPError as refused:
                if refused.code == status:
                    return
                time.sleep(0.05)
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        said = self.log.read_text("utf-8", "replace")[-4000:]
        self.kill()
        raise AssertionError(f"The server did not get ready:\n{said}")

    def stop(self) -> None:
        """As an operator stops it: it finishes what it holds."""
        self.end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut ends it, every process at once."""
        self.end(signal.SIGKILL)

    def end(self, how: int) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, how)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.members():  # its workers too: they hold the disk
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            time.sleep(0.01)
        self.process = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def members(self) -> list[Path]:
        """The server and its workers, as folders of /proc: those that hold something. A process that has ended and that
        nobody has asked about yet holds nothing more, and the machine's first process may leave it so for seconds."""
        assert self.process
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(folder.name)) == self.process.pid and (folder / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                    found.append(folder)
            except (OSError, IndexError):
                continue
        return found

    def memory_kib(self) -> int:
        """Resident memory of the server and its workers together."""
        total = 0
        for folder in self.members():
            with contextlib.suppress(OSError, ValueError):
                rows = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
                total += int(rows.get("VmRSS", "0 kB").split()[0])
        return total

    def signed_in_cookie(self, number: int = 0) -> str:
        """The cookie header of a fresh session of one of the demo's people."""
        person = self.json("/da/sign-in")["demo"][number]["id"]
        said = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin, "Host": f"localhost:{self.port}"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as link:
            link.request("POST", "/da/sign-in/demo", f"person={person}&next=", said)
            answer = link.getresponse()
            answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        return next(cookie for cookie in cookies if cookie.startswith("__Host-session="))

    def json(self, path: str, cookie: str = "") -> Any:
        """The context of a page, asked from outside the browser."""
        request = urllib.request.Request(self.origin + path, headers={"Accept": "application/json", "Cookie": cookie})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def kept(self, table: str = "submission") -> int:
        """How many rows the store holds, read past the server: what it says is not what we ask here."""
        con = connections.to_read((self.data / "medborger.db").resolve())
        try:
            return con.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        finally:
            con.close()
