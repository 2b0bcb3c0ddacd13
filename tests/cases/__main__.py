"""What both engines are tried with, for node: our services, and the names of the months."""

import sys
from pathlib import Path

import msgspec

from backend.domain import definitions
from backend.web.rendering.words import date_words

services = definitions.load([Path(__file__).parents[2] / "backend" / "services"])
sys.stdout.buffer.write(msgspec.json.encode({"services": services, "dateWords": date_words()}))
