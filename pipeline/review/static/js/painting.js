// Where the pictures are painted: in a worker, where the browser can, else right here.

import { el } from "./dom.js";
import { canDecode } from "./frames.js";
import { Painter } from "./paint.js";

const WORKER = "/static/js/painting-worker.js";
const PATIENCE_MS = 10_000; // with a worker that says nothing of what it draws

const canPaintBeside = () => canDecode() && "OffscreenCanvas" in globalThis && "Worker" in globalThis;

// `host` gets the canvas; `shown` is called with a painting's number when it can be seen.
export class Painting {
  constructor(host, shown) {
    this.host = host;
    this.shown = shown;
    this.number = 0;
    this.skipped = 0; // pictures that were overtaken by the next one before they were drawn
    this.under = null; // number of what the worker draws
    this.next = null; // what it draws after that
    this.#canvas();
    if (canPaintBeside()) this.#beside();
    else this.painter = new Painter(this.canvas);
  }

  // Paint pictures in a way; returns the painting's number. They stay whose they are.
  draw(pictures, how) {
    const number = ++this.number;
    if (this.painter) {
      this.painter.draw(pictures, how);
      this.shown(number);
      return number;
    }
    if (this.next) {
      this.skipped++;
      this.#drop();
    }
    this.next = { pictures: pictures.map((one) => one?.clone() ?? null), how: { ...how }, number };
    this.#send();
    return number;
  }

  #canvas() {
    const canvas = el("canvas", { width: 16, height: 9 });
    if (this.canvas) this.canvas.replaceWith(canvas);
    else this.host.prepend(canvas);
    this.canvas = canvas;
  }

  #beside() {
    this.worker = new Worker(WORKER, { type: "module" });
    this.worker.addEventListener("message", ({ data: { drawn, shown } }) => {
      if (shown) this.shown(shown);
      if (drawn !== this.under) return;
      clearTimeout(this.late);
      this.under = null;
      this.#send();
    });
    this.worker.addEventListener("error", () => this.#here());
    const canvas = this.canvas.transferControlToOffscreen();
    this.worker.postMessage({ canvas }, [canvas]);
  }

  #send() {
    if (this.under !== null || !this.next) return;
    const { pictures, number } = this.next;
    this.worker.postMessage(this.next, pictures.filter(Boolean));
    this.under = number;
    this.late = setTimeout(() => this.#here(), PATIENCE_MS);
    this.next = null;
  }

  #drop() {
    for (const picture of this.next?.pictures ?? []) picture?.close();
    this.next = null;
  }

  // The worker has gone: what comes is painted on a canvas of the page.
  #here() {
    if (this.painter) return;
    clearTimeout(this.late);
    this.worker.terminate();
    const late = this.next;
    this.#canvas();
    this.painter = new Painter(this.canvas);
    if (!late) return;
    this.painter.draw(late.pictures, late.how);
    this.shown(late.number);
    this.#drop();
  }
}
