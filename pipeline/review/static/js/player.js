// Where the film is, and what it does: one position in whole frames, which every layer shows. No page in here.

const AHEAD_S = 1.2; // of pictures that are wanted while something plays
const AROUND = 13; // frames on both sides that are wanted while nothing does
const PATIENCE_MS = 120; // before a picture that is missing stops the clock
export const SPEEDS = [1, 2, 4, 8];

export class Player extends EventTarget {
  constructor(film, frames, sound) {
    super();
    this.film = film;
    this.frames = frames;
    this.sound = sound;
    this.layers = [];
    this.frame = 0;
    this.rate = 0; // of showing; 0 when it stands
    this.speed = 1; // of plain playing
    this.loop = false;
    this.range = [0, film.frames]; // what plays: first, and the one after the last
    this.marks = [null, null]; // in and out, both shown
    this.painted = null;
    this.stats = { painted: 0, dropped: 0 };
    this.since = 0;
  }

  // From the first to the one after the last that plays: the marks, inside the range.
  get bounds() {
    const [first, end] = this.range;
    const [from, to] = this.marks;
    const inside = [from === null ? first : Math.max(first, from), to === null ? end : Math.min(end, to + 1)];
    return inside[0] < inside[1] ? inside : this.range;
  }

  setFilm(film) {
    this.film = film;
    this.frame = Math.min(this.frame, film.frames - 1);
  }

  setRange(first, end) {
    this.range = [first, end];
    this.marks = this.marks.map((mark) => (mark !== null && mark >= first && mark < end ? mark : null));
    if (this.frame < first || this.frame >= end) this.#place(Math.min(Math.max(this.frame, first), end - 1));
    this.#told();
  }

  // What is shown from now on; `later`: something else follows at once that paints.
  setLayers(layers, { later = false } = {}) {
    this.layers = layers;
    this.painted = null;
    if (later) return;
    this.#want();
    this.paint();
  }

  mark(which) {
    this.marks[which] = this.marks[which] === this.frame ? null : this.frame;
    const [from, to] = this.marks;
    if (from !== null && to !== null && from > to) this.marks[1 - which] = null;
    this.#told();
  }

  clearMarks() {
    this.marks = [null, null];
    this.#told();
  }

  // Go to a frame of the film, inside what plays.
  seek(frame, { heard = false } = {}) {
    const [first, end] = this.range;
    this.#place(Math.min(Math.max(Math.round(frame), first), end - 1));
    if (this.rate) this.play(this.rate);
    else if (heard) this.sound?.scrub(this.frame);
  }

  step(by) {
    this.stop();
    this.seek(this.frame + by, { heard: true });
  }

  async play(rate = this.speed) {
    const [first, end] = this.bounds;
    if (rate > 0 && (this.frame >= end - 1 || this.frame < first)) this.#place(first);
    if (rate < 0 && (this.frame <= first || this.frame >= end)) this.#place(end - 1);
    const mine = (this.playing = {});
    this.rate = rate;
    this.clock = null;
    this.#told();
    this.#want();
    await this.#ready(mine);
    await this.#startClock(mine);
    if (mine === this.playing) this.#next(mine);
  }

  stop() {
    this.playing = null;
    this.clock = null;
    this.sound?.stop();
    if (!this.rate) return;
    this.rate = 0;
    this.#want();
    this.#told();
  }

  toggle() {
    if (this.rate) this.stop();
    else this.play();
  }

  // J and L: each press goes faster; the other one turns round.
  shuttle(direction) {
    const now = Math.sign(this.rate) === direction ? Math.abs(this.rate) : 0;
    this.play(direction * (SPEEDS.find((one) => one > now) ?? SPEEDS.at(-1)));
  }

  // Show the frame if all its pictures are here; whether they were.
  paint() {
    if (!this.layers.length) return false;
    const shown = this.layers.map((layer) => {
      const at = layer.at(this.frame);
      return at ? { picture: this.frames.peek(at.clip, at.frame), ...at } : { picture: null, clip: null };
    });
    if (shown.some(({ clip, picture }) => clip && !picture)) {
      this.dispatchEvent(new CustomEvent("waiting", { detail: shown }));
      return false;
    }
    if (this.painted !== this.frame) this.stats.painted++;
    this.painted = this.frame;
    this.dispatchEvent(new CustomEvent("paint", { detail: shown }));
    return true;
  }

  // Something has come that may be what is waited for.
  arrived() {
    if (this.painted !== this.frame) this.paint();
    this.waiter?.();
  }

  #place(frame) {
    this.frame = frame;
    this.#want();
    this.paint();
    this.dispatchEvent(new Event("frame"));
  }

  #told() {
    this.dispatchEvent(new Event("change"));
  }

  // Until the pictures of this moment and of the next ones are here, so that all layers start together.
  async #ready(mine) {
    const here = (frame) =>
      this.layers.every((layer) => {
        const at = layer.at(frame);
        return !at || this.frames.peek(at.clip, at.frame) || this.frames.trouble(at.clip, at.frame);
      });
    while (mine === this.playing && !here(this.frame)) {
      await new Promise((done) => {
        this.waiter = done;
        setTimeout(done, 200);
      });
    }
    this.waiter = null;
  }

  async #startClock(mine) {
    const frame = this.frame;
    const heard = this.sound ? await this.sound.start(frame, this.rate).catch(() => null) : null;
    if (mine !== this.playing) {
      if (!this.playing) this.sound?.stop();
      return;
    }
    const began = performance.now();
    const { rate, film } = this;
    this.clock = heard ?? (() => frame + ((performance.now() - began) / 1000) * rate * film.fps);
  }

  #next(mine) {
    requestAnimationFrame(() => {
      if (mine !== this.playing) return;
      if (this.clock && this.#advance(mine) === false) return;
      if (mine === this.playing) this.#next(mine);
    });
  }

  // One look at the clock; false when playing goes on in another way, or has ended.
  #advance(mine) {
    this.sound?.keepOn();
    const [first, end] = this.bounds;
    const told = this.clock();
    // A hair is added: a clock that says 30.9999999 means 31.
    let due = this.rate > 0 ? Math.max(this.frame, Math.floor(told + 1e-6)) : Math.ceil(told - 1e-6);
    if (this.rate < 0) due = Math.min(this.frame, due);
    if (due >= end || due < first) {
      if (this.loop) {
        this.#place(this.rate > 0 ? first : end - 1);
        this.play(this.rate);
      } else {
        this.#place(this.rate > 0 ? end - 1 : first);
        this.stop();
      }
      return false;
    }
    if (due === this.frame && this.painted === due) return true;
    const skipped = Math.abs(due - this.frame) - 1;
    if (skipped > 0 && Math.abs(this.rate) <= 1) this.stats.dropped += skipped;
    const before = this.frame;
    this.frame = due;
    this.#want();
    if (this.paint()) {
      this.since = 0;
    } else if (!this.since) {
      this.since = performance.now();
    } else if (performance.now() - this.since > PATIENCE_MS) {
      this.since = 0;
      this.stats.dropped += 1;
      this.#wait(mine);
      return false;
    }
    if (before !== due) this.dispatchEvent(new Event("frame"));
    return true;
  }

  // The picture is late: clock and sound stand until it is here.
  async #wait(mine) {
    this.sound?.stop();
    this.clock = null;
    await this.#ready(mine);
    if (mine !== this.playing) return;
    this.paint();
    await this.#startClock(mine);
    if (mine === this.playing) this.#next(mine);
  }

  #want() {
    const wanted = [];
    const add = (frame) => {
      for (const layer of this.layers) {
        const at = layer.at(frame);
        if (at) wanted.push(at);
      }
    };
    add(this.frame);
    if (this.rate) {
      const [first, end] = this.bounds;
      const ahead = Math.ceil(AHEAD_S * this.film.fps * Math.max(1, Math.abs(this.rate)));
      const direction = Math.sign(this.rate);
      for (let by = 1; by <= ahead; by++) {
        const frame = this.frame + by * direction;
        if (frame >= first && frame < end) add(frame);
        else if (this.loop) add(direction > 0 ? frame - end + first : frame - first + end);
      }
    } else {
      for (const by of [1, -1, AROUND, -AROUND]) add(this.frame + by);
    }
    this.frames.want(wanted);
  }
}
