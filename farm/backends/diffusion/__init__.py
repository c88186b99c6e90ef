"""The GPU renderer: Hugging Face diffusers behind the farm's backend protocol.

Without torch: `options` (what can be set), `family` (what is said of a family of models), `families` (each
with its record and the code that calls its pipeline), `asks` (what a storyboard asks), `checking` (what a
renderer cannot do), `folders` and `named_models` (where models lie and what is refused), `prompt`, `sizing`,
`colour`, `memory` and `seeds` (the decisions). With torch: `studio` holds the loaded models and makes takes;
`loading`, `encoding`, `adapters` and `stepping` serve it. `keyframe` draws first frames.
"""

from farm.backends.diffusion.backend import DiffusionBackend
from farm.backends.diffusion.options import DiffusionOptions

__all__ = ["DiffusionBackend", "DiffusionOptions"]
