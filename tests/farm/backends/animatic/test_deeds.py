"""Deeds: what action lines tell of whom, what is seen of it, and where things go."""

from __future__ import annotations

from farm.backend.conformance import character, shot
from farm.backends.animatic.painter import Painter
from farm.backends.animatic.performance import perform
from farm.backends.animatic.staging import stage
from farm.backends.animatic.understanding.missing import missing
from farm.backends.animatic.understanding.moments import Moment, moments
from storyboard.schema.vocabulary import Pose

ADA, BO = character("ada", position="left"), character("bo", description="an old man", position="right")
HD = {"width": 160, "height": 90, "size": "WS", "frames": 96}

LINES = """
Ada sits at the window. = ada sitting
Ada takes the letter from the drawer and hands it to Bo. = ada taking letter; ada giving letter bo
Bo reads the letter by the candle. = bo reading letter
She runs across the bridge. = ada running
He kneels beside the grave. = bo kneeling
Ada draws her sword. = ada holding sword
Bo drinks the wine. = bo drinking glass
The door opens and Ada enters. = ada entering
Ada walks in, looks around and sits down. = ada entering; ada looking; ada sitting
Bo points at the ship. = bo pointing
They dance. = ada+bo dancing
Ada lights a lantern. = ada holding lantern
Bo opens the chest. = bo reaching
She weeps. = ada weeping
He laughs and waves. = bo laughing; bo waving
Bo climbs the stairs. = bo walking
Enter Ada, reading a book. = ada entering; ada reading book
He kisses her hand. = bo embracing
Ada lifts the glass and drinks. = ada holding glass; ada drinking glass
Bo lies on the bench. = bo lying
Two soldiers stand at the gate. = -
Ada throws a stone into the water. = ada throwing ball
Bo catches the ball. = bo catching ball
He falls to the ground. = bo lying
Ada writes in her diary. = ada writing book
Bo shuts the book. = bo reaching
She looks at him for a long time. = ada looking bo
He steps back. = bo walking
Ada gives the key to Bo. = ada giving key bo
Bo runs after the train. = bo running
Ada embraces Bo. = ada embracing bo
He hurries away. = bo leaving
She cuts the rope. = ada holding rope
Ada and Bo fight. = ada+bo fighting
He pours the tea. = bo holding cup
Bo sleeps in the chair. = bo lying
Ada hands Bo the letter. He reads it. = ada giving letter bo; bo reading letter
Bo shakes his head. = bo refusing
Ada shakes hands with Bo. = ada shaking-hands bo
Ada throws the ball to Bo, and he catches it. = ada throwing ball bo; bo catching ball
He picks up the key and puts it on the table. = bo picking-up key; bo putting-down key
The old man gives her a flower. = bo giving flower ada
Ada looks up at the sky. = ada looking-up
Bo looks down. = bo looking-down
Ada opens the door and runs away. = ada reaching; ada leaving
Bo offers the key. Ada takes it. = bo giving key; ada taking key
Ada puts the cup down. = ada putting-down cup
Ada picks the letter up and reads it. = ada picking-up letter; ada reading letter
Bo speaks into the telephone. = bo phoning telephone
Ada answers the phone. = ada phoning telephone
Bo aims the gun at Ada. = bo aiming gun ada
Ada shoots. = ada aiming gun
She nods. = ada nodding
Bo salutes Ada. = bo saluting ada
Ada bows to Bo. = ada bowing bo
The man eats an apple. = bo eating basket
Ada hugs Bo and cries. = ada embracing bo; ada weeping
Bo leaves. = bo leaving
Ada smiles at Bo. = ada smiling bo
Bo frowns. = bo frowning
Ada and Bo walk along the river. = ada+bo walking
Ada walks to Bo and takes his hand. = ada walking bo; ada taking
Bo holds an umbrella over Ada. = bo holding umbrella ada
They embrace. = ada+bo embracing
Ada grabs the knife from the table. = ada taking knife
Bo drops the bottle. = bo putting-down bottle
Ada knocks at the door. = ada reaching
He claps. = bo clapping
Bo cheers. = bo cheering
Ada gasps. = ada gasping
Bo gets up and goes out. = bo standing; bo leaving
Ada stands with a lantern in her hand. = ada standing lantern
Bo hits Ada with a stick. = bo fighting tool ada
Ada flees. = ada leaving
Bo examines the map. = bo reading letter
Ada reads a newspaper while Bo sleeps. = ada reading letter; bo lying
Bo waits by the lamp. = bo standing
Ada carries a suitcase. = ada holding case
Bo throws the rope to her. = bo throwing rope ada
Ada catches it and pulls. = ada catching; ada reaching
Ada snatches the photograph from Bo. = ada taking letter bo
Bo signs the contract. = bo writing letter
Ada sips her coffee. = ada drinking cup
She lays the flowers on the grave. = ada putting-down flower
He collapses. = bo lying
Ada greets Bo with a smile. = ada waving bo
Bo tosses a coin. = bo throwing coin
Ada pushes Bo. = ada reaching bo
Ada watches Bo. = ada looking bo
He stops and turns. = bo standing; bo -
Bo hides behind a tree. = bo -
Ada sings. = ada -
Bo shrugs. = bo -
Bo helps Ada. = bo - ada
Ada rides a horse. = ada sitting
Bo unfolds the map and points. = bo holding letter; bo pointing
Ada places the box on the table. = ada putting-down parcel
Bo arrives with a basket. = bo entering basket
Ada whispers to Bo. = ada - bo
The rain falls. = -
"""
"""a line = who does what with what to whom; `-`: nobody of the shot, or nothing that is seen"""


def told(moment: Moment) -> str:
    whom = moment.whom if len(moment.who) == 1 else ""
    thing = moment.thing.thing if moment.thing else ""
    return " ".join(filter(None, ("+".join(moment.who), moment.does or "-", thing, whom)))


def play(action, *people, **changes):
    return perform(shot(action=action, characters=people or (ADA, BO), **(HD | changes)), riders=())


def test_lines_of_action_tell_who_does_what_to_whom_with_what():
    lines = [line.split(" = ") for line in LINES.strip().splitlines()]
    found = [(line, "; ".join(map(told, moments(line, (ADA, BO)))) or "-") for line, _ in lines]
    assert len(lines) == 100
    assert found == [(line, expected) for line, expected in lines]


def test_a_letter_goes_from_a_drawer_to_one_hand_and_to_another():
    played = play("Ada takes the letter from the drawer and hands it to Bo.")
    has = {share: [played.doing(one, share).held for one in ("ada", "bo")] for share in (0.1, 0.4, 0.6, 0.95)}
    assert [[bool(one) for one in who] for who in has.values()] == [[0, 0], [1, 0], [1, 0], [0, 1]]
    (flight,) = played.flights
    assert (flight.giver, flight.taker, flight.held.thing) == ("ada", "bo", "letter")
    for share in range(101):
        at = share / 100
        places = [played.doing(one, at).held for one in ("ada", "bo")]
        known = sum(held is not None for held in places) + (flight.start <= at < flight.end)
        assert known == (0 if at < 0.225 else 1), at


def test_what_is_held_up_is_the_thing_and_not_what_it_is_a_part_of():
    (moment,) = moments("Ada holds up the brass gear of the clock.", (ADA, BO))
    assert (moment.thing.thing, moment.thing.named) == ("gear", "gear")


def test_what_is_in_a_hand_without_a_verb_is_held():
    for line in ("On his knees in the grass, the letter in both hands.", "A small figure with a letter."):
        (moment,) = moments(line, (BO,))
        assert (moment.who, moment.does, moment.thing.thing) == (("bo",), "holding", "letter")


def test_two_shake_hands_whoever_begins():
    played = play("Ada shakes hands with Bo.")
    assert {played.doing(one, 0.5).gesture for one in ("ada", "bo")} == {"shaking-hands"}


def test_hands_that_pass_a_thing_meet():
    spec = shot(action="Ada gives the key to Bo.", characters=(ADA, BO), **HD)
    painter = Painter(spec, captions=False, soft_focus=False)
    painter.frame(60)
    (ada_x, ada_y), (bo_x, bo_y) = painter.hands["ada"], painter.hands["bo"]
    painter.canvas.close()
    assert abs(ada_x - bo_x) < 25
    assert abs(ada_y - bo_y) < 15
    apart = stage(shot(action="", characters=(ADA, BO), **HD)).actors
    assert apart[1].x - apart[0].x > 100


def test_the_storyboards_pose_goes_before_the_action_line():
    assert play("Ada runs.").steady_pose("ada") is Pose.RUNNING
    assert play("Ada runs.", character("ada", pose="sitting")).steady_pose("ada") is Pose.SITTING
    sits = play("Ada reads a letter.", character("ada", pose="sitting"))
    assert (sits.steady_pose("ada"), sits.doing("ada", 0.5).gesture) == (Pose.SITTING, "reading")


def test_those_who_come_and_go_do_so():
    (comes,) = stage(shot(action="Ada enters.", characters=(ADA,), **HD)).actors
    (leaves,) = stage(shot(action="Ada leaves.", characters=(ADA,), **HD)).actors
    view = stage(shot(action="", characters=(ADA,), **HD)).start
    half = view.height * 160 / 90 / 2
    assert comes.walks
    assert abs(comes.x - view.x) > 0.8 * half
    assert abs(leaves.end_x - view.x) > half


def test_what_nobody_holds_lies_where_it_is_said_to():
    lying = play("A letter lies on the table. Bo looks at it.").lying
    assert [(one.held.thing, one.table) for one in lying] == [("letter", True)]
    (down,) = play("Bo puts the bottle on the floor.").lying
    assert (down.held.thing, down.beside, down.table, down.start > 0.5) == ("bottle", "bo", False, True)
    far = shot(action="A suitcase stands on the floor.", characters=(ADA, BO), **HD)
    assert missing(far) == []
    near = far.model_copy(update={"size": "CU"})
    assert [one.word for one in missing(near)] == ["suitcase"]


def test_a_deed_without_a_pose_is_told():
    said = {str(one) for one in missing(shot(action="Bo hides. Ada sits.", characters=(ADA, BO)))}
    assert said == {'not drawn: "hide": who does it is drawn without a pose for it'}


def test_only_words_that_are_near_are_told_as_near():
    (one,) = missing(shot(characters=(character(description="A kraken"),)))
    assert one.alike == ()
