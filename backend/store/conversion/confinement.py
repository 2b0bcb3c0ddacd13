"""The walls round the child, built before it reads a byte: limits of the kernel, no files, no network.

`setrlimit` works everywhere. Landlock (Linux 5.13; TCP from 6.7) takes away files and network; where the kernel has
none the limits still hold, and the process is as weak as its user.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from backend.store.conversion import limits

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 1, 38, 4
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The same numbers on every architecture."""
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Everything a version of Landlock can forbid about files; versions between are as the one before."""
NET_RIGHTS, SCOPES = 0b11, 0b11
READ_FILE, READ_FOLDER = 0b100, 0b1000
READABLE = [
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/fonts", "/usr/local/share/fonts",
    "/dev/urandom", "/dev/null", sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]),
]  # fmt: skip
"""Libraries loaded late, fonts for a PDF that brings none, chance for one that is encrypted, and this package; not the folder
it lies in, where somebody may keep the town's data."""

libc = ctypes.CDLL(None, use_errno=True)


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("place", ctypes.c_int32)]


def confine(parent: int) -> None:
    """Ends the process at once if the server is gone already."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limit()
    forbid(READABLE)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit() -> None:
    """Memory, time, no file written, no core left behind; and behind the server in the queue for the processor."""
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_S, limits.CPU_S + 1))  # the first ends it by SIGXCPU, which tells why
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.WALL_S + 5)  # should the server not be there to look at the clock
    os.nice(10)


def landlock_version() -> int:
    """-1 where the kernel has none, or forbids to ask."""
    return libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))


def forbid(readable: Iterable[str]) -> bool:
    """False where the kernel has no Landlock."""
    version = landlock_version()
    if version < 1:
        return False
    files = FILE_RIGHTS[max(known for known in FILE_RIGHTS if known <= version)]
    rules = Ruleset(files, NET_RIGHTS if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    handle = libc.syscall(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if handle < 0:
        return False
    for place in readable:
        allow(handle, place)
    done = libc.syscall(RESTRICT_SELF, ctypes.c_int(handle), ctypes.c_uint32(0))
    os.close(handle)
    return done == 0


def allow(handle: int, place: str) -> None:
    with contextlib.suppress(OSError):
        found = os.open(place, os.O_PATH | os.O_CLOEXEC)
        rule = PathRule(READ_FILE | READ_FOLDER if os.path.isdir(place) else READ_FILE, found)
        libc.syscall(ADD_RULE, ctypes.c_int(handle), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
        os.close(found)
