"""Sizes of shots, by what of a place they show. Pure."""

from __future__ import annotations

from storyboard.schema.vocabulary import ShotSize

CLOSE = frozenset({ShotSize.ECU, ShotSize.CU, ShotSize.MCU, ShotSize.OTS})
"""shots of faces: the ground, and what moves behind, are not seen in them"""
