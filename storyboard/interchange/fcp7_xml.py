"""What reading and writing FCP 7 XML share."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from storyboard.media.timing import nominal_rate

WHAT = "FCP 7 XML"
REMAP = "timeremap"
"""the effect that tells speeds"""


def rate_element(rate: Fraction) -> Element:
    """A rate, as elements have it inside."""
    element = Element("rate")
    set_text(element, "timebase", str(nominal_rate(rate)))
    set_text(element, "ntsc", "TRUE" if rate.denominator != 1 else "FALSE")
    return element


def set_text(parent: Element, tag: str, text: str) -> None:
    """The text of a child, which is made where there is none."""
    element = parent.find(tag)
    if element is None:
        element = SubElement(parent, tag)
    element.text = text
