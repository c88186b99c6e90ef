# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)
"""Casting: what a character looks like, from the words and colours of the storyboard. Pure.

The design depends on the character alone (id, description, wardrobe, colours), never on the shot, so a
character is the same person wherever they come back.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from random import Random

from farm.backends.animatic.colours import NAMED
from farm.backends.animatic.lexicon import lexicon
from farm.backends.animatic.light import from_hex, mix, scale
from farm.backends.animatic.references import Seen
from farm.backends.animatic.staging import height_of
from farm.backends.animatic.understanding.people import who
from farm.backends.animatic.vector import Rgb
from storyboard.planning.spec import ResolvedCharacter
from storyboard.sex_and_age import WOMAN, is_child, is_old, sex_of

_SKINS: tuple[Rgb, ...] = ((246, 208, 178), (232, 184, 146), (198, 142, 104), (150, 100, 70), (104, 68, 50))
_HAIRS: tuple[Rgb, ...] = ((44, 34, 36), (86, 56, 40), (132, 78, 44), (196, 150, 92), (70, 44, 60))
_COATS: tuple[Rgb, ...] = (
    (178, 60, 52),
    (52, 92, 132),
    (206, 150, 56),
    (66, 112, 92),
    (126, 82, 128),
    (188, 104, 66),
)
STEEL: Rgb = (164, 172, 184)
GOLD: Rgb = (222, 178, 84)
SAME_COLOUR = 110.0  # two colours nearer than this (in 8-bit sRGB) have one name
_GARMENTS = (
    "coat|raincoat|overcoat|suit|robe|kimono|vest|jacket|jersey|sweater|jumper|dress|oilskin|oilskins|cloak|cape|"
    "shirt|uniform|cardigan|parka|apron|jumpsuit|overalls|(?:ball |evening )?gown|tunic|blouse|"
    "pullover|tailcoat|tuxedo|tabard|surcoat|habit|toga|sari|poncho"
)


MASKS: dict[str, Rgb] = {
    "": (236, 230, 216),
    "half": (46, 42, 54),
    "whole": (238, 232, 220),
    "beast": (204, 116, 58),
    "beak": (92, 74, 58),
    "gas": (72, 78, 66),
}
"""the kinds of masks, and the colour of each where its words name none"""
_PEOPLE = frozenset({"person", "child", "alien"})
_ACCENTS = (
    "scarf|(?:top |bowler |cloche )?hat|bowler|cloche|cap|beanie|ribbon|boots|gloves|shawl|kerchief|"
    "headscarf|turban"
)
_SKIN_NAMED = re.compile(r"\b(pale|fair|freckled|tanned|olive|brown|dark|black)[ -](?:skin|face|complexion)")


@dataclass(frozen=True, slots=True)
class Design:
    """A character's own shape and colours; lengths in centimetres."""

    tall: float
    build: float
    """1 is an average width of the body"""
    head: float
    """half the width of the head"""
    skin: Rgb
    hair: Rgb
    coat: Rgb
    trousers: Rgb
    accent: Rgb
    eyes: Rgb
    hair_style: str
    """bald, short, swept, bob, long, bun, curly, plait, or none: feelers"""
    hat: str
    """none, or one of `hats.HATS`"""
    coat_length: float
    """the hem: 0 at the hip, 1 at the ankle"""
    beard: bool
    glasses: bool
    scarf: bool
    buttons: bool
    old: bool
    child: bool
    sash: bool = False
    armour: Rgb | None = None
    """the colour of the plates, for somebody in armour"""
    tabard: bool = False
    gown: bool = False
    """a tight bodice and a skirt as wide as a bell"""
    wide_sleeves: bool = False
    tails: bool = False
    """a black coat that is open over a white shirt"""
    mask: str = ""
    """half, whole, beast, beak or gas; empty for none"""
    mask_colour: Rgb = (236, 230, 216)
    kind: str = "person"
    """the kind of body, of the lexicon; `unknown` is a labelled figure"""
    named: str = ""
    """what they are called in the description"""
    wide: float = 1.0
    """how wide the head is, 1 as wide as most"""


def cast(person: ResolvedCharacter, picture: Seen | None = None, *, epoch: str = "") -> Design:
    """The design of a character.

    Args:
        person: whose words go before what a picture shows.
        picture: what their reference shows; None where they have none.
        epoch: of the film, for the clothes of whom no word says them.
    """
    being = who(person)
    description = _affirmed(person.description)
    wardrobe = _affirmed(person.wardrobe or being.clothes or _of_the_time(person, description, epoch))
    words = f"{description}, {wardrobe}"
    random = Random(f"design/{person.id}")

    def has(pattern: str) -> bool:
        return re.search(rf"\b(?:{pattern})", words) is not None

    child, old = being.kind == "child" or is_child(description), is_old(description)
    woman = sex_of(person.name or person.id, description) == WOMAN
    coat, skin, hair, accent, trousers = _colours(person, words, wardrobe, random, picture, old=old)
    style = _hair_style(words, random, woman=woman)
    style = "none" if being.kind == "alien" else style
    build = random.uniform(0.92, 1.06)
    build += 0.16 if has("stout|broad|heavy|burly|big") else -0.1 if has("slim|thin|slender|lean|wiry") else 0
    return Design(
        tall=height_of(person),
        build=build * (0.86 if child else 1.0),
        head=13.2 if child else 14.2 + random.uniform(-0.5, 0.5),
        skin=skin,
        hair=hair,
        coat=coat,
        trousers=trousers,
        accent=accent,
        eyes=random.choice(((66, 92, 120), (84, 60, 44), (70, 96, 70), (52, 46, 44))),
        hair_style=style,
        hat=_hat(words),
        coat_length=0.94
        if has(r"(?:ball|evening|wedding) ?(?:gown|dress)|gown|robe\b|robes|habit|toga|sari")
        else 0.62
        if has(r"long (?:\w+ )?coat|dress|cloak|skirt|greatcoat|overcoat|oilskin coat|kimono|trench")
        else 0.36
        if has("coat|oilskin|parka|apron|raincoat")
        else 0.12,
        beard=has("beard|bearded"),
        glasses=has("glasses|spectacles"),
        scarf=has("scarf|shawl|muffler"),
        buttons=has("button|coat|oilskin|uniform|peacoat|cardigan"),
        old=old,
        child=child,
        sash=has("kimono|obi|sash|robe"),
        armour=_armour(words),
        tabard=has("tabard|surcoat"),
        gown=has("(?:ball|evening|wedding) ?(?:gown|dress)|gown"),
        wide_sleeves=has("kimono|robe|habit|wizard|witch"),
        tails=has("tailcoat|tails|tuxedo|dinner jacket|evening dress suit|white tie"),
        mask=_mask(words),
        mask_colour=_named_before(words, r"(?:\w+ )?mask") or (MASKS[_mask(words)]),
        kind=being.kind,
        named=being.named,
        wide=picture.wide if picture else 1.0,
    )


def _of_the_time(person: ResolvedCharacter, description: str, epoch: str) -> str:
    """What somebody wears of whom no word says it: clothes of the film's time."""
    clothes = lexicon().clothes.get(epoch)
    if clothes is None or who(person).kind not in ("person", "child") or re.search(_GARMENTS, description):
        return ""
    woman = sex_of(person.name or person.id, description) == WOMAN
    return Random(f"clothes/{person.id}").choice(clothes["women" if woman else "men"])


def _colours(
    person: ResolvedCharacter, words: str, wardrobe: str, random: Random, picture: Seen | None, *, old: bool
) -> tuple[Rgb, Rgb, Rgb, Rgb, Rgb]:
    """Of the coat, the skin, the hair, the accent and the trousers."""
    skin = _skin(words, random)
    hair = (206, 204, 202) if old else random.choice(_HAIRS)
    coat = random.choice(_COATS)
    being, natural = who(person), lexicon().coats
    for word in (being.named, *being.named.split(), being.kind):
        if word in natural:
            coat = from_hex(natural[word])
            break
    if being.kind == "alien":
        skin = _named_before(words, "skin|face|alien|martian") or (126, 178, 116)
    if re.search(r"\bspace ?suit", words):
        coat = (226, 228, 232)
    if picture is not None and being.kind in _PEOPLE:
        skin = skin if _SKIN_NAMED.search(words) else picture.skin or skin
        hair, coat = picture.hair or hair, picture.clothes or coat
    elif picture is not None:
        coat = picture.palette[min(1, len(picture.palette) - 1)]  # the first is what is behind it
    all_in = re.search(rf"\b(?:in|wearing) (?:all )?({'|'.join(NAMED)})(?=\s*[,.;]|$| and\b)", words)
    if all_in:
        coat = NAMED[all_in[1]]
    if being.kind not in _PEOPLE:
        coat = _named_before(words, rf"fur|plates|feathers|{re.escape(being.named) or being.kind}") or coat
    hair = _named_before(words, "hair|mane|wings|curls|braid|plait|bun|bob") or hair
    evening = re.search(r"\b(?:tailcoat|tuxedo|tails|dinner jacket|habit)\b", words)
    coat = _named_before(words, _GARMENTS) or (NAMED["black"] if evening else coat)
    accent = _named_before(words, _ACCENTS) or _hat_colour(_hat(words), coat) or random.choice(_COATS)
    if being.kind == "robot":
        accent = _named_before(words, "eyes|lamp|visor|light") or (104, 210, 236)
    own = [from_hex(colour) for colour in person.colours]
    worn = (_named_before(wardrobe, _GARMENTS), None, None, _named_before(wardrobe, _ACCENTS))
    coat, skin, hair, accent = (
        _nearer(own[place], worn[place]) if place < len(own) else colour
        for place, colour in enumerate((coat, skin, hair, accent))
    )
    if len(own) > 4:
        return coat, skin, hair, accent, own[4]
    if re.search(r"\bspace ?suit|jumpsuit|overalls|dungarees", words):
        return coat, skin, hair, accent, scale(coat, 0.94)
    legs = _named_before(words, "trousers|jeans|skirt")
    plain = mix(coat, (52, 50, 60), 0.3) if all_in else (74, 76, 98)
    return coat, skin, hair, accent, scale(legs or plain, 0.9)


def _hat_colour(hat: str, coat: Rgb) -> Rgb | None:
    """The colour of a hat that has one of its own, or its coat's."""
    if hat in ("top hat", "bowler"):
        return NAMED["black"]
    return coat if hat in ("hood", "pointed") else None


def _armour(words: str) -> Rgb | None:
    """The colour of somebody's plates, or None for who wears none."""
    if not re.search(r"\b(?:armou?r|mail|breastplate|cuirass|plate mail)\b", words):
        return None
    found = _named_before(words, "armou?r|plates|breastplate|cuirass|mail")
    return STEEL if found is None or found == NAMED["silver"] else found


def _mask(words: str) -> str:
    """The kind of mask that somebody wears, or empty."""
    if not re.search(r"\bmask(?:s|ed)?\b|\bdomino\b", words):
        return ""
    for kind, pattern in (
        ("gas", r"\bgas.?mask"),
        ("beak", r"\bplague|\bbeak|\bbird(?:'s)? mask|\b(?:raven|crow) mask"),
        ("beast", r"\b(?:fox|wolf|cat|dog|bear|lion|tiger|animal|beast|demon|devil)(?:'s)? mask"),
        ("whole", r"\b(?:full|whole|porcelain|theatre|noh|clown|death|skull|iron|smooth|white)(?:'s)? mask"),
    ):
        if re.search(pattern, words):
            return kind
    return "half"


def _affirmed(words: str) -> str:
    """Words in lower case without what is said not to be there: `no hat`, `without a scarf`."""
    return re.sub(r"\b(?:no|without|never|lacks)\b[^,.;]*", "", words.lower())


def _nearer(own: Rgb, worn: Rgb | None) -> Rgb:
    """A colour of the document, unless the wardrobe names another one: then what is worn."""
    return own if worn is None or math.dist(own, worn) < SAME_COLOUR else worn


def _named_before(words: str, things: str) -> Rgb | None:
    """The colour named up to two words before one of `things`."""
    colours = "|".join(NAMED)
    found = re.search(rf"\b({colours})\b(?:[\s-]+\w+){{0,2}}?[\s-]+(?:{things})", words)
    return NAMED[found[1]] if found else None


def _skin(words: str, random: Random) -> Rgb:
    choice = random.choice(_SKINS)
    found = _SKIN_NAMED.search(words)
    if not found:
        return choice
    index = {"pale": 0, "fair": 0, "freckled": 0, "tanned": 1, "olive": 2, "brown": 3}.get(found[1], 4)
    return _SKINS[index]


def _hair_style(words: str, random: Random, *, woman: bool) -> str:
    for style, pattern in (
        ("bald", "bald"),
        ("bun", r"\bbun\b"),
        ("plait", r"plait|braid"),
        ("curly", "curl"),
        ("bob", r"\bbob\b|chin-length"),
        ("long", r"\blong(?:[\s-]+\w+){0,2}?[\s-]+hair|flowing hair|hair down to"),
        ("short", r"\bshort(?:[\s-]+\w+){0,2}?[\s-]+hair|cropped"),
    ):
        if re.search(pattern, words):
            return style
    return random.choice(("bob", "long", "bun", "curly", "plait") if woman else ("short", "swept", "curly"))


def _hat(words: str) -> str:
    for hat, pattern in (
        ("bubble", "space ?suit|space helmet"),
        ("visor", r"visor\w* helm|\bhelm\b|helmet with (?:a )?(?:visor|plume)|great ?helm"),
        ("helmet", "helmet"),
        ("crown", r"\bcrown|\bdiadem|\btiara|\bcoronet"),
        ("top hat", r"\btop ?hat|\bcylinder hat"),
        ("bowler", r"\bbowler"),
        ("cloche", r"\bcloche"),
        ("pointed", r"\bpoint(?:ed|y) hat|\bwizard(?:'s)? hat|\bwitch(?:'s)? hat"),
        ("kerchief", r"\bkerchief|\bheadscarf|\bhead scarf|\bwimple|\bveil"),
        ("souwester", "sou'?wester|rain hat"),
        ("woolly", "woolly|woollen hat|knitted hat|beanie|bobble|wool hat|knit cap|watch cap"),
        ("brim", r"\bhat\b|straw|fedora|brimmed"),
        ("cap", r"\bcap\b|captain(?! of the (?:\w+ ){0,2}team)|sailor"),
        ("hood", "hood"),
    ):
        if re.search(pattern, words):
            return hat
    return "none"
