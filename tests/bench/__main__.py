"""`make bench`: figures, each beside its peer, in one run. Names of sections as arguments choose among them."""

import importlib
import sys
import tempfile
from pathlib import Path

SECTIONS = ("weight", "taps", "store", "submission", "pages", "static", "residents", "moving", "first_minute", "planning", "sealing", "letters", "mailing", "mailbox")


def main() -> None:
    chosen = sys.argv[1:] or list(SECTIONS)
    with tempfile.TemporaryDirectory(prefix="medborger-bench-") as folder:
        for section in chosen:
            print(f"\n== {section}", flush=True)
            importlib.import_module(f"tests.bench.{section}").run(Path(folder) / section)


if __name__ == "__main__":
    main()
