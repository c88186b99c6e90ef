"""A screenplay of any length, made from rules: scenes, action, dialogue, directions, transitions."""

from __future__ import annotations

from random import Random

_PLACES = ("KITCHEN", "HARBOUR", "STATION HALL", "ROOFTOP", "MARA'S OFFICE", "FOREST ROAD", "BEACH", "ATTIC")
_TIMES = ("DAY", "NIGHT", "DUSK", "CONTINUOUS", "LATER", "DAWN")
_NAMES = ("MARA", "JONAH", "WREN", "DR. OKAFOR", "THE CAPTAIN", "ELI SANTOS", "ELI", "OLD WOMAN")
_ACTIONS = (
    "{a} crosses the room, stops at the window and looks out over the roofs.",
    "{a} sits. {b} does not.",
    "CLOSE ON the letter in {a}'s hand.",
    "A long silence. The clock ticks.",
    "{a} runs for the door, slips, gets up again and runs on without a look back.",
    "Rain on glass. Somewhere a door slams.",
    "{b} enters with a lamp. The light finds every face in turn and rests on {a}, who smiles.",
    "They look at each other. Neither will be the first to speak, and both know what would be said.",
)
_LINES = (
    "No.",
    "You were never here. Nobody was.",
    "I kept it for you, all these years, in the drawer under the stairs where the spare fuses are.",
    "What do you want me to say?",
    "The boat leaves at six, and it will leave without us if you go on packing books.",
    "Then say it!",
    (
        "When I was nine my father took me to see the sea. He said: that is the end of the world."
        " Then I saw a map. I was so angry that I did not speak to him until spring."
    ),
)


def long_screenplay(pages: int, seed: int = 1) -> str:
    """Fountain text of about so many pages."""
    random = Random(seed)
    rows = ["Title: A long film", "Author: Nobody", "", "FADE IN:", ""]
    used, scene = 0, 0
    while used < pages * 54:
        scene += 1
        begin = len(rows)
        side = random.choice(("INT.", "EXT."))
        rows += [f"{side} {random.choice(_PLACES)} - {random.choice(_TIMES)} #{scene}#", ""]
        people = random.sample(_NAMES, 3)
        for _ in range(random.randint(5, 12)):
            if random.random() < 0.4:
                a, b = random.sample(people, 2)
                rows += [random.choice(_ACTIONS).format(a=a.title(), b=b.title()), ""]
            else:
                rows.append(
                    random.choice(people) + random.choice(("", "", " (CONT'D)", " (O.S.)", " (V.O.)"))
                )
                rows += [*random.choice(([], [], ["(quietly)"])), random.choice(_LINES), ""]
        if random.random() < 0.2:
            rows += [random.choice(("CUT TO:", "DISSOLVE TO:", "SMASH CUT TO:")), ""]
        used += sum(1 + len(row) // 60 for row in rows[begin:])
    return "\n".join([*rows, "FADE OUT.", ""])
