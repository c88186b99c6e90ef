"""`ray`, which on a busy machine waits longer for a node than the half minute that Ray gives it."""

from __future__ import annotations

import sys

from ray.scripts.scripts import main

from tests.support.farm.clusters import make_ray_patient

make_ray_patient()
sys.exit(main())
