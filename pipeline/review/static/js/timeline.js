// The bar under the picture: shots, what is missing of them, in and out, and where the film is.

import { el, sharpen } from "./dom.js";

const COLOURS = {
  ground: "#2b2c2e",
  gap: "#1a1b1c",
  missing: "#3c2a27",
  line: "#57585b",
  scene: "#8e8c87",
  marked: "#6f5a35",
  note: "#8fb7e6",
  retake: "#f08f7d",
};

export class TimeLine extends HTMLElement {
  connectedCallback() {
    this.canvas = el("canvas");
    this.head = el("div.head", { hidden: true });
    this.replaceChildren(this.canvas, this.head);
    this.tabIndex = 0;
    this.setAttribute("role", "slider");
    this.setAttribute("aria-label", "Place in the film");
    new ResizeObserver(() => this.#sized()).observe(this);
    const to = (event) => {
      const box = this.getBoundingClientRect();
      const [first, end] = this.range;
      const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
      const detail = Math.min(end - 1, first + Math.floor(share * (end - first)));
      this.dispatchEvent(new CustomEvent("seek", { detail }));
    };
    this.addEventListener("pointerdown", (event) => {
      this.setPointerCapture(event.pointerId);
      to(event);
    });
    this.addEventListener("pointermove", (event) => {
      if (this.hasPointerCapture(event.pointerId)) to(event);
    });
  }

  // What of the film is shown: its range, the marks in it, and the frame.
  show(film, range, marks, frame, words) {
    const same = this.film === film && this.range?.join() === range.join() && this.marks?.join() === marks.join();
    Object.assign(this, { film, range: [...range], marks: [...marks], frame });
    this.setAttribute("aria-valuenow", frame);
    this.setAttribute("aria-valuetext", words);
    if (!same) {
      this.setAttribute("aria-valuemin", range[0]);
      this.setAttribute("aria-valuemax", range[1] - 1);
      this.#draw();
    }
    this.#place();
  }

  // Remarks {from, to, kind} on the shot that is looked at, as they stand by now; of all others the film tells.
  setNotes(notes, shot) {
    const key = JSON.stringify([shot, notes]);
    if (key === this.noted) return;
    this.noted = key;
    this.notes = notes;
    this.notedOf = shot;
    this.#draw();
  }

  #sized() {
    sharpen(this.canvas, this);
    this.#draw();
  }

  #draw() {
    if (!this.film || !this.canvas.width) return;
    this.canvas.getContext("2d", { alpha: false }).drawImage(this.#ground(), 0, 0);
    this.#place();
  }

  // The frame that is shown moves alone: nothing is drawn for it.
  #place() {
    if (!this.film || !this.canvas.width) return;
    const scale = globalThis.devicePixelRatio || 1;
    const [left, right] = [this.#x(this.frame) / scale, this.#x(this.frame + 1) / scale];
    const width = Math.max(2, right - left);
    const most = this.canvas.width / scale - width;
    this.head.hidden = false;
    this.head.style.transform = `translateX(${Math.min(left, most)}px)`;
    if (this.wide !== width) this.head.style.width = `${(this.wide = width)}px`;
  }

  #x(frame) {
    const [first, end] = this.range;
    return ((frame - first) / (end - first)) * this.canvas.width;
  }

  #ground() {
    const ground = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const context = ground.getContext("2d", { alpha: false });
    const scale = globalThis.devicePixelRatio || 1;
    const { width, height } = ground;
    const [first, end] = this.range;
    const fill = (colour, from, to, top = 0, high = height) => {
      context.fillStyle = colour;
      context.fillRect(this.#x(from), top, Math.max(1, this.#x(to) - this.#x(from)), high);
    };
    context.fillStyle = COLOURS.ground;
    context.fillRect(0, 0, width, height);
    for (const { shot } of this.film.inCut) {
      if (shot.start + shot.frames <= first || shot.start >= end) continue;
      if (!shot.there) fill(COLOURS.missing, shot.start, shot.start + shot.frames);
    }
    const [from, to] = this.marks;
    if (from !== null || to !== null) fill(COLOURS.marked, from ?? first, (to ?? end - 1) + 1);
    let scene = null;
    let drawn = -Infinity;
    for (const { shot } of this.film.inCut) {
      const x = this.#x(shot.start);
      const begins = shot.scene !== scene;
      scene = shot.scene;
      if (x <= 0 || x >= width || (!begins && x - drawn < 4 * scale)) continue;
      context.fillStyle = begins ? COLOURS.scene : COLOURS.line;
      context.fillRect(Math.round(x), begins ? 0 : height * 0.35, scale, height);
      drawn = x;
    }
    const others = this.film.marks.filter(({ shot }) => shot !== this.notedOf);
    for (const { from: at, to: until, kind } of [...others, ...(this.notes ?? [])]) {
      const left = this.#x(Math.max(first, at));
      const wide = Math.max(6 * scale, this.#x(Math.min(end, until + 1)) - left);
      if (until < first || at >= end) continue;
      context.fillStyle = COLOURS[kind] ?? COLOURS.note;
      context.fillRect(left, height - 6 * scale, wide, 6 * scale);
    }
    return ground;
  }
}

customElements.define("time-line", TimeLine);
