from __future__ import annotations

import sys
from pathlib import Path

# `tests/farm/conformance.py` is for whoever writes a backend and no test itself; it is imported by name.
sys.path.insert(0, str(Path(__file__).parents[1]))
