// The film as a strip of shots. Only those in view have elements: a film of 1,500 shots scrolls like one of ten.

import { el } from "./dom.js";

export const CELL = 176; // pixels from one shot to the next; as in review.css
const BESIDE = 6; // shots on both sides of the view that have elements too
const QUIET_MS = 90; // of no scrolling, before stills are asked for

export class ShotStrip extends HTMLElement {
  connectedCallback() {
    this.cells = new Map(); // place in the strip → cell
    this.spare = [];
    this.listed = []; // places of shots that are shown
    this.live = {};
    this.row = el("div.strip-row", { role: "presentation" });
    this.empty = el("p.strip-empty", { hidden: true });
    this.replaceChildren(this.row, this.empty);
    this.tabIndex = 0;
    this.setAttribute("role", "listbox");
    this.setAttribute("aria-label", "Shots");
    this.setAttribute("aria-orientation", "horizontal");
    this.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.addEventListener("wheel", (event) => this.#wheeled(event), { passive: false });
    this.addEventListener("click", (event) => {
      const cell = event.target.closest(".shot");
      if (cell) this.dispatchEvent(new CustomEvent("choose", { detail: Number(cell.dataset.place) }));
    });
    new ResizeObserver(() => this.#lay()).observe(this);
  }

  show(film, paths, listed, words) {
    Object.assign(this, { film, paths, listed });
    this.placed = new Map(listed.map((place, at) => [place, at]));
    this.row.style.setProperty("--strip-width", `${listed.length * CELL}px`);
    this.empty.hidden = listed.length > 0;
    this.empty.textContent = words;
    for (const at of [...this.cells.keys()]) this.#release(at);
    this.#scenes();
    this.#lay();
    this.#stills();
  }

  // The shot that is looked at; scrolled into view unless it is there.
  choose(place, { into_view = true } = {}) {
    const before = this.chosen;
    this.chosen = place;
    for (const at of [this.placed?.get(before), this.placed?.get(place)]) {
      if (this.cells.has(at)) this.#state(this.cells.get(at), this.listed[at]);
    }
    const at = this.placed?.get(place);
    if (at === undefined) {
      this.removeAttribute("aria-activedescendant");
      return;
    }
    this.setAttribute("aria-activedescendant", `shot-${place}`);
    if (!into_view) return;
    const [left, right] = [at * CELL, (at + 1) * CELL];
    if (left < this.scrollLeft + CELL / 2 || right > this.scrollLeft + this.clientWidth - CELL / 2) {
      this.scrollLeft = left - (this.clientWidth - CELL) / 2;
    }
  }

  // What runs do with shots, by the shots' ids.
  setLive(live) {
    this.live = live;
    for (const [at, cell] of this.cells) this.#state(cell, this.listed[at]);
  }

  #scrolled() {
    if (!this.due) {
      this.due = requestAnimationFrame(() => {
        this.due = null;
        this.#lay();
      });
    }
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.#stills(), QUIET_MS);
  }

  #wheeled(event) {
    if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    const by = event.deltaMode ? event.deltaY * CELL : event.deltaY;
    const before = this.scrollLeft;
    this.scrollLeft += by;
    if (this.scrollLeft !== before) event.preventDefault();
  }

  #lay() {
    if (!this.film) return;
    const first = Math.max(0, Math.floor(this.scrollLeft / CELL) - BESIDE);
    const last = Math.min(this.listed.length, Math.ceil((this.scrollLeft + this.clientWidth) / CELL) + BESIDE);
    for (const at of [...this.cells.keys()]) if (at < first || at >= last) this.#release(at);
    for (let at = first; at < last; at++) if (!this.cells.has(at)) this.#place(at);
    this.#sceneHeads(first, last);
  }

  #place(at) {
    const place = this.listed[at];
    const shot = this.film.shots[place];
    const cell = this.spare.pop() ?? this.#cell();
    this.cells.set(at, cell);
    cell.style.setProperty("--left", `${at * CELL}px`);
    cell.hidden = false;
    cell.id = `shot-${place}`;
    cell.dataset.place = place;
    cell.dataset.shot = shot.id;
    cell.setAttribute("aria-setsize", this.listed.length);
    cell.setAttribute("aria-posinset", at + 1);
    cell.name.textContent = shot.id;
    cell.length.textContent = String(shot.frames);
    this.#state(cell, place);
    if (!cell.isConnected) this.row.append(cell);
  }

  #cell() {
    const cell = el("div.shot", { role: "option" });
    cell.still = el("img", { alt: "", decoding: "async", draggable: false, hidden: true });
    cell.word = el("span.none");
    cell.bar = el("span.bar");
    cell.name = el("b");
    cell.mark = el("span.mark");
    cell.length = el("span.length", { title: "frames" });
    cell.still.addEventListener("load", () => cell.still.classList.add("there"));
    cell.append(
      el("div.frame", {}, cell.word, cell.still, cell.bar),
      el("div.caption", {}, cell.name, cell.mark, cell.length),
    );
    return cell;
  }

  #release(at) {
    const cell = this.cells.get(at);
    this.cells.delete(at);
    cell.hidden = true;
    cell.still.removeAttribute("src");
    cell.still.hidden = true;
    cell.still.classList.remove("there");
    this.spare.push(cell);
  }

  #state(cell, place) {
    const shot = this.film.shots[place];
    const live = this.live[shot.id];
    const told = stateOf(shot, live);
    cell.dataset.state = told.state;
    cell.word.textContent = shot.there ? "" : told.words;
    cell.mark.textContent = ["there", "missing"].includes(told.state) ? "" : told.short ?? told.words;
    cell.setAttribute("aria-selected", place === this.chosen);
    cell.setAttribute("aria-label", `shot ${shot.id}, ${shot.frames} frames, ${told.words}`);
    const rendering = live && (live.state === "rendering" || live.state === "writing");
    cell.bar.style.setProperty("--done", rendering ? live.progress : 0);
    cell.bar.hidden = !rendering;
    const picture = rendering && live.picture ? this.paths.live(live.digest, live.picture) : null;
    if (picture && cell.still.getAttribute("src") !== picture) {
      cell.still.src = picture;
      cell.still.hidden = false;
      cell.word.textContent = "";
    }
  }

  #stills() {
    if (!this.film) return;
    for (const [at, cell] of this.cells) {
      const shot = this.film.shots[this.listed[at]];
      const take = shot.takes.find((one) => one.in_cut);
      if (!take || cell.still.hasAttribute("src")) continue;
      const middle = take.first + Math.floor(((shot.frames >> 1) * take.step[0]) / take.step[1]);
      cell.still.src = this.paths.still(take.clip, Math.min(middle, take.frames - 1));
      cell.still.hidden = false;
    }
  }

  // Where each scene begins and ends in the strip.
  #scenes() {
    this.runs = [];
    this.listed.forEach((place, at) => {
      const scene = this.film.shots[place].scene;
      if (this.runs.at(-1)?.scene === scene) this.runs.at(-1).end = at + 1;
      else this.runs.push({ scene, first: at, end: at + 1 });
    });
    for (const head of this.heads?.values() ?? []) head.remove();
    this.heads = new Map();
  }

  #sceneHeads(first, last) {
    const wanted = new Set();
    for (const [number, run] of this.runs.entries()) {
      if (run.end <= first || run.first >= last) continue;
      wanted.add(number);
      if (this.heads.has(number)) continue;
      const scene = this.film.scenes[run.scene];
      const head = el("div.scene", {}, el("span", {}, el("b", {}, scene.id), ` ${scene.slug}`));
      head.style.setProperty("--left", `${run.first * CELL}px`);
      head.style.setProperty("--wide", `${(run.end - run.first) * CELL}px`);
      this.heads.set(number, head);
      this.row.append(head);
    }
    for (const [number, head] of this.heads) {
      if (wanted.has(number)) continue;
      head.remove();
      this.heads.delete(number);
    }
  }
}

// How a shot stands, in a word and for the eye.
export function stateOf(shot, live) {
  if (shot.omitted) return { state: "omitted", words: "omitted" };
  if (live?.state === "failed") return { state: "failed", words: `failed: ${live.error ?? ""}`, short: "failed" };
  if (live?.state === "rendering" || live?.state === "writing") {
    const share = `${Math.round(live.progress * 100)} %`;
    return { state: "rendering", words: `rendering, ${share}`, short: share };
  }
  if (!shot.there) return { state: "missing", words: live && live.state !== "cancelled" ? "waits" : "not rendered" };
  if (shot.stale.length) return { state: "stale", words: "stale" };
  if (shot.status === "rendered" || !shot.status) return { state: "there", words: "rendered" };
  return { state: shot.status.replace(" ", "-"), words: shot.status };
}

customElements.define("shot-strip", ShotStrip);
