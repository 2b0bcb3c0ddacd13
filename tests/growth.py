"""How much longer the tests take with ten more services: `make growth`. Prints, asserts nothing.

Two copies of this checkout: as it is, and with ten copies of one service under names of their own. In both the same
tests run, and their work is counted in seconds of the processor, which a busy machine changes less than the clock.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = "change-of-address"
"""The largest service."""
COPIES = 10
RUNS = {
    "python": ["-n", "2", "--dist", "worksteal", "-m", "not browser and not nightly"],
    "browser": ["-n", "3", "--dist", "loadgroup", "-m", "browser and not nightly"],
}
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "node_modules", ".hypothesis", ".pytest_cache", "__pycache__", ".build")


def checkout(folder: Path, copies: int) -> Path:
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    text = (ROOT / f"backend/services/{COPIED}.toml").read_text("utf-8")
    for number in range(copies):
        name = f"{COPIED}-{number + 2}"
        (folder / f"backend/services/{name}.toml").write_text(text.replace(f'id = "{COPIED}"', f'id = "{name}"', 1), "utf-8")
    return folder


def work_s(folder: Path, arguments: list[str]) -> tuple[float, str]:
    """Seconds of the processor, and pytest's last line. `PYTHONPATH`: this checkout, not the one that is installed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, (run.stdout.strip().splitlines() or [run.stderr])[-1]


def main(more: list[str]) -> None:
    """`more`: arguments of pytest, to try a part, e.g. `tests/browser/test_gates.py`."""
    with tempfile.TemporaryDirectory() as place:
        folders = {copies: checkout(Path(place) / f"with-{copies}", copies) for copies in (0, COPIES)}
        total = dict.fromkeys(folders, 0.0)
        for name, arguments in RUNS.items():
            for copies, folder in folders.items():
                seconds, said = work_s(folder, [*arguments, *more])
                total[copies] += seconds
                print(f"{name:8} {copies:2} more services: {seconds:6.0f} s of work   {said}", flush=True)
        print(f"Ten copies of {COPIED}: {total[COPIES] / total[0] - 1:+.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
