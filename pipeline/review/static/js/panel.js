// The shot that is looked at: what it is, its takes, and how two of them are compared.

import { el, icon } from "./dom.js";
import { MODES } from "./screen.js";
import { stateOf } from "./strip.js";

export class ShotPanel extends HTMLElement {
  connectedCallback() {
    this.setAttribute("aria-label", "Shot");
  }

  // What is chosen: {film, paths, place, live, first, second, mode, amount}; numbers of takes in their list.
  show(chosen) {
    const key = JSON.stringify([chosen.film.number, { ...chosen, film: 0, paths: 0 }]);
    if (key === this.key) return;
    this.key = key;
    const { film, place } = chosen;
    const shot = film.shots[place];
    const told = stateOf(shot, chosen.live);
    const focused = this.contains(document.activeElement) && document.activeElement.dataset.name;
    this.replaceChildren(
      el(
        "header",
        {},
        el("h2", {}, shot.id),
        el("span.pill", { "data-state": told.state }, told.short ?? told.words),
      ),
      el("p.slug", {}, film.scenes[shot.scene].slug),
      ...(shot.action ? [el("p.action", {}, shot.action)] : []),
      ...this.#reasons(shot, chosen.live),
      ...this.#facts(film, shot),
      ...this.#takes(chosen, shot),
      ...this.#compare(chosen, shot),
    );
    if (focused) this.querySelector(`[data-name="${focused}"]`)?.focus();
  }

  #reasons(shot, live) {
    const reasons = [
      ["Stale since it was approved", shot.stale],
      ["To be rendered", shot.there ? [] : shot.why],
      ["Failed", live?.state === "failed" && live.error ? [live.error] : []],
    ];
    return reasons
      .filter(([, every]) => every.length)
      .map(([head, every]) =>
        el("section.reasons", {}, el("h3", {}, head), el("ul", {}, every.map((one) => el("li", {}, one)))),
      );
  }

  #facts(film, shot) {
    const from = shot.start === null ? "not in the cut" : film.timecode(shot.start);
    const facts = [from, `${shot.frames} frames`, shot.size, shot.renderer];
    const people = shot.characters.length ? [el("p.facts", {}, shot.characters.join(", "))] : [];
    return [...people, el("p.facts", {}, facts.join(" · "))];
  }

  #takes({ paths, first, second, mode }, shot) {
    if (!shot.takes.length) {
      return [el("section", {}, el("h3", {}, "Takes"), el("p.none", {}, "None yet."))];
    }
    const rows = shot.takes.map((take, number) => {
      const shown = number === first || (mode !== "single" && number === second);
      const middle = take.first + Math.floor(((shot.frames >> 1) * take.step[0]) / take.step[1]);
      const said = [take.in_cut ? "in the cut" : "", take.status && take.status !== "rendered" ? take.status : ""];
      const made = [take.by, take.why].filter(Boolean).join(": ");
      return el(
        "button.take",
        {
          type: "button",
          "data-name": `take-${number}`,
          "aria-pressed": String(shown),
          title: number < 9 ? `Look at it (${number + 1})` : "Look at it",
          onclick: () => this.#ask("flip", number),
        },
        el("img", { alt: "", src: paths.still(take.clip, Math.min(middle, take.frames - 1)) }),
        el(
          "span.said",
          {},
          el("b", {}, take.number ? `Take ${take.number}` : "Take", ...(take.circled ? [icon("circle")] : [])),
          el("span", {}, said.filter(Boolean).join(", ") || "rendered"),
          ...(made ? [el("span.made", {}, made)] : []),
        ),
        el("kbd", {}, number < 9 ? String(number + 1) : ""),
      );
    });
    return [el("section", {}, el("h3", {}, "Takes"), el("div.takes", { role: "group" }, rows))];
  }

  #compare({ first, second, mode, amount }, shot) {
    if (shot.takes.length < 2) return [];
    const modes = MODES.map(([name, words]) =>
      el(
        "button",
        {
          type: "button",
          "data-name": `mode-${name}`,
          "aria-pressed": String(mode === name),
          onclick: () => this.#ask("mode", name),
        },
        words,
      ),
    );
    const others = shot.takes.map((take, number) =>
      el("option", { value: number, selected: number === second, disabled: number === first }, nameOf(take)),
    );
    const slider = {
      wipe: ["Wipe", 0, 1, 0.01],
      overlay: ["Opacity", 0, 1, 0.05],
      difference: ["Gain", 0, 5, 1],
    }[mode];
    return [
      el(
        "section.compare",
        {},
        el("h3", {}, "Compare"),
        el("div.modes", { role: "group", "aria-label": "How takes are compared" }, modes),
        ...(mode === "single"
          ? []
          : [
              el(
                "label",
                {},
                el("span", {}, `${nameOf(shot.takes[first])} with`),
                el(
                  "select",
                  { "data-name": "second", onchange: ({ target }) => this.#ask("second", Number(target.value)) },
                  others,
                ),
              ),
            ]),
        ...(slider
          ? [
              el(
                "label",
                {},
                el("span", {}, mode === "difference" ? `Gain ${2 ** amount}×` : slider[0]),
                el("input", {
                  type: "range",
                  "data-name": "amount",
                  min: slider[1],
                  max: slider[2],
                  step: slider[3],
                  value: amount,
                  oninput: ({ target }) => this.#ask("amount", Number(target.value)),
                }),
              ),
            ]
          : []),
      ),
    ];
  }

  #ask(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

export const nameOf = (take) => (take.number ? `Take ${take.number}` : "the take");

customElements.define("shot-panel", ShotPanel);
