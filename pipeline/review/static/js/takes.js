// The takes of a shot, those that are asked for and not there yet, and how two of them are compared.

import { button, el, icon, sentence, theirs } from "./dom.js";
import { MODES } from "./screen.js";
import "./take-diff.js";

const SLIDERS = {
  wipe: ["Wipe", 0, 1, 0.01],
  overlay: ["Opacity", 0, 1, 0.05],
  difference: ["Gain", 0, 5, 1],
};
const STATES = {
  waiting: "waits for its turn",
  starting: "starts",
  rendering: "renders",
  assembling: "the film is put together",
  failed: "failed",
  cancelled: "called off",
  left: "was left: no server is at it any more",
};

export const nameOf = (take) => (take.number ? `Take ${take.number}` : "the take");

export class ShotTakes extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.list = el("div.takes", { role: "group", "aria-label": "Takes" });
    this.none = el("p.none", {}, "No takes yet.");
    this.runs = el("div.runs", { role: "status", "aria-label": "What is being made" });
    this.compare = el("section.compare", { hidden: true });
    this.diff = el("take-diff", { hidden: true });
    this.rows = new Map();
    this.replaceChildren(this.none, this.list, this.runs, this.compare, this.diff);
  }

  // {paths, shot, story, live, runs, first, second, mode, amount, many: whether several renderers make takes, may, difference}
  show(chosen) {
    const { shot, mode } = chosen;
    this.none.hidden = shot.takes.length > 0 || chosen.runs.length > 0;
    this.#list(chosen);
    this.#runs(chosen);
    this.compare.hidden = shot.takes.length < 2;
    if (!this.compare.hidden) this.#compare(chosen);
    this.diff.hidden = mode === "single" || shot.takes.length < 2;
    const [a, b] = [shot.takes[chosen.first]?.number, shot.takes[chosen.second]?.number];
    if (!this.diff.hidden && a && b) this.diff.show({ shot: shot.id, a, b, ask: chosen.difference });
  }

  // Each take keeps its row, so that nothing blinks and the focus stays where it is.
  #list(chosen) {
    const { shot, first, second, mode } = chosen;
    const rows = shot.takes.map((take, number) => {
      const told = chosen.story?.takes.find(({ digest }) => digest === take.digest) ?? null;
      const key = JSON.stringify([shot.id, take, number, told?.stale, told?.adjusted, chosen.many]);
      const row = this.rows.get(take.digest)?.key === key ? this.rows.get(take.digest) : this.#row(chosen, take, number, told);
      row.key = key;
      const shown = number === first || (mode !== "single" && number === second);
      row.setAttribute("aria-pressed", String(shown));
      return row;
    });
    this.rows = new Map(shot.takes.map(({ digest }, number) => [digest, rows[number]]));
    const same = this.list.children.length === rows.length && rows.every((row, at) => this.list.children[at] === row);
    if (same) return;
    const focused = this.list.contains(document.activeElement) ? [...this.list.children].indexOf(document.activeElement) : -1;
    this.list.replaceChildren(...rows);
    if (focused >= 0) rows[Math.min(focused, rows.length - 1)]?.focus();
  }

  #row({ paths, shot, many }, take, number, told) {
    const middle = take.first + Math.floor(((shot.frames >> 1) * take.step[0]) / take.step[1]);
    const status = take.status && take.status !== "rendered" ? take.status : "";
    const said = [take.in_cut ? "in the cut" : "", status, many ? take.renderer : ""].filter(Boolean).join(", ");
    const key = number < 9 ? String(number + 1) : "";
    return el(
      "button.take",
      {
        type: "button",
        title: key ? `Look at it (${key})` : "Look at it",
        "aria-label": `${nameOf(take)}${take.circled ? ", circled" : ""}, ${said || "rendered"}`,
        "data-take": take.number,
        onclick: () => this.#ask("flip", number),
      },
      el("img", { alt: "", src: paths.still(take.clip, Math.min(middle, take.frames - 1)) }),
      el(
        "span.said",
        {},
        el("b", {}, nameOf(take), ...(take.circled ? [icon("circle")] : [])),
        el("span", {}, said || "rendered"),
        take.by ? el("span.made", {}, theirs("bdi", take.by), take.why ? ": " : "", theirs("bdi", take.why)) : null,
        told?.stale.length ? el("span.stale", { title: told.stale.join("\n") }, "stale: ", theirs("bdi", told.stale.join(", "))) : null,
      ),
      el("kbd", {}, key),
    );
  }

  // What was asked for and is not there: progress, with what it makes now; or what went wrong, at the shot.
  #runs({ paths, runs, live, may }) {
    const key = JSON.stringify([runs, may("decide"), live?.digest]);
    const bar = () => this.runs.querySelector(".bar")?.style.setProperty("--done", live?.progress ?? 0);
    const shown = () => {
      const image = this.runs.querySelector(".run[data-state='rendering'] img");
      if (!image || !live?.picture) return;
      const source = paths.live(live.digest, live.picture);
      if (image.getAttribute("src") !== source) image.src = source;
      image.hidden = false;
    };
    if (key !== this.runsKey) {
      this.runsKey = key;
      this.runs.replaceChildren(...runs.map((run) => this.#run(run, may("decide"))));
    }
    bar();
    shown();
  }

  #run(run, may) {
    const { state, takes, error, hint } = run;
    const going = ["waiting", "starting", "rendering", "assembling"].includes(state);
    const head = takes > 1 ? `${takes} takes` : "A take";
    const act = going
      ? button("Cancel", () => this.#ask("cancel", run), { kind: "quiet" })
      : button(state === "failed" ? "Try again" : "Go on", () => this.#ask("rerun", run));
    return el(
      "div.run",
      { "data-state": state },
      el("span.still", {}, el("img", { alt: "", hidden: true }), going ? el("span.bar") : null),
      el(
        "span.said",
        {},
        el("b", {}, `${head}: ${STATES[state] ?? state}`),
        error ? el("span.bad", {}, theirs("bdi", sentence(error))) : el("span", {}, theirs("bdi", run.words ?? "")),
        error && hint ? el("span.hint", {}, theirs("bdi", sentence(hint))) : null,
      ),
      may ? act : null,
    );
  }

  #compare({ shot, first, second, mode, amount }) {
    const key = JSON.stringify([shot.id, shot.takes.map(nameOf), first, second, mode, this.dragging ? 0 : amount]);
    if (key === this.compareKey) return;
    this.compareKey = key;
    const stays = this.compare.contains(document.activeElement) && document.activeElement.dataset.name;
    const modes = MODES.map(([name, words]) =>
      el("button", { type: "button", "data-name": `mode-${name}`, "aria-pressed": String(mode === name), onclick: () => this.#ask("mode", name) }, words),
    );
    const others = shot.takes.map((take, number) =>
      el("option", { value: number, selected: number === second, disabled: number === first }, nameOf(take)),
    );
    const other = el("select", { "data-name": "second", onchange: ({ target }) => this.#ask("second", Number(target.value)) }, others);
    const slider = SLIDERS[mode];
    this.compare.replaceChildren(
      el("h3", {}, "Compare"),
      el("div.modes", { role: "group", "aria-label": "How takes are compared" }, modes),
      mode === "single" ? "" : el("label", {}, el("span", {}, `${nameOf(shot.takes[first])} with`), other),
      slider ? this.#slider(slider, mode, amount) : "",
    );
    if (stays) this.compare.querySelector(`[data-name="${stays}"]`)?.focus();
  }

  #slider([name, min, max, step], mode, amount) {
    const words = el("span", {}, mode === "difference" ? `Gain ${2 ** amount}×` : name);
    const input = el("input", {
      type: "range",
      "data-name": "amount",
      "aria-label": name,
      min,
      max,
      step,
      value: amount,
      oninput: ({ target }) => {
        this.dragging = true;
        if (mode === "difference") words.textContent = `Gain ${2 ** Number(target.value)}×`;
        this.#ask("amount", Number(target.value));
      },
      onchange: () => {
        this.dragging = false;
      },
    });
    return el("label", {}, words, input);
  }

  #ask(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail, bubbles: true }));
  }
}

customElements.define("shot-takes", ShotTakes);
