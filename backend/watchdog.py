"""A process that hangs ends itself, and the next one is started: nobody outside need ask for it.

What dies is noticed where it dies. What hangs (a call that never comes back, in the event loop or in the writer) can be
noticed only from a thread that does nothing else.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable

from backend.store.writer import EXIT_CODE

LOOK_EVERY_S = 5.0
SILENT_S = 120.0
"""Much longer than anything here takes, a checkpoint on a slow disk included."""
log = logging.getLogger("medborger")


class Watchdog:
    """`silences`: of whom, and the seconds since each last moved. The event loop is watched by itself."""

    def __init__(self, silences: dict[str, Callable[[], float]], exit: Callable[[int], object] = os._exit) -> None:
        self.silences, self.exit = {"event loop": self.loop_silent_s, **silences}, exit
        self.loop_beat_at = time.monotonic()
        self.looked_at = time.monotonic()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, name="watchdog", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.beat()
        self.thread.start()

    def stop(self) -> None:
        self.ended.set()

    def beat(self) -> None:
        self.loop_beat_at = time.monotonic()
        if not self.ended.is_set():
            self.loop.call_later(LOOK_EVERY_S, self.beat)

    def loop_silent_s(self) -> float:
        return time.monotonic() - self.loop_beat_at

    def run(self) -> None:
        while not self.ended.wait(LOOK_EVERY_S):
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """A machine that slept wakes with everybody silent: then the first look judges nobody."""
        has_slept = now - self.looked_at > 3 * LOOK_EVERY_S
        self.looked_at = now
        silent = [name for name, silent_s in self.silences.items() if silent_s() > SILENT_S]
        if silent and not has_slept:
            log.critical("the %s has not moved for %.0f s; the process ends", silent[0], SILENT_S)
            self.exit(EXIT_CODE)
