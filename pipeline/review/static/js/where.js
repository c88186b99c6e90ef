// Where in the shot a remark is about: frames, a drawing, a region. Everything that is drawn can be said in numbers too.

import { button, el } from "./dom.js";
import { framesOf } from "./drafts.js";

const SIDES = ["left", "top", "width", "height"];

// Works on a draft; asks the page for `draw` (on or off) and `here` (the frames that it stands at).
export class RemarkWhere extends HTMLElement {
  connectedCallback() {
    if (this.frames) return;
    const ask = (what) => () => this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
    this.frames = el("input.frames", {
      type: "text",
      size: 8,
      placeholder: "whole shot",
      autocomplete: "off",
      "aria-label": "Frames, such as 20-31; empty for the whole shot",
      oninput: () => this.draft.set({ frames: this.frames.value }),
    });
    this.here = button("Here", ask("here"), { kind: "icon", glyph: "here", "aria-label": "Take the frames from the player: in to out, or the one that is shown" });
    this.drawing = button("Draw", ask("draw"), { key: "D", glyph: "draw", kind: "icon.draws", "aria-pressed": "false" });
    this.count = el("span.count");
    this.drawing.append(this.count);
    this.region = button("Region", () => this.#toggleRegion(), { glyph: "region", kind: "icon", "aria-pressed": "false" });
    this.sides = SIDES.map((name, number) =>
      el("input", {
        type: "number",
        min: 0,
        max: 100,
        step: "any",
        "aria-label": `Region: ${name}, percent of the picture`,
        onfocus: ({ target }) => target.select(),
        oninput: () => this.#typed(number),
      }),
    );
    const numbers = SIDES.map((name, number) => el("label", {}, el("span", {}, name), this.sides[number]));
    this.numbers = el("div.region", { role: "group", "aria-label": "Region, in percent of the picture", hidden: true }, numbers);
    this.wrong = el("p.wrong", { role: "alert", hidden: true });
    this.replaceChildren(
      el("div.row.places", {}, el("label.frames-of", {}, el("span", {}, "Frames"), this.frames), this.here, this.drawing, this.region),
      this.numbers,
      this.wrong,
    );
  }

  // Which draft it says, of a shot of so many frames; `drawing`: whether the pen is out.
  show(draft, length, drawing) {
    this.length = length;
    this.draft = draft;
    const { frames, region, drawing: strokes } = draft.said;
    if (this.frames.value !== frames) this.frames.value = frames;
    this.drawing.setAttribute("aria-pressed", String(drawing));
    const many = strokes.length === 1 ? ", 1 stroke" : strokes.length ? `, ${strokes.length} strokes` : "";
    this.count.textContent = strokes.length || "";
    this.drawing.setAttribute("aria-label", `Draw${many} (D)`);
    this.region.setAttribute("aria-pressed", String(Boolean(region)));
    this.numbers.hidden = !region;
    if (region && !this.numbers.contains(document.activeElement)) {
      region.forEach((part, number) => {
        this.sides[number].value = Math.round(part * 1000) / 10;
      });
    }
    this.#say();
  }

  // Why it cannot be sent, in words; empty when it can.
  get trouble() {
    const { region } = this.draft.said;
    if (region && !(region[2] > 0 && region[3] > 0)) return "The region has no size.";
    return this.#framesWrong();
  }

  #framesWrong() {
    try {
      framesOf(this.draft.said.frames, this.length);
      return "";
    } catch (error) {
      return error.message;
    }
  }

  #say() {
    const words = this.trouble;
    if (this.wrong.textContent !== words) this.wrong.textContent = words;
    this.wrong.hidden = !words;
    this.frames.setAttribute("aria-invalid", String(Boolean(this.#framesWrong())));
  }

  #toggleRegion() {
    this.draft.set({ region: this.draft.said.region ? null : [0.25, 0.25, 0.5, 0.5] });
    if (this.draft.said.region) this.sides[0].focus();
  }

  #typed(number) {
    const region = [...this.draft.said.region];
    region[number] = Math.min(1, Math.max(0, (Number(this.sides[number].value) || 0) / 100));
    // What lies beyond the picture's edge is left out.
    const [left, top, width, height] = region;
    this.draft.set({ region: [left, top, Math.min(width, rest(left)), Math.min(height, rest(top))] });
  }
}

const rest = (from) => Math.round((1 - from) * 1e5) / 1e5;

customElements.define("remark-where", RemarkWhere);
