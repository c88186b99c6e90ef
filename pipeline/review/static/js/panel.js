// The shot that is looked at: what it is, what can be decided of it, its takes, and what was said of it.

import "./acts.js";
import "./conversation.js";
import { el } from "./dom.js";
import "./ink.js";
import "./note-form.js";
import "./retake-form.js";
import { stateOf } from "./strip.js";
import "./takes.js";

const TABS = [
  ["takes", "Takes"],
  ["talk", "Notes"],
];

export class ShotPanel extends HTMLElement {
  connectedCallback() {
    if (this.acts) return;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Shot");
    this.head = el("header");
    this.about = el("div.about");
    this.acts = el("shot-acts");
    this.trouble = el("shot-trouble");
    this.takes = el("shot-takes");
    this.talk = el("shot-conversation");
    this.tools = el("draw-tools");
    this.note = el("note-form");
    this.retake = el("retake-form", { hidden: true });
    this.tabs = TABS.map(([name, words]) =>
      el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `of-${name}`, onclick: () => this.turnTo(name) }, words),
    );
    this.sheets = [
      el("div.sheet", { id: "of-takes", role: "tabpanel", "aria-labelledby": "tab-takes" }, this.about, this.takes),
      el("div.sheet", { id: "of-talk", role: "tabpanel", "aria-labelledby": "tab-talk" }, this.talk),
    ];
    const list = el("div.tabs", { role: "tablist", "aria-label": "Of the shot", onkeydown: (event) => this.#turned(event) }, this.tabs);
    this.plain = el("div.plain", {}, list, ...this.sheets);
    this.replaceChildren(this.head, this.acts, this.plain, this.retake, this.trouble, this.tools, this.note);
    this.turnTo("takes");
  }

  turnTo(name) {
    this.tab = name;
    TABS.forEach(([one], number) => {
      this.tabs[number].setAttribute("aria-selected", String(one === name));
      this.tabs[number].tabIndex = one === name ? 0 : -1;
      this.sheets[number].hidden = one !== name;
    });
    if (name === "talk") this.talk.toEnd();
    this.dispatchEvent(new CustomEvent("turned", { bubbles: true }));
  }

  // Whether a retake is being asked for: its form stands where the rest was.
  setRetaking(retaking) {
    this.retake.hidden = !retaking;
    this.plain.hidden = retaking;
    this.note.hidden = retaking;
    this.retaking = retaking;
  }

  // {film, place, live, story, runs, first, second, mode, amount, may, busy, trouble, paths, difference}
  show(chosen) {
    const { film, place, live, story } = chosen;
    const shot = film.shots[place];
    const take = shot.takes[chosen.first] ?? null;
    this.#head(film, shot, live);
    this.acts.show({ shot, take, story, may: chosen.may, busy: chosen.busy });
    this.trouble.show(chosen.trouble);
    this.takes.show({ ...chosen, shot, many: (film.cuts?.length ?? 1) > 1 });
    this.talk.show({ story, length: shot.frames, canReply: chosen.may("comment") });
    const count = story ? story.conversation.filter(isTalk).length : (shot.notes ?? 0);
    const words = count ? `Notes (${count})` : "Notes";
    if (this.tabs[1].textContent !== words) this.tabs[1].textContent = words;
    this.note.hidden = this.retaking || !chosen.may("comment");
  }

  #head(film, shot, live) {
    const told = stateOf(shot, live);
    const key = JSON.stringify([shot.id, told, shot.start, shot.why, shot.stale, shot.there, live?.error, film.number]);
    if (key === this.headKey) return;
    this.headKey = key;
    this.head.replaceChildren(
      el("h2", {}, shot.id),
      el("span.pill", { "data-state": told.state }, told.short ?? told.words),
      el("p.slug", {}, film.scenes[shot.scene].slug),
    );
    const from = shot.start === null ? "not in the cut" : film.timecode(shot.start);
    this.about.replaceChildren(
      ...reasonsOf(shot, live),
      ...(shot.action ? [el("p.action", { dir: "auto" }, shot.action)] : []),
      ...(shot.characters.length ? [el("p.facts", {}, shot.characters.join(", "))] : []),
      el("p.facts", {}, [from, `${shot.frames} frames`, shot.size, shot.renderer].join(" · ")),
    );
  }

  #turned(event) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const name = this.tab === "takes" ? "talk" : "takes";
    this.turnTo(name);
    this.tabs[TABS.findIndex(([one]) => one === name)].focus();
  }
}

const isTalk = ({ kind, counts }) => counts && (kind === "note" || kind === "retake");

function reasonsOf(shot, live) {
  const reasons = [
    ["Stale since it was approved", shot.stale],
    ["To be rendered", shot.there ? [] : shot.why],
    ["Failed", live?.state === "failed" && live.error ? [live.error] : []],
  ];
  return reasons
    .filter(([, every]) => every.length)
    .map(([head, every]) =>
      el("section.reasons", {}, el("h3", {}, head), el("ul", {}, every.map((one) => el("li", { dir: "auto" }, one)))),
    );
}

customElements.define("shot-panel", ShotPanel);
