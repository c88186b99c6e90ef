// What two takes of a shot were made from otherwise, side by side.

import { el, sentence, theirs } from "./dom.js";

export class TakeDiff extends HTMLElement {
  // {a, b: numbers of takes, ask(a, b, signal)}; asked for once for each pair.
  async show({ shot, a, b, ask }) {
    const key = `${shot} ${a} ${b}`;
    if (key === this.key) return;
    this.key = key;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.replaceChildren(el("p.none", {}, "Looking at what they were made from …"));
    try {
      const told = await ask(a, b, asking.signal);
      if (this.key === key) this.#tell(told);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.key = null;
      this.replaceChildren(el("p.none", {}, sentence(error.message)));
    }
  }

  #tell({ a, b, rows }) {
    if (!rows.length) {
      this.replaceChildren(el("p.none", {}, `Takes ${a} and ${b} were made from the same.`));
      return;
    }
    const head = el("tr", {}, el("td", {}), el("th", { scope: "col" }, `Take ${a}`), el("th", { scope: "col" }, `Take ${b}`));
    this.replaceChildren(el("table.diff", {}, el("thead", {}, head), el("tbody", {}, rows.map(rowOf))));
  }
}

function rowOf({ group, what, a, b, parts }) {
  const name = group === what ? group : `${group}: ${what}`;
  const row = el("tr", {}, el("th", { scope: "row" }, name));
  if (parts.length) {
    row.append(el("td", { colSpan: 2, dir: "auto" }, parts.map(partOf)));
  } else {
    row.append(theirs("td", String(a ?? "–")), theirs("td", String(b ?? "–")));
  }
  return row;
}

const TAGS = { same: "span", gone: "del", new: "ins" };

const partOf = ([kind, words]) => el(TAGS[kind] ?? "span", {}, words);

customElements.define("take-diff", TakeDiff);
