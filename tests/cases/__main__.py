import sys
from pathlib import Path

import msgspec

from backend.domain import definitions

sys.stdout.buffer.write(msgspec.json.encode(definitions.load([Path(__file__).parents[2] / "backend" / "services"])))
