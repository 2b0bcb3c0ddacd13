"""The child: reads one file from its standard input, answers on its standard output, and ends.

The answer is one line of JSON, `{"kind"}` or `{"why", "n"}`, and after the first the new bytes.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.errors import BadFile
from backend.store.conversion import confinement, limits


def main() -> None:
    confinement.confine(parent=int(sys.argv[1]))
    answer(sys.stdin.buffer.read(limits.MAX_BYTES + 1))


def answer(data: bytes) -> None:
    try:
        kind, safe = convert(data)
        if len(safe) > limits.MAX_RESULT:
            raise BadFile("too-heavy")
        say({"kind": kind}, safe)
    except BadFile as refused:
        say({"why": refused.why, "n": refused.n})
    except MemoryError:
        say({"why": "too-heavy", "n": 0})


def say(head: dict[str, Any], data: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    os._exit(0)  # what a hostile file has done to the libraries does not run again while they are taken down


def convert(data: bytes) -> tuple[str, bytes]:
    """(content type, new bytes). Raises `BadFile`, or `MemoryError` where the limit was reached."""
    if not data:
        raise BadFile("empty")
    if len(data) > limits.MAX_BYTES:
        raise BadFile("too-large", limits.MAX_BYTES >> 20)
    if b"%PDF-" in data[:1024]:
        from backend.store.conversion import papers

        return "application/pdf", anew(papers.rewrite, data)
    from backend.store.conversion import pictures

    return "image/jpeg", anew(pictures.rewrite, data)


def anew(rewrite: Any, data: bytes) -> bytes:
    """The libraries raise all sorts of errors on damaged bytes; but for memory, every one of them means: broken."""
    try:
        return rewrite(data)
    except (BadFile, MemoryError):
        raise
    except Exception as error:
        raise BadFile("broken") from error


if __name__ == "__main__":
    main()
