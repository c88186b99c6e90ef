"""Any program as a renderer: the film names it, and it makes a video or a folder of frames.

`options` is what can be set, `words` what stands in the program's arguments, `working_folder` where it runs
and `made` what it has made. `backend` puts them together.
"""

from farm.backends.command.backend import CommandBackend
from farm.backends.command.options import CommandOptions

__all__ = ["CommandBackend", "CommandOptions"]
