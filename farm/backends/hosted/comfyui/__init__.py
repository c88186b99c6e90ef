"""ComfyUI as a renderer: a workflow of the project, run by servers that somebody has set up.

`options` is what can be set, `workflow` what is sent, `checks` what is said before anything is, `service` a
server, and `backend` has a shot rendered by one of several.
"""

from farm.backends.hosted.comfyui.backend import ComfyBackend

__all__ = ["ComfyBackend"]
