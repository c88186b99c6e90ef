// The picture: one layer, or several side by side, wiped, laid over each other, or subtracted.

import { el } from "./dom.js";
import "./ink.js";

export const MODES = [
  ["single", "Single"],
  ["side", "Side by side"],
  ["wipe", "Wipe"],
  ["overlay", "Overlay"],
  ["difference", "Difference"],
];
const GAP = 8; // pixels of the film between two pictures side by side

export class ReviewScreen extends HTMLElement {
  connectedCallback() {
    this.canvas = el("canvas", { width: 16, height: 9 });
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.card = el("div.card", { hidden: true, role: "status" });
    this.handle = el("div.wipe-handle", { hidden: true });
    this.labels = el("div.screen-labels");
    this.ink = el("frame-ink");
    this.replaceChildren(el("div.picture", {}, this.canvas, this.ink, this.handle, this.labels), this.card);
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
    this.shown = shown;
    const pictures = shown.map(({ picture }) => picture);
    const drawn = pictures[0] !== null || pictures.some(Boolean);
    this.canvas.hidden = false;
    this.#draw(pictures);
    this.dataset.frame = frame;
    this.dataset.state = drawn ? "shown" : "empty";
    this.dataset.shown = shown.map(({ clip, frame: of }) => (clip ? `${clip.slice(0, 8)}:${of}` : "")).join(" ");
    if (drawn) this.card.hidden = true;
  }

  // Words in the place of a picture.
  say(words, more = "", picture = null) {
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
  wait(words) {
    this.dataset.state = "waiting";
    this.dataset.words = words ?? "";
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
      this.#draw(this.shown.map(({ picture }) => picture));
    }
  }

  setSplit(split) {
    this.split = Math.min(Math.max(split, 0), 1);
    this.handle.style.setProperty("--split", this.split);
    this.dispatchEvent(new Event("redraw"));
  }

  #draw(pictures) {
    const [width, height] = this.size;
    const side = this.mode === "side" && pictures.length > 1;
    const wide = side ? width * pictures.length + GAP * (pictures.length - 1) : width;
    if (this.canvas.width !== wide || this.canvas.height !== height) {
      this.canvas.width = wide;
      this.canvas.height = height;
    }
    const { context } = this;
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1;
    context.fillStyle = "#0b0b0c";
    context.fillRect(0, 0, wide, height);
    const [first, second] = pictures;
    if (side) pictures.forEach((one, number) => this.#put(one, number * (width + GAP)));
    else this.#put(first, 0);
    if (side || pictures.length < 2) return;
    if (this.mode === "wipe") {
      context.save();
      context.beginPath();
      context.rect(width * this.split, 0, width, height);
      context.clip();
      this.#put(second, 0);
      context.restore();
    } else if (this.mode === "overlay") {
      context.globalAlpha = this.opacity;
      this.#put(second, 0);
    } else if (this.mode === "difference") {
      context.globalCompositeOperation = "difference";
      this.#put(second, 0);
      context.globalCompositeOperation = "lighter";
      for (let gain = 1; gain < this.gain; gain *= 2) context.drawImage(this.canvas, 0, 0);
    }
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
  }

  // A picture of any size fills the frame, what is too much is cut off: as the assembly brings takes to a film.
  #put(picture, left) {
    if (!picture) return;
    const [width, height] = this.size;
    const wide = picture.displayWidth ?? picture.videoWidth;
    const high = picture.displayHeight ?? picture.videoHeight;
    if (wide === width && high === height) {
      this.context.drawImage(picture, left, 0);
      return;
    }
    const scale = Math.max(width / wide, height / high);
    const [w, h] = [width / scale, height / scale];
    this.context.drawImage(picture, (wide - w) / 2, (high - h) / 2, w, h, left, 0, width, height);
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
      const box = this.canvas.getBoundingClientRect();
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
