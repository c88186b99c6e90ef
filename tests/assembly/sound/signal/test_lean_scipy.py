"""SciPy's filters as they are loaded here, in a process that has loaded nothing of SciPy before."""

import subprocess
import sys

_LOADED = """
import sys
from assembly.sound.signal import lean_scipy
lean_scipy.signal.sosfilt
assert "scipy.signal" in sys.modules
assert not [name for name in sys.modules if name.startswith(lean_scipy.LATE)]
"""
_USED = """
import numpy as np
waves = np.sin(np.arange(100) / 5)
assert len(lean_scipy.signal.find_peaks_cwt(waves, [5])) == 4, "a function of another module"
line = lean_scipy.signal.cspline1d(np.arange(9.0))
assert round(float(lean_scipy.signal.cspline1d_eval(line, [2.5])[0]), 2) == 2.5, "a class of another module"
assert lean_scipy.signal.lsim(([1.0], [1.0, 1.0]), np.ones(5), np.arange(5.0))[1][0] == 0, "a whole module"
from scipy.stats import norm
assert round(norm.cdf(1.0), 3) == 0.841
"""


def test_filters_are_there_without_what_they_never_ask_for():
    subprocess.run([sys.executable, "-c", _LOADED], check=True)


def test_what_was_left_out_is_loaded_where_something_asks_for_it():
    subprocess.run([sys.executable, "-c", _LOADED + _USED], check=True)
