"""The animatic: an illustrated, deterministic renderer on the CPU; the backend that is always there.

A shot is staged (`staging`: who stands where, what the camera sees), cast (`casting`: what a character
looks like), lit (`light`) and drawn in layers (`scenery`, `sets`, `actor`, `weather`, `captions`) by
`painter`, frame by frame, with ThorVG through `vector`.
"""

from farm.backends.animatic.backend import AnimaticBackend, AnimaticOptions

__all__ = ["AnimaticBackend", "AnimaticOptions"]
