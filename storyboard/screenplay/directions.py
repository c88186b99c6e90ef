"""What screenwriters' words ask of the camera and of people: sizes, moves, poses, faces, voices."""

from __future__ import annotations

import re

from storyboard.schema.vocabulary import CameraMove, Expression, LineDelivery, Pose, ShotSize, TransitionKind

_S, _M, _P, _E = ShotSize, CameraMove, Pose, Expression


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_SIZES: tuple[tuple[ShotSize, re.Pattern[str]], ...] = (
    (_S.ECU, _words(r"\bextreme\s+close|\bE\.?C\.?U\b|(?-i:\bINSERT\b)|\bдеталь\b")),
    (_S.OTS, _words(r"\bover\s+(?:[\w'’.]+\s+){1,3}shoulder|(?-i:\bO\.?T\.?S\b)")),
    (
        _S.EWS,
        _words(
            r"(?-i:\bESTABLISHING\b|\bAERIAL\b)|\baerial\s+(?:shot|view)|\bextreme(?:ly)?\s+(?:wide|long)"
        ),
    ),
    (_S.MCU, _words(r"\bmedium\s+close")),
    (
        _S.CU,
        _words(
            r"""(?-i:\bCLOSE(?:R)?\s*(?:ON|UP|SHOT|ANGLE|[-:–—])|\bClose(?:r)?\s+(?:on|up)\b|\bCLOSEUP|\bC\.?U\b|\bTIGHT\s+ON)
            |\bкрупн(?:о|ый\s+план)|\bgros\s+plan|\bprimer\s+plano|\b(?:gross|nah)aufnahme|\bprimo\s+piano"""
        ),
    ),
    (
        _S.WS,
        _words(r"\b(?:wide|wider|long|full|master)\s+(?:shot|angle)\b|(?-i:\bWIDER?\b|\bWS\b|\bLONG\s+ON)"),
    ),
    (_S.MWS, _words(r"\bwe\s+see\b|\btwo[\s-]shot\b|(?-i:\bTRACKING|\bREVEAL)")),
    (
        _S.MS,
        _words(r"\bmedium\s+shot\b|(?-i:\bANGLE\b|\b(?:BACK\s+)?ON\s+[A-Z]{2,}|\bP\.?O\.?V\b|\bBACK\s+TO\b)"),
    ),
)
_MOVES: tuple[tuple[CameraMove, re.Pattern[str]], ...] = (
    (
        _M.PUSH_IN,
        _words(
            r"""\b(?:we|camera)\s+(?:push|dolly|zoom|move|creep|track)(?:es|s)?\s+in
            |(?-i:\b(?:PUSH|DOLLY|ZOOM|MOVE|CREEP|TRACK)(?:ES|S|ING)?\s+IN)"""
        ),
    ),
    (
        _M.PULL_OUT,
        _words(
            r"""\b(?:we|camera)\s+(?:pull|dolly|zoom)s?\s+(?:back|out|away)
            |(?-i:\b(?:PULL|DOLLY|ZOOM|WIDEN)(?:S|ING)?\s+(?:BACK|OUT|AWAY)|\bREVEAL)"""
        ),
    ),
    (_M.PAN_LEFT, _words(r"\b(?:we|camera)\s+pans?\s+left|(?-i:\bPAN(?:S|NING)?\s+LEFT)")),
    (_M.PAN_RIGHT, _words(r"\b(?:we|camera)\s+pans?\b|(?-i:\bPAN(?:S|NING)?\b)")),
    (_M.TILT_UP, _words(r"\b(?:we|camera)\s+tilts?\s+up|(?-i:\bTILT(?:S|ING)?\s+UP)")),
    (_M.TILT_DOWN, _words(r"\b(?:we|camera)\s+tilts?\s+down|(?-i:\bTILT(?:S|ING)?\s+DOWN)")),
    (_M.CRANE_UP, _words(r"\bcamera\s+rises|\bwe\s+rise\b|(?-i:\b(?:CRANE|BOOM)(?:S|ING)?\s+UP)")),
    (_M.CRANE_DOWN, _words(r"\bcamera\s+descends|\bwe\s+descend\b|(?-i:\b(?:CRANE|BOOM)(?:S|ING)?\s+DOWN)")),
    (
        _M.TRUCK_RIGHT,
        _words(
            r"\bwe\s+follow\b|\bcamera\s+follows\b|(?-i:\bTRACK(?:S|ING)?\b|\bFOLLOW(?:S|ING)?\b|\bDOLLY\b)"
        ),
    ),
    (
        _M.HANDHELD,
        _words(
            r"\bhand-?\s?held\b|\bthey\s+(?:fight|struggle|grapple|wrestle)\b|\ba\s+(?:fight|struggle|riot)\b"
        ),
    ),
)
_POSES: tuple[tuple[Pose, re.Pattern[str]], ...] = (
    (_P.RUNNING, _words(r"\b(?:runs?|running|sprints?|races?|dashes|bolts|flees|charges)\b")),
    (
        _P.WALKING,
        _words(
            r"\b(?:walks?|walking|strolls?|crosses|paces|enters|exits|leaves|approaches|wanders|climbs|trudges|hurries|steps)\b"
        ),
    ),
    (_P.SITTING, _words(r"\b(?:sits?|sitting|seated|slumps?\s+in|drives?|driving|rides|rows)\b")),
    (_P.KNEELING, _words(r"\b(?:kneels?|kneeling|crouch(?:es|ing)?|squats?)\b")),
    (
        _P.LYING,
        _words(
            r"\b(?:lies\s+(?:on|in|down|awake|there|still)|lying|asleep|sleeps|sleeping|sprawled|unconscious|collapses)\b"
        ),
    ),
    (_P.POINTING, _words(r"\b(?:points?|pointing)\s+(?:at|to|out|across|toward)|\bpoints\b")),
    (_P.WAVING, _words(r"\b(?:waves|waving)\b(?!\s+of)")),
    (
        _P.HOLDING,
        _words(
            r"\b(?:holds?|holding|carries|carrying|grips?|clutch(?:es|ing)|lifts|picks?\s+up|takes\s+out|pours|hands\s+(?:him|her|them|over))\b"
        ),
    ),
    (_P.STANDING, _words(r"\b(?:stands?|standing|rises|gets\s+up|stops|on\s+(?:his|her|their)\s+feet)\b")),
)
_FACES: tuple[tuple[Expression, re.Pattern[str]], ...] = (
    (
        _E.ANGRY,
        _words(
            r"\b(?:angr\w+|furious\w*|rage\w*|glar(?:es|ing)|snaps?|shout\w*|yell\w*|snarl\w*|seeth\w+|irritat\w+)\b"
        ),
    ),
    (
        _E.SURPRISED,
        _words(
            r"\b(?:surpris\w+|shock\w*|gasps?|startl\w+|stunned|astonish\w+|amaz\w+|jumps\s+back|freezes|wide-eyed)\b"
        ),
    ),
    (
        _E.WORRIED,
        _words(
            r"\b(?:worr\w+|nervous\w*|afraid|scared|frightened|anxious\w*|fear\w*|terrif\w+|trembl\w+|panic\w*|hesitat\w+|uneas\w+|frowns?)\b"
        ),
    ),
    (
        _E.SAD,
        _words(
            r"\b(?:sad\w*|cr(?:y|ies|ying)|weep\w*|wept|tears?|sobs?|sobbing|griev\w+|mourn\w*|sighs?|broken|heartbroken)\b"
        ),
    ),
    (
        _E.HAPPY,
        _words(
            r"\b(?:smil\w+|laugh\w*|grin\w*|happ\w+|beam(?:s|ing)|joy\w*|giggl\w+|chuckl\w+|delight\w*|cheer\w*)\b"
        ),
    ),
    (
        _E.DETERMINED,
        _words(
            r"\b(?:determined|resolute\w*|firm(?:ly)?|steel(?:y|s)|grim(?:ly)?|defian\w+|squares\s+(?:his|her))\b"
        ),
    ),
)
_WHISPERED = _words(
    r"\b(?:whisper\w*|quiet(?:ly)?|soft(?:ly)?|low|under\s+(?:his|her|their)\s+breath|sotto|hushed|murmur\w*|mutter\w*|тихо|шёпотом|leise|à\s+voix\s+basse|susurra\w*)\b"
)
_SHOUTED = _words(
    r"\b(?:shout\w*|yell\w*|scream\w*|calling|(?:calls|cries|crying)\s+out|loud(?:ly)?|bellow\w*|roar\w*|кричит|громко|schreit|crie|grita\w*)\b"
)
_SAD = _words(
    r"\b(?:sad(?:ly)?|sorrow\w*|mournful\w*|tearful\w*|in\s+tears|through\s+(?:his|her|their)\s+tears|weep\w*|sob(?:s|bing)?|crying|cries|griev\w*|heartbroken|melanchol\w*|wistful\w*|грустно|печально|плача|traurig|weinend|triste(?:ment)?|llorando)\b"
)
_FAST = _words(
    r"\b(?:quick(?:ly)?|fast|hurried(?:ly)?|hurrying|rush(?:ed|ing)|in\s+a\s+(?:hurry|rush)|rapid(?:ly)?|breathless(?:ly)?|urgent(?:ly)?|frantic(?:ally)?|panick\w*|быстро|торопливо|schnell|hastig|eilig|vite|rápid\w*|deprisa)\b"
)
FACE = _words(
    r"\b(?:eyes?|face|stares?|gaze|looks?\s+(?:up|at|down|away)|smiles?|tears?|lips|expression|blinks?|frowns?|nods?|listens)\b"
)
DETAIL = _words(
    r"\b(?:hands?|fingers?|letter|note|phone|screen|clock|watch|key|photo\w*|ring|gun|knife|book|page|cup|button|lock|switch|coin|needle|dial)\b"
)
TRAVEL = _words(
    r"\b(?:runs?|walks?|crosses|climbs|rides|drives|enters|exits|races|sprints|marches|strolls|chases|gallops|descends)\b"
)
ENTERS = _words(
    r"\b(?:enters|comes\s+in|walks\s+in|hurries\s+in|bursts\s+in|steps\s+in|runs\s+in|arrives|appears)\b"
)
LEAVES = _words(
    r"\b(?:exits|leaves|(?:walks|goes|hurries|storms|runs|steps|slips)\s+(?:out|off|away)|is\s+gone|disappears|drives\s+(?:off|away)|departs|vanishes)\b"
)
PAUSE = re.compile(
    r"^\(?(?:a\s+)?(?:long\s+|short\s+)?(?:beat|pause|silence|moment|пауза|тишина|un temps|pausa|stille)"
    r"\b[\s.…!)]*$",
    re.IGNORECASE,
)
SLOW = _words(r"\b(?:slow(?:ly)?|long\s+(?:beat|moment|pause|silence|time)|waits?|lingers?|still)\b")
FAST = _words(
    r"\b(?:sudden(?:ly)?|quick(?:ly)?|fast|snaps|grabs|slams|shoots|ducks|instantly|bang|crash(?:es)?)\b"
)
PHONE = _words(r"\b(?:phone|telephone|radio|walkie|headset|intercom|receiver|microphone)\b")
TITLE = re.compile(
    r"^\s*(?P<word>SUPERIMPOSED?|SUPER|TITLE\s+CARD|MAIN\s+TITLE|TITLES?|CHYRON|LEGEND|CAPTION|CARD|INTERTITLE|ТИТРЫ?|TITRE|TÍTULO)"
    r"\s*(?:OVER\s*)?[:\-–—]\s*(?P<text>.+)$",
    re.DOTALL,
)
_WEATHERS = (
    ("storm", _words(r"\b(?:storm|tempest|gale|lightning|thunderstorm)\b")),
    ("snow", _words(r"\b(?:snow(?:s|ing|fall|storm|y)?|blizzard)\b(?!\s*(?:globe|white))|\bснег\b")),
    ("rain", _words(r"\b(?:rain(?:s|ing|y|fall)?|downpour|drizzl\w+)\b(?!bow|coat)|\bдождь\b|雨")),
    ("fog", _words(r"\b(?:fog|foggy|mist|misty|haze)\b|\bтуман\b|霧")),
    ("wind", _words(r"\bwind(?:y)?\b(?!\s*(?:ow|up|shield))")),
)


_OVER = _words(
    r"\b(?:rain|storm|snow|wind|fog)\b[^.]{0,12}\b(?:stopped|stops|over|ceased|ended|lifted|cleared)\b"
)


_DELIVERIES = (
    (LineDelivery.WHISPERED, _WHISPERED),
    (LineDelivery.SHOUTED, _SHOUTED),
    (LineDelivery.SAD, _SAD),
    (LineDelivery.FAST, _FAST),
)


def size_of(words: str) -> ShotSize | None:
    """The size that words ask for."""
    return next((size for size, pattern in _SIZES if pattern.search(words)), None)


def move_of(words: str) -> CameraMove | None:
    """The move that words ask for."""
    return next((move for move, pattern in _MOVES if pattern.search(words)), None)


def pose_of(words: str) -> Pose | None:
    """What words say that a body does; the last thing where they say several."""
    found = [(match.start(), pose) for pose, pattern in _POSES for match in [*pattern.finditer(words)][-1:]]
    return max(found)[1] if found else None


def face_of(words: str) -> Expression | None:
    """What words say of a face."""
    return next((face for face, pattern in _FACES if pattern.search(words)), None)


def delivery_of(words: str) -> LineDelivery | None:
    """How a parenthetical has a line spoken."""
    return next((delivery for delivery, pattern in _DELIVERIES if pattern.search(words)), None)


def weather_of(words: str) -> str | None:
    """The weather that words tell of; `clear` where they say that one is over."""
    if _OVER.search(words):
        return "clear"
    return next((weather for weather, pattern in _WEATHERS if pattern.search(words)), None)


def transition_of(words: str) -> tuple[TransitionKind | None, str]:
    """What a transition asks for: how the next shot begins, and what else (`out`, `match`, `intercut`).

    The kind is None where it asks for none that is known; `out` is a fade at the end of the shot before.
    """
    low = words.casefold().strip(" :.")
    if "intercut" in low:
        return TransitionKind.CUT, "" if low.startswith("end") else "intercut"
    if re.search(r"match\s+(?:cut|dissolve)", low):
        return TransitionKind.CUT, "match"
    if re.search(r"white", low):
        return TransitionKind.DIP_TO_WHITE, ""
    if re.search(
        r"\bfade\s+(?:out|to\s+black)|\bto\s+black|в затемнение|у затемнення|fondu au noir|abblende"
        r"|funde a negro|blackout",
        low,
    ):
        return TransitionKind.CUT, "out"
    if low in {"затемнение", "затемнення"}:
        return TransitionKind.CUT, "out"
    if re.search(r"\bfade|из затемнения|з затемнення|ouverture|aufblende|abre de negro", low):
        return TransitionKind.FADE, ""
    if re.search(r"dissolve|fondu|наплыв|überblende|dissolvenza|fundido", low):
        return TransitionKind.DISSOLVE, ""
    if "iris" in low:
        return TransitionKind.WIPE_IRIS, ""
    if "wipe" in low:
        return TransitionKind.WIPE_LEFT, ""
    if re.search(r"\bcut\b|coupe|corte|schnitt|stacco|склейка|\bto$|back to|flash", low):
        return TransitionKind.CUT, ""
    return None, ""
