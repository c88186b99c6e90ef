// What is looked at: which shot, which of its takes and how, and what plays. No page in here.

import { CutLayer, TakeLayer } from "./film.js";
import { MODES } from "./screen.js";

const AROUND = 24; // frames before and after a shot that is seen in the cut
export const SCOPES = [
  ["cut", "Cut", "the whole film"],
  ["shot", "Shot", "this shot alone"],
  ["context", "In context", "this shot with what is around it"],
];
export const SPEEDS = [0.25, 0.5, 1, 2, 4]; // of plain playing
const after = (names, name) => names[(names.indexOf(name) + 1) % names.length];

// Tells `layers` when other pictures are shown, `moved` at another frame, `changed` when anything else is, and
// `arrived` when somebody went to a shot.
export class View extends EventTarget {
  constructor(film, player) {
    super();
    this.film = film;
    this.player = player;
    this.place = 0; // of the shot, among all
    this.alone = false; // whether the shot has no place in the cut, so that no frame of it is shown
    this.scope = "cut";
    this.mode = "single";
    this.first = 0; // numbers of takes in their list
    this.second = 1;
    this.amounts = { wipe: 0.5, overlay: 0.5, difference: 2 };
    player.addEventListener("frame", () => this.follow());
    player.addEventListener("change", () => this.follow());
  }

  get shot() {
    return this.film.shots[this.place];
  }

  get take() {
    return this.shot.takes[this.first] ?? null;
  }

  // The frame of the shot; 0 for one that has no place in the cut.
  get into() {
    return this.shot.start === null ? 0 : this.player.frame - this.shot.start;
  }

  // Look at a shot, from its first frame or from one of its own.
  goTo(place, frame = 0) {
    const shot = this.film.shots[place];
    const other = place !== this.place;
    this.place = place;
    if (other) this.#chosenTake();
    if (shot.start === null) {
      this.player.stop();
      this.alone = true;
      this.#tell("changed");
    } else {
      this.alone = false;
      this.going = true;
      this.#range();
      if (other) this.layers({ paint: false });
      this.player.seek(shot.start + Math.min(Math.max(frame, 0), shot.frames - 1), { heard: other });
      this.going = false;
      this.follow();
    }
    this.#tell("arrived");
  }

  // The film is at another frame: so may be the shot.
  follow() {
    const { film, player } = this;
    if (this.going || (this.alone && !player.rate)) return;
    this.alone = false;
    const place = this.scope === "cut" || player.rate === 0 ? film.shotAt(player.frame) : this.place;
    if (place !== this.place && this.scope !== "context") {
      this.place = place;
      this.#chosenTake();
      this.layers();
    }
    this.#tell("moved");
  }

  flip(number) {
    if (number >= this.shot.takes.length) return;
    if (this.mode !== "single" && number === this.second) this.second = this.first;
    this.first = number;
    this.layers();
  }

  setSecond(number) {
    this.second = number;
    this.layers();
  }

  setMode(mode) {
    const { takes } = this.shot;
    if (takes.length < 2 && mode !== "single") return;
    this.mode = mode;
    if (this.second === this.first) this.second = (this.first + 1) % takes.length;
    this.layers();
  }

  nextMode() {
    this.setMode(after(MODES.map(([mode]) => mode), this.mode));
  }

  setAmount(amount) {
    this.amounts[this.mode] = amount;
    this.#tell("amount");
    this.player.paint();
    this.#tell("changed");
  }

  nudge(by) {
    const [step, most] = this.mode === "difference" ? [1, 5] : [0.05, 1];
    if (!(this.mode in this.amounts)) return;
    this.setAmount(Math.min(most, Math.max(0, this.amounts[this.mode] + by * step)));
  }

  setScope(scope) {
    this.scope = scope;
    this.#range();
    this.follow();
    this.#tell("changed");
  }

  nextScope() {
    this.setScope(after(SCOPES.map(([scope]) => scope), this.scope));
  }

  setSpeed(speed) {
    const { player } = this;
    player.speed = speed;
    if (player.rate) player.play(Math.sign(player.rate) * speed);
    this.#tell("changed");
  }

  faster(by) {
    const at = SPEEDS.indexOf(this.player.speed) + by;
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))]);
  }

  // Which pictures are shown: the cut, or takes of the shot that is looked at.
  layers({ paint = true } = {}) {
    const { film, shot } = this;
    const layer = (number) => {
      const one = shot.takes[number];
      return !one || (one.in_cut && this.mode === "single") || shot.start === null
        ? new CutLayer(film)
        : new TakeLayer(film, shot, one);
    };
    const compared = this.mode !== "single" && shot.takes.length > 1;
    const numbers = compared ? [this.first, this.second] : [this.first];
    this.#tell("layers", compared ? numbers.map((number) => shot.takes[number]) : []);
    this.player.setLayers(numbers.map(layer), { later: !paint });
    this.#tell("changed");
  }

  // The film stands otherwise by now: the same place of it is shown, and the same take.
  setFilm(film) {
    const { shot, into, take } = this;
    this.going = true;
    this.film = film;
    this.player.setFilm(film);
    this.place = Math.max(0, film.placeOf(shot.id));
    const found = this.shot.takes.findIndex(({ digest }) => digest === take?.digest);
    const other = this.shot.takes.findIndex(({ digest }) => digest === shot.takes[this.second]?.digest);
    const { mode } = this;
    this.#chosenTake();
    if (this.shot.takes.length > 1) this.mode = mode;
    if (found >= 0 && !take.in_cut) this.first = found;
    if (other >= 0) this.second = other;
    if (this.second === this.first) this.second = this.first ? 0 : 1;
    this.layers({ paint: false });
    this.#range();
    this.going = false;
    this.goTo(this.place, into);
  }

  // Look at what an address says: {shot, frame, see, take, with, compare}.
  open(said) {
    this.scope = SCOPES.some(([name]) => name === said.see) ? said.see : "cut";
    this.place = Math.max(0, this.film.placeOf(said.shot ?? ""));
    this.#chosenTake();
    const { takes } = this.shot;
    const numbered = (name, other) => {
      const number = Number(said[name]) - 1;
      return Number.isInteger(number) && number >= 0 && number < takes.length ? number : other;
    };
    this.first = numbered("take", this.first);
    this.second = numbered("with", this.second);
    this.mode = takes.length > 1 && MODES.some(([name]) => name === said.compare) ? said.compare : "single";
    this.layers({ paint: false });
    this.goTo(this.place, Number(said.frame) || 0);
    this.follow();
  }

  // The same in words for an address.
  get said() {
    const { shot, player } = this;
    const said = { shot: shot.id };
    if (shot.start !== null && player.frame > shot.start) said.frame = player.frame - shot.start;
    if (this.scope !== "cut") said.see = this.scope;
    const inCut = Math.max(0, shot.takes.findIndex((take) => take.in_cut));
    if (this.mode !== "single") Object.assign(said, { compare: this.mode, take: this.first + 1, with: this.second + 1 });
    else if (this.first !== inCut) said.take = this.first + 1;
    return said;
  }

  #chosenTake() {
    const { takes } = this.shot;
    this.first = Math.max(0, takes.findIndex((take) => take.in_cut));
    this.second = takes.length > 1 ? (this.first + 1) % takes.length : this.first;
    if (takes.length < 2) this.mode = "single";
  }

  #range() {
    const { film, scope, shot } = this;
    if (scope === "cut" || shot.start === null) {
      this.player.setRange(0, film.frames);
      return;
    }
    const around = scope === "context" ? AROUND : 0;
    const end = Math.min(film.frames, shot.start + shot.frames + around);
    this.player.setRange(Math.max(0, shot.start - around), end);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}
