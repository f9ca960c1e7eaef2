"""The engine's recipe is run by itself, not imported: here its modules are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts" / "engine"))
