# ruff: noqa: S311  (seeded randomness that must repeat, not secrets)

"""The painter: a staged shot on a canvas, frame by frame."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from farm.backends.animatic.actor import Costume
from farm.backends.animatic.captions import caption
from farm.backends.animatic.cards import lay_card
from farm.backends.animatic.casting import Design, cast
from farm.backends.animatic.crowd import people_the_background
from farm.backends.animatic.face import Look, blink_at, mouth_at
from farm.backends.animatic.gestures import FACES, PASSING, SETTING_DOWN, SIDEWAYS
from farm.backends.animatic.light import (
    PLACE_GRADE,
    Light,
    by_lantern,
    by_screens,
    from_hex,
    indoors,
    light_of,
    luma,
)
from farm.backends.animatic.lips import Lips
from farm.backends.animatic.mounts import design_of, draw_mount, place_of_rider, saddle, turned
from farm.backends.animatic.performance import Doing, Flight
from farm.backends.animatic.props import LANTERN, TABLE_HEIGHT, hold, lay, small_table
from farm.backends.animatic.references import Seen, card_of, seen_in
from farm.backends.animatic.scenery import Scenery, clouds, sky_pixels, vignette
from farm.backends.animatic.seats import throne
from farm.backends.animatic.sets import builder_of, set_name
from farm.backends.animatic.skeleton import gait, skeleton
from farm.backends.animatic.staging import Actor, Speech, Staging, View, stage
from farm.backends.animatic.styles import style_of
from farm.backends.animatic.styles.style import Figure, Style
from farm.backends.animatic.understanding.background import background
from farm.backends.animatic.understanding.deeds import Held, holding
from farm.backends.animatic.understanding.epochs import when, when_of_the_film
from farm.backends.animatic.understanding.looks import manner
from farm.backends.animatic.understanding.moments import GIVING, PICKING_UP, PUTTING_DOWN, TAKING
from farm.backends.animatic.understanding.places import where
from farm.backends.animatic.understanding.surroundings import throne_in
from farm.backends.animatic.understanding.translation import in_english
from farm.backends.animatic.vector import Canvas, Group, Paint, Point
from farm.backends.animatic.vehicles import put_on_the_road
from farm.backends.animatic.weather import Air, lens_light
from storyboard.planning.spec import ResolvedCharacter, ResolvedLocation, ShotSpec
from storyboard.schema.vocabulary import Expression, Facing, LineDelivery, Pose, Weather

Frame = NDArray[np.uint8]
_LOUD = {LineDelivery.WHISPERED: 0.6, LineDelivery.SHOUTED: 1.3, LineDelivery.SAD: 0.8}
"""how much farther a mouth opens in a delivery"""
BLUR = 0.0105  # of the frame's height, behind a close subject
_IN_REACH = frozenset((GIVING, TAKING, PICKING_UP, PUTTING_DOWN, SETTING_DOWN))
"""gestures that a close shot shows before the chest"""
_OF_A_SHIP = re.compile(r"\b(?:spaceship|starship|space ?craft|space station|airlock)")
_UNLIT = re.compile(r"\b(?:unlit|lamp is (?:out|dark)|lamp gone out)\b")


class Painter:
    """Draws the frames of one shot.

    Args:
        spec: the shot.
        captions: whether spoken lines are drawn into the picture.
        soft_focus: whether the set behind close shots is blurred.
        cards: whether a close shot has the reference of whom or what it shows in it.
        pictures: the references of the spec, by the SHA-256 of their bytes.
        lips: how the mouth of each line of the spec goes; its letters tell it where there is nothing.

    Raises:
        PictureError: a reference is no picture that can be read.
    """

    def __init__(
        self,
        spec: ShotSpec,
        *,
        captions: bool,
        soft_focus: bool,
        cards: bool = False,
        pictures: Mapping[str, Path] | None = None,
        lips: Sequence[Lips | None] = (),
    ) -> None:
        spec = in_english(spec)
        self.spec = spec
        self.lips = lips
        self.pictures = pictures or {}
        self.width, self.height = spec.width, spec.height
        self.staging: Staging = stage(spec)
        self.style = style_of(manner(spec.look.description), self.width, self.height)
        here = where(spec.location)
        under_roof = here.place is not None and here.place.inside
        shown = self._seen(spec.location)
        palette = tuple(from_hex(colour) for colour in spec.look.palette)
        palette = tuple(sorted(shown.palette, key=luma)) if shown else palette
        outside = light_of(spec.location.time_of_day, spec.location.weather, palette)
        outside = replace(outside, grading=PLACE_GRADE) if shown else outside
        self.light: Light = outside
        if here.place is not None and under_roof:
            cool = here.place.cool or _OF_A_SHIP.search(here.words) is not None
            self.light = by_screens(outside) if cool else indoors(outside)
        if self.style is not None:
            outside, self.light = self.style.lit(outside), self.style.lit(self.light)
        # A set is the same in every shot there: its randomness is the location's own.
        scenery = Scenery(Group(), self.light, Random(f"set/{spec.location.id}/{set_name(here)}"))
        scenery.named, scenery.words = here.named, here.words
        self.epoch = scenery.epoch = when(spec).epoch
        self.fashion = when_of_the_film(spec).epoch
        self.throned = throne_in(spec)
        scenery.throne_is_taken = bool(self.throned)
        scenery.lamp_lit = not _UNLIT.search(f"{spec.action} {spec.location.description}".lower())
        self.sky = sky_pixels(outside, self.width, self.height, 11)
        self._clouds(scenery, outside)
        builder_of(here)(scenery)
        self._background(scenery)
        self.scenery = scenery
        self.canvas = Canvas(self.width, self.height)
        root = self.canvas.root
        if soft_focus and self.staging.close:
            self.backdrop: Paint | None = self._soft_backdrop(root)
        else:
            self.backdrop = None
            root.picture(self.sky)
            root.adopt(scenery.root)
        self._people(root)
        for layer in scenery.front:
            root.adopt(layer.group)
        if self.staging.start.height > 400:
            # What stands before the camera would stand in the middle of a very wide view.
            for layer in scenery.front:
                layer.group.fade(0)
        self._atmosphere(root, under_roof=under_roof)
        if cards:
            self._card(root)
        self._titles(root, captions=captions)

    def _seen(self, owner: ResolvedCharacter | ResolvedLocation) -> Seen | None:
        """What the first reference of somebody or of the place shows; None without one."""
        return seen_in(self.pictures[owner.references[0].sha256]) if owner.references else None

    def _design(self, person: ResolvedCharacter) -> Design:
        """How somebody looks, by their words, their reference and the film's time."""
        return cast(person, self._seen(person), epoch=self.fashion)

    def _card(self, root: Group) -> None:
        """The reference of whom a close shot shows, or of the place, as a card in an upper corner."""
        if not self.staging.close:
            return
        actors = [actor for actor in self.staging.actors if not actor.foreground]
        owners: list[ResolvedCharacter | ResolvedLocation] = [actor.character for actor in actors]
        owners.append(self.spec.location)
        owner = next((one for one in owners if one.references), None)
        if owner is None:
            return
        pixels = card_of(self.pictures[owner.references[0].sha256])
        right = not actors or actors[0].x <= self.staging.start.x
        lay_card(root, pixels, (self.width, self.height), right=right)

    def _clouds(self, scenery: Scenery, outside: Light) -> None:
        amount = {
            Weather.CLEAR: 2,
            Weather.WIND: 3,
            Weather.CLOUDY: 6,
            Weather.RAIN: 6,
            Weather.STORM: 7,
            Weather.SNOW: 4,
        }
        scenery.light = outside
        clouds(scenery, amount.get(outside.weather, 0))
        scenery.light = self.light

    def _background(self, scenery: Scenery) -> None:
        """Vehicles and a crowd behind the people, as the words of the shot have them."""
        behind = background(self.spec)
        seed = self.spec.location.id
        if behind.crowd is not None:
            eyes = 1.0 if self.style is None else self.style.eyes_afar
            nearest = min(self.staging.start.height, self.staging.end.height)
            scale = self.height / nearest
            people_the_background(scenery, behind.crowd, self.light, self.epoch, seed, eyes, scale)
        for order, vehicle in enumerate(behind.vehicles):
            put_on_the_road(scenery, vehicle, float(self.spec.seconds), seed, order)

    def _soft_backdrop(self, root: Group) -> Paint:
        """The set as one blurred picture, larger than the frame: what lies behind a close subject."""
        from PIL import Image, ImageFilter

        margin = round(self.height * 0.22)
        wide, tall = self.width + 2 * margin, self.height + 2 * margin
        canvas = Canvas(wide, tall)
        try:
            sky = canvas.root.picture(self.sky)
            sky.matrix(wide / self.width, 0, 0, 0, tall / self.height, 0)
            canvas.root.adopt(self.scenery.root)
            middle = self.staging.view(0.5, 0.0)
            zoomed = View(middle.x, middle.y, middle.height * tall / self.height)
            for move in self.scenery.animations:
                move(1.0)
            for layer in self.scenery.layers:
                layer.look_from(zoomed, wide, tall)
            canvas.draw()
            picture = Image.fromarray(canvas.pixels[..., :3].copy())
        finally:
            canvas.close()
            self.scenery.layers.clear()
            self.scenery.animations.clear()
        softness = 1.0 if self.style is None else self.style.softness
        radius = BLUR * self.height * (1.5 if self.staging.start.height < 70 else 1.0) * softness
        soft = np.full((tall, wide, 4), 255, np.uint8)
        soft[..., :3] = np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)))
        paint = root.picture(soft)
        self.margin = margin
        self.backdrop_view = middle
        return paint

    def _people(self, root: Group) -> None:
        light = self._light_on_people()
        if self.style is not None:
            light = self.style.on_people(light)
        self.costumes = {}
        self.stage_group = root.group()
        self.lying_group = self.stage_group.group()
        self.actor_groups: list[tuple[Actor, Group]] = []
        self.hands: dict[str, Point] = {}
        order = sorted(self.staging.actors, key=lambda actor: (actor.foreground, -actor.depth))
        for actor in order:
            person = actor.character
            costume = Costume(self._design(person), light, self._prop(person), self.epoch)
            if person.id in self.throned:
                costume.seat = throne
            self.costumes[person.id] = costume
            self.actor_groups.append((actor, self.stage_group.group()))
        self.flying_group = self.stage_group.group()
        self.ways: dict[str, tuple[Facing, Pose]] = {}
        self.mounts = {rider: design_of(mount, rider) for rider, mount in self.staging.mounts.items()}

    def _prop(self, person: ResolvedCharacter) -> Held:
        return holding(person, self.spec.action)

    def _light_on_people(self) -> Light:
        """The place's light, or a lantern's that somebody carries."""
        if self.light.dark > 0.4 and not self.light.indoors:
            for person in self.spec.characters:
                if person.pose is Pose.HOLDING and self._prop(person).thing == LANTERN:
                    return by_lantern(self.light, -0.8 if person.facing is Facing.LEFT else 0.8)
            if re.search(r"\blantern|light passes|beam\b", self.spec.action.lower()):
                return by_lantern(self.light, self.light.side)
        return self.light

    def _atmosphere(self, root: Group, *, under_roof: bool) -> None:
        aspect = self.width / self.height
        layer = root.group()
        layer.place(0, 0, self.height)
        self.air = Air(layer, self.light, self.staging.seed, aspect, indoors_seen=not under_roof)
        self.falling = layer.group()
        if self.light.rim > 0.3:
            lens_light(layer, self.light, aspect)
        if self.style is None or self.style.vignette:
            root.picture(vignette(self.width, self.height, 0.36 + 0.4 * self.light.dark))

    def _titles(self, root: Group, *, captions: bool) -> None:
        self.captions: list[tuple[Speech, Paint]] = []
        self.overlaid: list[tuple[Speech, NDArray[np.uint8], int, int]] = []
        if not captions:
            return
        colours = {person.id: self._design(person).coat for person in self.spec.characters}
        for speech in self.staging.speeches:
            colour = colours.get(speech.line.character, (214, 206, 190))
            made = caption(speech.line, colour, self.width, self.height, self.spec.language)
            if made is not None:
                pixels, left, top = made
                if self.style is not None:
                    # Letters are no part of the drawing: they are laid over it, as they are.
                    self.overlaid.append((speech, pixels, left, top))
                    continue
                paint = root.picture(pixels)
                paint.place(left, top)
                self.captions.append((speech, paint))

    def frame(self, index: int) -> Frame:
        """The frame at `index` of the take, uint8 [height, width, 3]."""
        # The handles lie outside the body's time: a shot that continues begins exactly where it should.
        rate = float(self.spec.rate)
        seconds = (index - self.spec.head) / rate
        share = min(1.0, max(0.0, (index - self.spec.head) / max(1, self.spec.frames - 1)))
        view = self.staging.view(share, seconds)
        for move in self.scenery.animations:
            move(seconds + 20.0)
        for layer in (*self.scenery.layers, *self.scenery.front):
            layer.look_from(view, self.width, self.height)
        if self.backdrop is not None:
            self._place_backdrop(self.backdrop, view)
        scale = self.height / view.height
        self.stage_group.place(self.width / 2 - scale * view.x, self.height / 2 - scale * view.y, scale)
        figures = [
            self._draw_actor(actor, group, index, seconds, share, view) for actor, group in self.actor_groups
        ]
        self._draw_loose(share, seconds + 5.0)
        self.air.move(seconds + 3.0, self.falling)
        for speech, paint in self.captions:
            paint.fade(_shown(speech, index, rate))
        self.canvas.root.place()
        self.canvas.draw()
        if self.style is not None:
            return self._in_style(self.style, figures, index, rate)
        result = np.empty((self.height, self.width, 3), np.uint8)
        for channel in range(3):
            result[..., channel] = self.canvas.pixels[..., channel]
        return result

    def _in_style(self, style: Style, figures: list[Figure], index: int, rate: float) -> Frame:
        """What is on the canvas in the film's style, its captions over it."""
        from farm.backends.animatic.styles import (
            pixels as planes,
        )  # only where a style is drawn: it needs OpenCV

        result = style.finish(planes.opaque(self.canvas.pixels), figures, index)
        for speech, pixels, left, top in self.overlaid:
            opacity = _shown(speech, index, rate)
            if opacity > 0:
                over = round(opacity * 256) * pixels.astype(np.uint32)
                part = result[top : top + pixels.shape[0], left : left + pixels.shape[1]]
                part[:] = np.minimum(255, (over[..., :3] >> 8) + part * (65280 - over[..., 3:]) // 65280)
        return result

    def _place_backdrop(self, backdrop: Paint, view: View) -> None:
        """Slide the soft backdrop against the camera, in whole pixels: those are copied, not resampled."""
        pixels = self.height / self.backdrop_view.height * 0.4
        limit = self.margin
        dx = max(-limit, min(limit, round((self.backdrop_view.x - view.x) * pixels)))
        dy = max(-limit, min(limit, round((self.backdrop_view.y - view.y) * pixels)))
        backdrop.place(-self.margin + dx, -self.margin + dy)

    def _draw_loose(self, share: float, seconds: float) -> None:
        """What nobody holds, and what is on its way from hand to hand."""
        play = self.staging.performance
        if play.lying:
            self.lying_group.clear()
            for x in sorted({one.x for one in self.staging.laid if one.table}):
                small_table(self.lying_group, x, self.light)
            for one in self.staging.laid:
                if one.start <= share < one.end:
                    lay(
                        one.held,
                        self.lying_group,
                        one.x,
                        self.light,
                        seconds,
                        epoch=self.epoch,
                        table=one.table,
                    )
        if play.flights:
            self.flying_group.clear()
        for flight in play.flights:
            if not flight.start <= share < flight.end:
                continue
            at = (share - flight.start) / (flight.end - flight.start)
            start, end = self._end_of(flight, flight.giver), self._end_of(flight, flight.taker)
            rise = 4 * at * (1 - at) * (46.0 if flight.thrown else 3.0)
            point = (start[0] + (end[0] - start[0]) * at, start[1] + (end[1] - start[1]) * at - rise)
            hold(flight.held, self.flying_group, point, self.light, seconds, epoch=self.epoch)

    def _end_of(self, flight: Flight, person_id: str) -> Point:
        """Where a thing leaves or arrives: somebody's hand, or where it lies, or out of the air."""
        if person_id in self.hands:
            return self.hands[person_id]
        other = self.hands.get(flight.giver or flight.taker, (0.0, 0.0))
        for one in self.staging.laid:
            if one.held == flight.held and one.start >= flight.end - 1e-6:
                return one.x, -TABLE_HEIGHT if one.table else 0.0
        return other[0] + 190.0, other[1] - 10.0

    def _draw_actor(
        self, actor: Actor, group: Group, index: int, seconds: float, share: float, view: View
    ) -> Figure:
        """Draw somebody as they are at a moment; where they are in the frame."""
        group.clear()
        person = actor.character
        doing = self.staging.performance.doing(person.id, share)
        begins, ends = actor.goes
        way = min(1.0, max(0.0, (share - begins) / max(1e-6, ends - begins)))
        x = actor.position(_stroll(way))
        facing, pose = self._turned(actor, doing, x, share), doing.pose
        if actor.walks and begins <= share <= ends and (way < 0.93 or pose in (Pose.WALKING, Pose.RUNNING)):
            pose = gait(pose, walks=True)
            facing = Facing.RIGHT if actor.end_x > actor.x else Facing.LEFT
        scale, y = 1 - actor.depth * 1.2, -actor.depth * 90
        if actor.foreground:
            facing = Facing.AWAY
            pose = Pose.STANDING if pose is not Pose.SITTING else pose
            sign = -1 if actor.x < view.x else 1
            scale = 1.35
            tall = self.costumes[person.id].design.tall
            x = view.x + sign * view.height * self.width / self.height * 0.40
            y = view.y - view.height * 0.12 + tall * scale * 0.86
        mount = None if actor.foreground else self.staging.mounts.get(person.id)
        if mount is not None:
            facing = facing if facing in (Facing.LEFT, Facing.RIGHT) else actor.aside
            pose = Pose.STANDING if pose in (Pose.SITTING, Pose.KNEELING) else pose
            facing, pose = self.ways.get(mount.beside, (facing, pose))
            self.ways[person.id] = facing, pose
        side = facing in (Facing.LEFT, Facing.RIGHT)
        group.place(x, y, scale, flip=facing is Facing.LEFT)
        costume = self.costumes[person.id]
        costume.prop = doing.held or costume.prop
        above = self.staging.hold_above
        seat, carried = None, pose
        if mount is not None:
            tall, ride = costume.design.tall, self.mounts[person.id]
            goes = pose in (Pose.WALKING, Pose.RUNNING)
            turn = turned(mount, tall, x, actor.x, seconds + 5.0, goes=goes and not actor.walks)
            seat = saddle(mount, ride, tall, pose, seconds + 5.0, turn, self.epoch)
            pose = Pose.STANDING if goes else pose
        body = skeleton(
            costume.design,
            pose,
            seconds + 5.0,
            side=side,
            phase=(actor.seed % 997) / 997,
            hold_above=None if above is None or actor.foreground else (above - y) / scale,
            gesture="" if actor.foreground else self._gesture(doing),
            holds=doing.held is not None and not actor.foreground,
            since=(share - doing.start) * self.spec.frames / float(self.spec.rate)
            if doing.start > 0
            else 9.0,
            saddle=seat,
        )
        if mount is not None:
            draw_mount(
                group,
                mount,
                ride,
                costume.light,
                body,
                tall,
                facing,
                carried,
                seconds + 5.0,
                turn,
                self.epoch,
            )
        hand = body.hands[1]
        self.hands[person.id] = (
            x + scale * (-hand[0] if facing is Facing.LEFT else hand[0]),
            y + scale * hand[1],
        )
        look = self._look(actor, doing, index, seconds)
        seen = group if mount is None else place_of_rider(group, mount, self.epoch)
        costume.draw(seen, body, look, facing, pose, seconds + 5.0, rides=mount is not None)
        pixel, mirror = self.height / view.height, -1 if facing is Facing.LEFT else 1
        left, top = view.x - view.height * self.width / self.height / 2, view.y - view.height / 2
        return Figure(
            x=(x - left) * pixel,
            y=(y - top) * pixel,
            head_x=(x + mirror * scale * body.head[0] - left) * pixel,
            head_y=(y + scale * body.head[1] - top) * pixel,
            head=costume.design.head * scale * pixel,
            tall=costume.design.tall,
            upright=mount is None
            and pose not in (Pose.SITTING, Pose.KNEELING, Pose.LYING)
            and not actor.foreground,
            faces=mirror if side else 0,
        )

    def _gesture(self, doing: Doing) -> str:
        passes = self.staging.close and doing.gesture in _IN_REACH
        return PASSING if passes else doing.gesture

    def _turned(self, actor: Actor, doing: Doing, x: float, share: float) -> Facing:
        """Which way somebody looks: to whom they do something, else as the storyboard says."""
        facing = actor.character.facing
        other = next((one for one in self.staging.actors if one.character.id == doing.toward), None)
        if other is not None and (facing is not Facing.AWAY or doing.gesture in SIDEWAYS):
            return Facing.RIGHT if other.position(share) > x else Facing.LEFT
        if doing.gesture in SIDEWAYS and facing in (Facing.CAMERA, Facing.AWAY):
            return actor.aside
        return facing

    def _look(self, actor: Actor, doing: Doing, index: int, seconds: float) -> Look:
        mouth = 0.3 + 0.2 * math.sin(seconds * 9) if doing.gesture == "laughing" else 0.0
        wide = 0.0
        for speech in self.staging.speeches:
            if speech.line.character == actor.character.id and speech.seen:
                opened, corners = self._lips(speech, index)
                opened = min(1.0, opened * _LOUD.get(speech.line.delivery, 1.0))
                if opened > mouth:
                    mouth, wide = opened, corners
        wander = math.sin(seconds * 0.8 + actor.seed % 7) * math.sin(seconds * 0.37 + actor.seed % 11)
        expression = actor.character.expression
        if expression is Expression.NEUTRAL:
            expression = FACES.get(doing.gesture, expression)
        blink = blink_at(actor.seed, seconds + 8.0)
        if self.style is not None:
            blink = max(blink, 1 - self.style.eyes)
        return Look(expression, mouth, blink, wander, wide)

    def _lips(self, speech: Speech, index: int) -> tuple[float, float]:
        """How far a speaker's mouth is open in a frame, and where its corners are."""
        lips = self.lips[self.spec.lines.index(speech.line)] if self.lips else None
        if lips is None:
            share = (index - speech.start) / max(1, speech.end - speech.start)
            return mouth_at(speech.line.text, share), 0.0
        shape = lips(index - speech.start)
        return shape.open, shape.wide


def _stroll(share: float) -> float:
    """How far somebody has walked: they start and stop softly, before the shot ends."""
    at = min(1.0, share / 0.93)
    return at + 0.06 * math.sin(at * math.tau) * -1


def _shown(speech: Speech, index: int, rate: float) -> float:
    """How much of a caption shows, 0 to 1."""
    return _ramp(index, speech.start, speech.end + round(rate * 0.45), round(rate * 0.12))


def _ramp(index: int, start: int, end: int, length: int) -> float:
    """1 between two frames, with a soft beginning and end."""
    if length <= 0:
        return 1.0 if start <= index < end else 0.0
    return max(0.0, min(1.0, (index - start + 1) / length, (end - index) / length))
