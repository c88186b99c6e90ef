// Drawing on the picture: a canvas over it, in parts of the picture, and the tools beside it.

import { button, el, sharpen } from "./dom.js";
import { COLOURS, going, isDrawn, paintRegion, paintStroke, pointIn, regionBetween, TOOLS, WIDTHS } from "./strokes.js";

// What is drawn over the picture. Tells `stroke` and `region` with what a person drew.
export class FrameInk extends HTMLElement {
  connectedCallback() {
    this.canvas = el("canvas", { role: "img" });
    this.replaceChildren(this.canvas);
    this.strokes = [];
    this.region = null;
    this.pen = null; // {tool, colour, width} while somebody draws
    this.share = 1; // of the canvas that the first picture has
    this.going = null;
    new ResizeObserver(() => this.#sized()).observe(this);
    this.addEventListener("pointerdown", (event) => this.#down(event));
    this.addEventListener("pointermove", (event) => this.#move(event));
    this.addEventListener("pointerup", (event) => this.#up(event));
    this.addEventListener("pointercancel", () => this.#drop());
  }

  // What lies on the frame that is shown.
  show(strokes, region, share = 1) {
    const key = JSON.stringify([strokes, region, share]);
    if (key === this.key) return;
    this.key = key;
    Object.assign(this, { strokes, region, share });
    const count = strokes.length + (region ? 1 : 0);
    this.canvas.setAttribute("aria-label", count ? `${strokes.length} strokes on the picture` : "nothing is drawn here");
    this.dataset.strokes = strokes.length;
    this.dataset.region = region ? region.join(" ") : "";
    this.#draw();
  }

  setPen(pen) {
    this.pen = pen;
    this.classList.toggle("on", Boolean(pen));
    this.dataset.tool = pen?.tool ?? "";
    if (!pen) {
      this.field?.remove();
      this.#drop();
    }
  }

  get #box() {
    const box = this.getBoundingClientRect();
    return { left: box.left, top: box.top, width: box.width * this.share, height: box.height };
  }

  #down(event) {
    if (!this.pen || event.button > 0 || event.target === this.field) return;
    event.preventDefault();
    event.stopPropagation();
    this.field?.remove();
    const point = pointIn(this.#box, event.clientX, event.clientY);
    if (this.pen.tool === "text") {
      this.#letters(point);
      return;
    }
    this.setPointerCapture(event.pointerId);
    this.going = { ...this.pen, points: [point], text: "" };
  }

  #move(event) {
    if (!this.going || !this.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const all = event.getCoalescedEvents?.() ?? [];
    const box = this.#box;
    for (const one of all.length ? all : [event]) this.going = going(this.going, pointIn(box, one.clientX, one.clientY));
    this.#draw();
  }

  #up(event) {
    if (!this.going) return;
    event.stopPropagation();
    const stroke = this.going;
    this.#drop();
    if (stroke.tool === "region") {
      const region = regionBetween(stroke.points[0], stroke.points.at(-1));
      if (region) this.#tell("region", region);
    } else if (isDrawn(stroke)) {
      this.#tell("stroke", stroke);
    }
  }

  #drop() {
    this.going = null;
    this.#draw();
  }

  // Letters are written where they will stand.
  #letters(point) {
    const { pen } = this;
    const field = (this.field = el("input.letters", { type: "text", maxLength: 200, "aria-label": "Words on the picture", dir: "auto" }));
    field.style.setProperty("--x", `${point[0] * this.share * 100}%`);
    field.style.setProperty("--y", `${point[1] * 100}%`);
    let open = true;
    // Whoever takes a field away is told that it has lost the focus.
    const end = (text) => {
      if (!open) return;
      open = false;
      field.remove();
      if (text) this.#tell("stroke", { ...pen, points: [point], text });
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        end(field.value.trim());
      } else if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        end("");
      }
    });
    field.addEventListener("blur", () => end(field.value.trim()));
    this.append(field);
    field.focus();
  }

  #sized() {
    sharpen(this.canvas, this);
    this.#draw();
  }

  #draw() {
    const { canvas } = this;
    if (!canvas?.width) return;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    const area = { left: 0, top: 0, width: canvas.width * this.share, height: canvas.height };
    const drawn = this.going?.tool === "region" ? regionBetween(this.going.points[0], this.going.points.at(-1)) : null;
    if (drawn ?? this.region) paintRegion(context, drawn ?? this.region, area);
    for (const stroke of this.strokes) paintStroke(context, stroke, area);
    if (this.going && this.going.tool !== "region") paintStroke(context, this.going, area);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

// The tools, while somebody draws. Tells `pen` with {tool, colour, width}, `unstroke`, `clear` and `done`.
export class DrawTools extends HTMLElement {
  connectedCallback() {
    this.pen = { tool: "pen", colour: COLOURS[0][0], width: WIDTHS[1][0] };
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", "Draw");
    const ask = (what) => () => this.dispatchEvent(new CustomEvent(what));
    this.tools = TOOLS.map(([tool, words]) => button(words, () => this.#set({ tool }), { glyph: tool, kind: "icon" }));
    this.colours = COLOURS.map(([colour, words]) => {
      const one = button(words, () => this.#set({ colour }), { kind: "icon.dot" });
      one.style.setProperty("--colour", colour);
      return one;
    });
    this.widths = WIDTHS.map(([width, words], number) => button(words, () => this.#set({ width }), { kind: `icon.width.w${number + 1}` }));
    const group = (label, all) => el("div.group", { role: "group", "aria-label": label }, all);
    this.replaceChildren(
      group("Tool", this.tools),
      button("Take the last stroke back", ask("unstroke"), { kind: "icon", glyph: "undo", key: "Backspace" }),
      group("Colour", this.colours),
      group("Width", this.widths),
      button("Done", ask("done"), { kind: "main", key: "D" }),
    );
    this.#pressed();
    this.hidden = true;
  }

  open(open) {
    this.hidden = !open;
    if (open) this.dispatchEvent(new CustomEvent("pen", { detail: this.pen }));
  }

  #set(changed) {
    this.pen = { ...this.pen, ...changed };
    this.#pressed();
    this.dispatchEvent(new CustomEvent("pen", { detail: this.pen }));
  }

  #pressed() {
    const mark = (buttons, values, chosen) =>
      buttons.forEach((one, number) => one.setAttribute("aria-pressed", String(values[number][0] === chosen)));
    mark(this.tools, TOOLS, this.pen.tool);
    mark(this.colours, COLOURS, this.pen.colour);
    mark(this.widths, WIDTHS, this.pen.width);
  }
}

customElements.define("frame-ink", FrameInk);
customElements.define("draw-tools", DrawTools);
