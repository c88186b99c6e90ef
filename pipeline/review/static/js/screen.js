// The picture: one layer, or several side by side, wiped, laid over each other, or subtracted.

import { el } from "./dom.js";
import "./ink.js";
import { GAP } from "./paint.js";
import { Painting } from "./painting.js";

export const MODES = [
  ["single", "Single"],
  ["side", "Side by side"],
  ["wipe", "Wipe"],
  ["overlay", "Overlay"],
  ["difference", "Difference"],
];

const LATE_MS = 600; // before somebody is told that a picture is waited for

export class ReviewScreen extends HTMLElement {
  connectedCallback() {
    this.card = el("div.card", { hidden: true, role: "status" });
    this.handle = el("div.wipe-handle", { hidden: true });
    this.labels = el("div.screen-labels");
    this.ink = el("frame-ink");
    this.replaceChildren((this.picture = el("div.picture", {}, this.ink, this.handle, this.labels)), this.card);
    this.painting = new Painting(this.picture, (number) => this.#painted(number));
    this.mode = "single";
    this.split = 0.5; // of the wipe, from the left
    this.opacity = 0.5; // of the second picture over the first
    this.gain = 4; // of the difference
    this.#dragged();
    new ResizeObserver(() => this.#fit()).observe(this);
  }

  setFilm(film) {
    this.size = [film.width, film.height];
    this.#fit();
  }

  // Pictures by layer, as the player hands them out; null where there is none.
  show(frame, shown) {
    this.#came();
    this.shown = shown;
    const pictures = shown.map(({ picture }) => picture);
    const drawn = pictures[0] !== null || pictures.some(Boolean);
    this.due = { frame, said: shown.map(({ clip, frame: of }) => (clip ? `${clip.slice(0, 8)}:${of}` : "")).join(" ") };
    this.due.state = drawn ? "shown" : "empty";
    this.dataset.state = "painting";
    this.#draw(pictures);
    if (drawn) this.card.hidden = true;
  }

  // What was asked for last can be seen: it is noted which frame that is.
  #painted(number) {
    if (number !== this.painting.number || !this.due) return;
    if (this.dataset.state === "painting") this.dataset.state = this.due.state;
    this.dataset.frame = this.due.frame;
    this.dataset.shown = this.due.said;
    this.dispatchEvent(new Event("painted"));
  }

  // Words in the place of a picture.
  say(words, more = "", picture = null) {
    this.#came();
    this.dataset.state = "said";
    this.card.hidden = false;
    const known = this.card.dataset.words === words + more && this.card.dataset.picture === (picture ?? "");
    if (known) return;
    this.card.dataset.words = words + more;
    this.card.dataset.picture = picture ?? "";
    this.card.classList.toggle("live", Boolean(picture));
    this.card.replaceChildren(
      ...(picture ? [el("img", { src: picture, alt: "what it makes now" })] : []),
      el("p.words", {}, words),
      el("p.more", {}, more),
    );
  }

  // Words over the picture, which stays.
  wait() {
    this.dataset.state = "waiting";
    this.late ??= setTimeout(() => this.classList.toggle("late", this.dataset.state === "waiting"), LATE_MS);
  }

  #came() {
    clearTimeout(this.late);
    this.late = null;
    this.classList.remove("late");
  }

  setMode(mode, labels = []) {
    this.mode = mode;
    this.dataset.mode = mode;
    this.handle.hidden = mode !== "wipe";
    this.labels.replaceChildren(...labels.map((label) => el("span", {}, label)));
    this.#fit();
    this.again();
  }

  again() {
    if (this.shown?.every(({ clip, picture }) => !clip || alive(picture))) {
      if (this.dataset.state === "shown") this.dataset.state = "painting";
      this.#draw(this.shown.map(({ picture }) => picture));
    }
  }

  setSplit(split) {
    this.split = Math.min(Math.max(split, 0), 1);
    this.handle.style.setProperty("--split", this.split);
    this.dispatchEvent(new Event("redraw"));
  }

  #draw(pictures) {
    const { size, mode, split, opacity, gain } = this;
    this.painting.draw(pictures, { size, mode, split, opacity, gain });
  }

  // As large as there is room for; never by a layout that depends on the picture itself.
  #fit() {
    if (!this.size) return;
    const count = this.mode === "side" ? Math.max(1, this.labels.childElementCount) : 1;
    const shape = (this.size[0] * count + GAP * (count - 1)) / this.size[1];
    const { clientWidth, clientHeight } = this;
    const width = Math.min(clientWidth, clientHeight * shape);
    this.style.setProperty("--picture-width", `${Math.floor(width)}px`);
    this.style.setProperty("--picture-height", `${Math.floor(width / shape)}px`);
  }

  #dragged() {
    const move = (event) => {
      const box = this.picture.getBoundingClientRect();
      this.setSplit((event.clientX - box.left) / box.width);
    };
    this.addEventListener("pointerdown", (event) => {
      if (this.mode !== "wipe") return;
      this.setPointerCapture(event.pointerId);
      move(event);
    });
    this.addEventListener("pointermove", (event) => {
      if (this.mode === "wipe" && this.hasPointerCapture(event.pointerId)) move(event);
    });
  }
}

const alive = (picture) => picture && (picture.format !== null || picture.videoWidth > 0);

customElements.define("review-screen", ReviewScreen);
