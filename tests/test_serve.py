"""`medborger serve`, really started, as an operator starts it: with keys and settings of its own, and with TLS."""

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.store import keyring
from tests.browser.town import free_port
from tests.certificates import certificate
from tests.conftest import ROOT

READY_S = 60
"""A hang limit, no measure."""
SETTINGS = """
town = "Sønderhavn"
phone = "+4588776655"
drafts_offered = true
origin = "{origin}"
port = {port}
data = "{data}"
keys = "{keys}"
"""


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    keyring.make(tmp_path / "keys")
    return tmp_path / "keys"


def command(*said: object) -> list[str]:
    return [sys.executable, "-m", "backend.cli", *(str(one) for one in said)]


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MEDBORGER_")} | {"PYTHONUNBUFFERED": "1"}


@contextmanager
def serving(port: int, *said: object, trust: Path | None = None) -> Iterator["Gateway"]:
    process = subprocess.Popen(
        command("serve", *said), cwd=ROOT, env=plain(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    door = Gateway(port, trust)
    try:
        door.wait(process)
        yield door
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        door.said = process.communicate(timeout=READY_S)[0]
    assert process.returncode == 0, door.said
    assert "Traceback" not in door.said, door.said


class Gateway:
    """What a phone sees of it. `said`: what it printed, known once it has ended."""

    def __init__(self, port: int, trust: Path | None) -> None:
        self.port, self.said = port, ""
        self.tls = ssl.create_default_context(cafile=str(trust)) if trust else None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        kind = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
        line = kind("localhost", self.port, timeout=10, **({"context": self.tls} if self.tls else {}))
        try:
            line.request(method, path, json.dumps(body) if body is not None else None, {"accept": "application/json", **headers})
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def wait(self, process: subprocess.Popen[str]) -> None:
        until = time.monotonic() + READY_S
        while time.monotonic() < until and process.poll() is None:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        process.kill()
        raise AssertionError(f"It did not get ready: {process.communicate()[0]}")


def a_report() -> dict[str, Any]:
    answers = {
        "where": {"street": "Nygade 7", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "signs",
        "signs": ["holes"], "seen-on": datetime.now(UTC).date().isoformat(), "photo": "", "get-in": "Porten er åben.",
        "phone": "+4533663366",
    }  # fmt: skip
    return {"service": "rats", "version": 1, "answers": answers, "lang": "da"}


def test_a_real_town_is_served_keeps_what_it_takes_and_knows_no_personas(tmp_path: Path, keys: Path) -> None:
    port = free_port()
    origin = f"http://localhost:{port}"
    file = tmp_path / "town.toml"
    file.write_text(SETTINGS.format(origin=origin, port=port, data=tmp_path / "town", keys=keys), "utf-8")
    key = "a" * 32
    with serving(port, "--settings", file) as door:
        frame = json.loads(door.ask("GET", "/da/")[2])["frame"]
        assert (frame["town"], frame["phone"], frame["demo"]) == ("Sønderhavn", "+4588776655", 0)
        assert json.loads(door.ask("GET", "/da/sign-in")[2])["demo"] == []
        assert door.ask("POST", "/da/sign-in/demo", origin=origin)[0] in (404, 405)
        status, _, first = door.ask("PUT", f"/api/submissions/{key}", a_report(), origin=origin)
        assert status == 201, first
    assert f"Medborger for Sønderhavn: {origin}" in door.said
    lines = [json.loads(line) for line in door.said.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["event"] == "request"]
    assert {"method": "PUT", "route": "/api/submissions/{key}", "status": 201}.items() <= asked[-1].items() and set(asked[-1]) >= {"time", "level", "id", "ms"}
    assert key not in door.said and "Nygade" not in door.said
    with serving(port, "--settings", file) as door:
        status, _, again = door.ask("PUT", f"/api/submissions/{key}", a_report(), origin=origin)
        assert status == 200 and json.loads(again)["receipt"] == json.loads(first)["receipt"]
        assert json.loads(door.ask("GET", "/.well-known/jwks.json")[2])["keys"]
    receipt = json.loads(first)["receipt"]["jws"]
    proof = subprocess.run(command("receipt", "verify", receipt, "--keys", keys), cwd=ROOT, env=plain(), capture_output=True, text=True, timeout=READY_S)
    assert proof.returncode == 0 and "Valid. Case M " in proof.stdout


def test_with_a_certificate_it_speaks_https_alone(tmp_path: Path, keys: Path) -> None:
    port = free_port()
    cert, key = certificate(tmp_path)
    said = ["--port", port, "--data", tmp_path / "town", "--keys", keys, "--cert", cert, "--key", key, "--origin", f"https://localhost:{port}"]
    with serving(port, *said, trust=cert) as door:
        status, headers, page = door.ask("GET", "/da/", accept="text/html")
        assert status == 200 and b"<html" in page
        assert headers["strict-transport-security"].startswith("max-age=")
        with pytest.raises((http.client.HTTPException, OSError)):
            Gateway(port, None).ask("GET", "/da/")
    assert f"https://localhost:{port}" in door.said


@pytest.mark.parametrize("break_it", ["cert", "key"])
def test_a_certificate_that_is_none_is_told_before_anything_is_served(tmp_path: Path, keys: Path, break_it: str) -> None:
    cert, key = certificate(tmp_path)
    {"cert": cert, "key": key}[break_it].write_text("this is no PEM\n")
    port = free_port()
    said = ["--port", port, "--data", tmp_path / "town", "--keys", keys, "--cert", cert, "--key", key, "--origin", f"https://localhost:{port}"]
    ended = subprocess.run(command("serve", *said), cwd=ROOT, env=plain(), capture_output=True, text=True, timeout=READY_S)
    assert ended.returncode == 1 and str(cert) in ended.stderr and str(key) in ended.stderr
    assert "Traceback" not in ended.stderr and ended.stdout == ""


def test_a_port_that_another_program_answers_on_is_refused_in_words(tmp_path: Path, keys: Path) -> None:
    """The server could share it: then each of the two would answer some of the people."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = subprocess.run(
            command("serve", "--data", tmp_path / "town", "--keys", keys, "--origin", "http://localhost", "--port", port),
            cwd=ROOT, env=plain(), capture_output=True, text=True, timeout=READY_S,
        )  # fmt: skip
        assert (said.returncode, str(port) in said.stderr + said.stdout) == (1, True), said
        assert "Traceback" not in said.stderr
        demo = subprocess.run(
            command("demo", "--data", tmp_path / "demo", "--port", port), cwd=ROOT, env=plain(), capture_output=True, text=True, timeout=READY_S
        )
        assert demo.returncode == 1 and "--port" in demo.stderr + demo.stdout
