"""What a person unlocks a passkey with, and the code from the desk that makes one."""

import re
import subprocess
import sys
from typing import Any

from tests.browser.phone import Phone
from tests.browser.town import Town


class Lock:
    """The phone's own lock: a virtual authenticator that can be told to refuse the finger."""

    def __init__(self, phone: Phone, **more: Any) -> None:
        self.tools = phone.devtools()
        self.tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": True,
        }  # fmt: skip
        self.id = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": options | more})["authenticatorId"]

    def finger_fits(self, fits: bool) -> None:
        self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": fits})

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        return self.tools.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


def code_of(town: Town, phone: Phone, number: int = 0) -> str:
    """What the desk prints for one of the demo's people, while the server runs."""
    person = phone.json("sign-in")["demo"][number]["id"]
    command = [sys.executable, "-m", "backend.cli", "activate", person, "--data", str(town.data), "--port", str(town.port)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", printed)
    assert found
    return found[0]


def unlock(phone: Phone) -> None:
    phone.page.locator("#passkey button[type=submit]").click()
