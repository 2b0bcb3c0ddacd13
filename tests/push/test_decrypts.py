"""npm's web-push-testing, a push service by other hands, checks the signature and decrypts what we send."""

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.browser.town import free_port
from tests.push.sender import Sender

SERVER = ROOT / "node_modules/web-push-testing/src/bin/server.js"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    if shutil.which("node") is None or not SERVER.exists():
        pytest.skip("node or web-push-testing is missing: this check has NOT run. `make test` installs both")
    chosen = free_port()
    with subprocess.Popen(["node", str(SERVER), str(chosen)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            assert running.stdout and "running on port" in running.stdout.readline()
            yield chosen
        finally:
            running.terminate()


def ask(port: int, path: str, said: Any) -> Any:
    link = http.client.HTTPConnection("localhost", port, timeout=20)
    try:
        link.request("POST", path, json.dumps(said), {"Content-Type": "application/json"})
        return json.loads(link.getresponse().read())
    finally:
        link.close()


@pytest.mark.parametrize("text", ["", "{}", "Der er nyt til dig. لديك رسالة جديدة. 🎒", "x" * 2048], ids=["nothing", "short", "letters", "longest"])
def test_other_code_decrypts_what_we_send(port: int, text: str) -> None:
    sender = Sender()
    made = ask(port, "/subscribe", {"userVisibleOnly": "true", "applicationServerKey": sender.public})["data"]
    reply = sender.send(made, text.encode())
    assert reply.status == 201, reply
    assert ask(port, "/get-notifications", {"clientHash": made["clientHash"]})["data"]["messages"][0].rstrip() == text


def test_other_code_refuses_another_senders_key(port: int) -> None:
    made = ask(port, "/subscribe", {"userVisibleOnly": "true", "applicationServerKey": Sender().public})["data"]
    assert Sender().send(made, b"{}").status == 400
