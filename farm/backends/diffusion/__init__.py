"""The GPU renderer: Hugging Face diffusers behind the farm's backend protocol.

Without torch: `options` (what can be set), `families` (what each family of models takes, and `check`),
`folders` (where models lie and what is refused), `prompt`, `sizing`, `colour`, `memory` and `seeds` (the
decisions). With torch: `studio` holds the loaded models and makes takes; `loading`, `encoding`, `adapters`
and `stepping` serve it, and each family has a module (`wan`, `ltx`, ...). `keyframe` draws first frames.
"""

from farm.backends.diffusion.backend import DiffusionBackend
from farm.backends.diffusion.options import DiffusionOptions

__all__ = ["DiffusionBackend", "DiffusionOptions"]
