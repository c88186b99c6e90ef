"""`ray`, which on a busy machine waits five minutes for a node, not the half minute that Ray gives it."""

from __future__ import annotations

import sys
import time
import types

import ray._private.node
from ray.scripts.scripts import main

patient = types.SimpleNamespace(**vars(time))
patient.monotonic = lambda: time.monotonic() / 10
ray._private.node.time = patient
sys.exit(main())
