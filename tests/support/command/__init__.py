"""What the tests of `backend: command` have programs for: one that draws, in Python alone."""

from pathlib import Path

from storyboard.document.given_files import sha256_of

DRAW = Path(__file__).with_name("draw.py")
DRAW_SHA256 = sha256_of(DRAW)
