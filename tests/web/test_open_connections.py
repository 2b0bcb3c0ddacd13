"""Connections that have outstayed are closed, and no other: with real sockets of loopback."""

import socket
import time
from contextlib import suppress

import pytest

from backend.web.middleware import open_connections
from backend.web.middleware.addresses import Addresses
from backend.web.middleware.open_connections import Connections


class Line:
    """A connection as its client holds it, and the server's end of it."""

    def __init__(self, listener):
        self.client = socket.create_connection(listener.getsockname())
        self.server, _ = listener.accept()
        host, port = self.client.getsockname()
        self.peer = (host, str(port))

    @property
    def is_closed(self):
        self.client.setblocking(False)
        try:
            return self.client.recv(10**6) == b""
        except BlockingIOError:
            return False


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


@pytest.fixture
def lines(listener):
    made = []

    def more(count=1):
        made.extend(Line(listener) for _ in range(count))
        return made[-count:]

    yield more
    for line in made:
        line.client.close()
        line.server.close()


@pytest.fixture
def connections(listener):
    return Connections(listener.getsockname()[1], 1000, Addresses([], "x-forwarded-for"))


def test_who_never_asks_is_closed_and_who_has_asked_is_not(connections, lines):
    silent, asked = lines(2)
    connections.begin(asked.peer)
    connections.end(asked.peer)
    now = time.monotonic()
    connections.look(now)
    assert not silent.is_closed
    connections.look(now + open_connections.NEVER_ASKED_S + 1)
    assert silent.is_closed and not asked.is_closed


def test_a_connection_nobody_uses_is_closed_but_not_while_its_request_runs(connections, lines, monkeypatch):
    monkeypatch.setattr(open_connections, "IDLE_S", 0.01)
    unused, running = lines(2)
    for line in (unused, running):
        connections.begin(line.peer)
    connections.end(unused.peer)
    time.sleep(0.05)
    connections.look(time.monotonic())
    assert unused.is_closed and not running.is_closed


def test_an_answer_nobody_reads_is_given_up_and_one_that_is_read_is_not(connections, lines):
    deaf, reading = lines(2)
    for line in (deaf, reading):
        connections.begin(line.peer)
        fill(line.server)
    now = time.monotonic()
    connections.look(now)
    time.sleep(0.1)  # what the kernel takes in for who does not read
    connections.look(now + 1)
    reading.client.settimeout(5)
    got = 0
    while got < 10**6:
        got += len(reading.client.recv(10**6))
        fill(reading.server)
    connections.look(now + 20)
    connections.look(now + 1 + open_connections.STUCK_S + 1)
    assert is_closed(deaf.server) and not is_closed(reading.server)
    deaf.server.close()  # as the server does that sees the end: now the kernel forgets what was not read
    until = time.monotonic() + 5
    while not is_closed(deaf.client) and time.monotonic() < until:
        time.sleep(0.01)
    assert is_closed(deaf.client)


def fill(server):
    server.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            server.send(b"x" * 10**6)


def is_closed(server):
    return server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != 1


def test_one_network_holds_so_many_and_the_longest_unused_go(connections, lines, monkeypatch):
    monkeypatch.setattr(open_connections, "MOST_OF_ONE_NETWORK", 3)
    old = lines(2)
    time.sleep(0.05)
    new = lines(3)
    for line in (*old, *new):
        connections.begin(line.peer)
        connections.end(line.peer)
    connections.look(time.monotonic())
    assert all(line.is_closed for line in old) and not any(line.is_closed for line in new)


def test_a_proxy_of_ours_may_hold_more(listener, lines, monkeypatch):
    monkeypatch.setattr(open_connections, "MOST_OF_ONE_NETWORK", 1)
    behind = Connections(listener.getsockname()[1], 1000, Addresses(["127.0.0.0/8"], "x-forwarded-for"))
    held = lines(3)
    behind.look(time.monotonic())
    assert not any(line.is_closed for line in held)


def test_where_it_is_crowded_the_longest_unused_go_before_their_time(listener, lines):
    crowded = Connections(listener.getsockname()[1], 4, Addresses([], "x-forwarded-for"))
    held = lines(4)
    for line in held:
        crowded.begin(line.peer)
    crowded.end(held[2].peer)
    crowded.look(time.monotonic())
    assert [line.is_closed for line in held] == [False, False, True, False]


def test_what_is_known_of_connections_that_ended_is_forgotten(connections, lines):
    (line,) = lines()
    connections.begin(line.peer)
    connections.end(line.peer)
    line.client.close()
    line.server.close()
    connections.look(time.monotonic())
    assert not connections.asked and not connections.lines


def test_a_fault_in_looking_is_said_once_and_tried_on(connections, monkeypatch, caplog):
    monkeypatch.setattr(open_connections, "LOOK_EVERY_S", 0.01)
    tries = []
    monkeypatch.setattr(connections, "look", lambda now: tries.append(now) or 1 / 0)
    connections.start()
    until = time.monotonic() + 5
    while len(tries) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    connections.stop()
    connections.thread.join()
    assert len(tries) >= 3 and len(caplog.records) == 1
