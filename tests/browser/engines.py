"""The browsers that are not Chromium: started, spoken to, ended.

WebKitGTK is the nearest to Safari, and so to every iPhone, that runs here. Debian's packages `webkit2gtk-driver`,
`xvfb` (`make nightly` installs them where it may) and `firefox-esr` (`make test`).
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.town import free_port
from tests.browser.webdriver import HANG_S, Driver, OverHttp, OverMarionette, begin

ENGINES = ["webkit", "firefox"]
NEEDS = {"webkit": ("WebKitWebDriver", "Xvfb"), "firefox": ("firefox-esr",)}
PACKAGES = {"webkit": "webkit2gtk-driver and xvfb", "firefox": "firefox-esr"}
MODULE_WORKERS = 147
"""The first Firefox whose service workers are modules."""


def need(engine: str) -> None:
    missing = [program for program in NEEDS[engine] if shutil.which(program) is None]
    if engine == "webkit" and not missing and minibrowser() is None:
        missing = ["MiniBrowser"]
    if missing:
        pytest.skip(f"{', '.join(missing)} is missing: this check has NOT run. On Debian: apt-get install {PACKAGES[engine]}")


def minibrowser() -> Path | None:
    return next(iter(sorted(Path("/usr").glob("lib*/**/webkit*gtk-*/MiniBrowser"), reverse=True)), None)


def need_module_workers(driver: Driver) -> None:
    """An older Firefox is no failure: it gets the server's pages, and the test of O18 is the one that counts there."""
    name, version = driver.capabilities["browserName"], driver.capabilities["browserVersion"]
    if name == "firefox" and int(version.split(".")[0]) < MODULE_WORKERS:
        pytest.skip(f"allowed: Firefox {version} has no module workers, so its pages are the server's (O18)")


@contextmanager
def opened(engine: str, home: Path, lang: str = "da", worker: bool = True, script: bool = True) -> Iterator[Driver]:
    """A browser that nobody has used before, with all it writes in `home`. `worker=False`: it knows no service worker."""
    need(engine)
    home.mkdir(parents=True, exist_ok=True)
    with (webkit if engine == "webkit" else firefox)(home, lang, worker, script) as driver:
        yield begin(driver)


@contextmanager
def webkit(home: Path, lang: str, worker: bool, script: bool) -> Iterator[Driver]:
    options = ["--automation"] + ([] if worker else ["--features=-ServiceWorkers"]) + ([] if script else ["--enable-javascript=false"])
    wanted = {"acceptInsecureCerts": True, "webkitgtk:browserOptions": {"binary": str(minibrowser()), "args": options}}
    port = free_port()
    with screen(home) as display:
        env = os.environ | dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(home))
        env |= {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1", "GIO_USE_VFS": "local"}
        with running(["WebKitWebDriver", f"--port={port}"], home, env):
            driver = wait_for_port(port, wanted)
            try:
                yield driver
            finally:
                with contextlib.suppress(Exception):
                    driver.tell("quit")


@contextmanager
def firefox(home: Path, lang: str, worker: bool, script: bool, settings: dict[str, object] | None = None, *more: str) -> Iterator[Driver]:
    """`settings`: of its profile, beside ours. `more`: of its command line."""
    port = free_port()
    said = {
        "marionette.port": port, "javascript.enabled": script, "dom.serviceWorkers.enabled": worker, "intl.accept_languages": lang,
        "app.update.enabled": False, "browser.shell.checkDefaultBrowser": False, "browser.startup.page": 0, "datareporting.policy.dataSubmissionEnabled": False,
        "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    } | (settings or {})  # fmt: skip
    profile = home / "profile"
    profile.mkdir()
    text = {True: "true", False: "false"}
    lines = [f'user_pref("{name}", {text[value] if isinstance(value, bool) else repr(value)});' for name, value in said.items()]
    (profile / "user.js").write_text("\n".join(lines).replace("'", '"'), "utf-8")
    with running(["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile), *more], home, os.environ | {"HOME": str(home)}):
        driver = OverMarionette(port, {"acceptInsecureCerts": True})
        try:
            yield driver
        finally:
            with contextlib.suppress(Exception):
                driver.tell("quit")
            driver.close()


def wait_for_port(port: int, wanted: dict[str, object]) -> OverHttp:
    deadline = time.monotonic() + HANG_S
    while True:
        try:
            return OverHttp(port, wanted)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@contextmanager
def screen(home: Path) -> Iterator[str]:
    """A screen that nobody sees: WebKitGTK has no headless way. It chooses a free number and says it."""
    out, said = os.pipe()
    with running(["Xvfb", "-displayfd", str(said), "-screen", "0", "1400x1100x24", "-nolisten", "tcp"], home, dict(os.environ), (said,)):
        os.close(said)
        with os.fdopen(out) as number:
            yield f":{number.readline().strip()}"


@contextmanager
def running(command: list[str], home: Path, env: dict[str, str], handed: tuple[int, ...] = ()) -> Iterator[None]:
    with (home / f"{Path(command[0]).name}.log").open("ab") as log:
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=handed)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait(10)
