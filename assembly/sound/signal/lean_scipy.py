"""SciPy's filters, without the half of SciPy that comes with them and is never asked for.

`import scipy.signal` takes 1.1 s of a processor, 0.6 of it for what a few of its functions might call:
statistics, interpolation, integration, optimization, distances. Here these are loaded when one of those
functions is called, which nothing of ours does. docs/decisions/076-scipys-filters-alone.md
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

LATE = ("scipy.stats", "scipy.interpolate", "scipy.integrate", "scipy.optimize", "scipy.spatial")


class _LateName:
    """Stands for what a module of SciPy takes from one that is not loaded yet."""

    def __init__(self, module: str, name: str) -> None:
        self._at = module, name

    def _itself(self) -> Any:
        module, name = self._at
        return getattr(importlib.import_module(module), name)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._itself()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._itself(), name)


class _LateModule(ModuleType):
    """Stands for a module of SciPy until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            return _LateName(self.__name__, name)
        return getattr(importlib.import_module(self.__name__), name)


def _alone() -> ModuleType:
    stand_ins = {name: _LateModule(name) for name in LATE if name not in sys.modules}
    sys.modules |= stand_ins
    try:
        return importlib.import_module("scipy.signal")
    finally:
        for name in stand_ins:
            del sys.modules[name]


def __getattr__(name: str) -> Any:
    if name != "signal":
        raise AttributeError(name)
    globals()[name] = signal = _alone()
    return signal
