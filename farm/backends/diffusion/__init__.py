"""The GPU renderer: Hugging Face diffusers behind the farm's backend protocol.

Without torch, as a plan is made where there is none: `options` (what can be set), `prompt`, `models/` (where
models lie and what is refused), `families/` (what is said of a family of models, and the code that calls
its pipeline) and `planning/` (what a storyboard asks, and what a renderer cannot do). With torch: `renderer`
makes takes of `job`s with the `loaded_models`, served by `loading/`, `conditioning/`, `denoising/`, `cards/`
(several for one shot) and `gate/` (what a take must be like before it is one).
"""

from farm.backends.diffusion.backend import DiffusionBackend
from farm.backends.diffusion.options import DiffusionOptions

__all__ = ["DiffusionBackend", "DiffusionOptions"]
