"""The test push service refuses what a real one refuses: a peer that takes everything would prove nothing."""

import contextlib
import http.client
import json
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.certificates import certificate
from tests.conftest import ROOT
from tests.push import answers
from tests.push.peer import Peer
from tests.push.sender import MAILBOX, Sender, Stock, post

TEXT = b'{"notification": {"title": "Medborger"}}'


@pytest.fixture(scope="module")
def sender() -> Sender:
    return Sender()


def test_a_message_sealed_for_a_phone_is_taken_and_read_by_other_code(peer: Peer, sender: Sender) -> None:
    phone = peer.phone(sender.public)
    reply = sender.send(phone.subscription, TEXT, ttl_s=90, topic="abc", urgency="high")
    assert (reply.status, reply.headers["TTL"]) == (201, "90")
    (arrival,) = peer.arrivals
    assert phone.read(arrival.body) == TEXT.ljust(512)
    (kept,) = peer.service.channels[phone.token].waiting
    assert (kept.ttl_s, kept.topic, kept.urgency) == (90, "abc", "high")


def test_a_signature_for_the_host_without_its_port_is_refused(peer: Peer) -> None:
    stock = Stock()
    assert stock.send(peer.phone(stock.public).subscription, TEXT).status == 401
    assert "aud is http://127.0.0.1, not http://127.0.0.1:" in peer.arrivals[0].why


def token(sender: Sender, **claims: Any) -> dict[str, str]:
    return {"authorization": f"vapid t={jwt.encode(claims, sender.vapid.private['1'], 'ES256')}, k={sender.public}"}


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (401, {"aud": "https://push.example"}),
        (401, {"exp": int(time.time()) - 1}),
        (401, {"exp": int(time.time()) + 25 * 3600}),
        (401, {"exp": None}),
        (403, {"sub": "mailto:ops@localhost"}),
        (403, {"sub": "ops@town.example"}),
        (201, {"sub": "https://town.example/contact"}),
    ],
)
def test_claims_are_looked_at_one_by_one(peer: Peer, sender: Sender, status: int, changed: dict[str, Any]) -> None:
    phone = peer.phone(sender.public)
    body, headers = sender.seal(phone.subscription, TEXT)
    claims = {"aud": peer.origin, "exp": int(time.time()) + 3600, "sub": f"mailto:{MAILBOX}"} | changed
    assert post(phone.endpoint, body, headers | token(sender, **{name: said for name, said in claims.items() if said is not None})).status == status


def test_another_senders_key_is_refused_although_its_signature_is_right(peer: Peer, sender: Sender) -> None:
    assert Sender().send(peer.phone(sender.public).subscription, TEXT).status == 403


def test_a_token_signed_by_another_key_than_it_names_is_refused(peer: Peer, sender: Sender) -> None:
    phone = peer.phone(sender.public)
    body, headers = sender.seal(phone.subscription, TEXT)
    headers["authorization"] = Sender().vapid.authorization("1", phone.endpoint).split("k=")[0] + f"k={sender.public}"
    assert post(phone.endpoint, body, headers).status == 401


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (400, {"ttl": "soon"}),
        (400, {"ttl": "-1"}),
        (400, {"topic": "a topic with spaces"}),
        (400, {"topic": "x" * 33}),
        (201, {"topic": "x" * 32}),
        (400, {"urgency": "now"}),
        (400, {"content-encoding": "aesgcm"}),
        (400, {"content-type": "application/json"}),
        (401, {"authorization": "WebPush x.y.z"}),
        (401, {"authorization": "vapid t=a.b.c, k=BAAA"}),
    ],
)
def test_headers_are_looked_at_one_by_one(peer: Peer, sender: Sender, status: int, changed: dict[str, str]) -> None:
    phone = peer.phone(sender.public)
    body, headers = sender.seal(phone.subscription, TEXT)
    assert post(phone.endpoint, body, headers | changed).status == status, peer.arrivals


def test_no_ttl_and_no_signature_are_refused(peer: Peer, sender: Sender) -> None:
    phone = peer.phone(sender.public)
    body, headers = sender.seal(phone.subscription, TEXT)
    for name, status in (("ttl", 400), ("authorization", 401)):
        assert post(phone.endpoint, body, {key: said for key, said in headers.items() if key != name}).status == status


def test_4096_bytes_are_taken_and_one_more_is_not(peer: Peer, sender: Sender) -> None:
    phone = peer.phone(sender.public)
    assert sender.send_unpadded(phone.subscription, b"x" * 3993).status == 201
    assert sender.send_unpadded(phone.subscription, b"x" * 3994).status == 413
    assert len(peer.arrivals[0].body) == 4096


def test_an_unknown_subscription_and_an_ended_one_answer_410(peer: Peer, sender: Sender) -> None:
    phone = peer.phone(sender.public)
    peer.expire(phone.endpoint)
    assert sender.send(phone.subscription, TEXT).status == 410


@pytest.mark.parametrize("after", ["120", "Fri, 27 Nov 2026 17:00:00 GMT", "soon", None])
def test_it_answers_as_told_and_then_as_usual(peer: Peer, sender: Sender, after: str | None) -> None:
    phone, other = peer.phone(sender.public), peer.phone(sender.public)
    peer.answer(answers.busy(retry_after=after), times=2, token=phone.token)
    assert sender.send(other.subscription, TEXT).status == 201
    replies = [sender.send(phone.subscription, TEXT) for _ in range(3)]
    assert [(one.status, one.headers.get("Retry-After")) for one in replies] == [(429, after), (429, after), (201, None)]


@pytest.mark.parametrize("status", [404, 410, 413, 500, 502, 503])
def test_any_status_can_be_told(peer: Peer, sender: Sender, status: int) -> None:
    peer.answer(answers.Answer(status))
    assert sender.send(peer.phone(sender.public).subscription, TEXT).status == status


def test_it_redirects(peer: Peer, sender: Sender) -> None:
    peer.answer(answers.redirect("http://127.0.0.1:1/elsewhere"))
    reply = sender.send(peer.phone(sender.public).subscription, TEXT)
    assert (reply.status, reply.headers["Location"]) == (307, "http://127.0.0.1:1/elsewhere")


def test_it_answers_ten_megabytes(peer: Peer, sender: Sender) -> None:
    peer.answer(answers.LARGE)
    assert len(sender.send(peer.phone(sender.public).subscription, TEXT).body) == 10_000_000


@pytest.mark.parametrize("answer", [answers.HANG, answers.DRIP, answers.slow(60), answers.RESET, answers.RESET_IN_BODY])
def test_an_answer_that_never_comes_whole_ends_with_the_sender_or_the_service(peer: Peer, sender: Sender, answer: answers.Answer) -> None:
    phone = peer.phone(sender.public)
    peer.answer(answer)
    body, headers = sender.seal(phone.subscription, TEXT)
    with pytest.raises((OSError, http.client.IncompleteRead)):
        post(phone.endpoint, body, headers, timeout_s=0.2)
    assert sender.send(phone.subscription, TEXT).status == 201


def test_by_hand_it_prints_what_arrives_and_does_as_it_is_told() -> None:
    command = ["bash", "-c", f"trap '' INT; exec {sys.executable} -m tests.push.peer --port 0"]  # as a background job has it
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+", running.stdout.readline())
            assert found
            sender = Sender()
            phone = control(found[0], "phone", key=sender.public)
            control(found[0], "answer", status=503, headers={"Retry-After": "7"}, times=1)
            assert sender.send(phone, TEXT).headers["Retry-After"] == "7"
            assert sender.send(phone, TEXT, topic="abc").status == 201
            state = json.loads(urllib.request.urlopen(f"{found[0]}/control/state").read())
            assert [one["status"] for one in state["arrivals"]] == [503, 201]
            lines = [running.stdout.readline() for _ in range(2)]
            assert lines[0].endswith("503 as told\n") and lines[1].endswith("bytes ttl 60 topic abc urgency normal: 201\n")
        finally:
            running.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(10)
            running.kill()
    assert running.returncode == 0


def control(origin: str, what: str, **said: Any) -> Any:
    request = urllib.request.Request(f"{origin}/control/{what}", json.dumps(said).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def test_it_speaks_https_and_then_the_signature_is_for_https(tmp_path: Path, sender: Sender) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert, key = certificate(tmp_path)
    served.load_cert_chain(cert, key)
    peer = Peer(tls=served).start()
    try:
        phone = peer.phone(sender.public)
        body, headers = sender.seal(phone.subscription, TEXT)
        request = urllib.request.Request(phone.endpoint, body, headers)
        with urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cafile=str(cert))) as answer:
            assert answer.status == 201
        assert phone.endpoint.startswith("https://127.0.0.1:") and phone.read(peer.arrivals[0].body) == TEXT.ljust(512)
    finally:
        peer.stop()
