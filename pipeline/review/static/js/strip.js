// The film as a strip of shots. Only those in view have elements: a film of 1,500 shots scrolls like one of ten.

import { el } from "./dom.js";
import { lastAtOrBefore } from "./film.js";

export const CELL = 176; // pixels from one shot to the next; as in review.css
const BESIDE = 6; // shots on both sides of the view that have elements too
const QUIET_MS = 90; // of no scrolling, before stills are asked for
const MOST_STILLS = 3; // asked for at once: a server has six connections for a browser, and the picture comes first

export class ShotStrip extends HTMLElement {
  connectedCallback() {
    this.cells = new Map(); // place in the strip → cell
    this.spare = [];
    this.listed = []; // places of shots that are shown
    this.live = {};
    this.coming = new Set(); // cells whose stills are on their way
    this.at = 0; // pixels that it is scrolled by
    this.wide = 0; // pixels of it that are seen
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
    new ResizeObserver(([{ contentRect }]) => {
      this.wide = contentRect.width;
      this.#lay();
    }).observe(this);
  }

  // What is listed; what is shown already and stays the same is left as it is.
  show(film, paths, listed, words) {
    Object.assign(this, { film, paths, listed });
    this.placed = new Map(listed.map((place, at) => [place, at]));
    const wide = `${listed.length * CELL}px`;
    if (this.row.style.width !== wide) this.row.style.width = wide;
    this.empty.hidden = listed.length > 0;
    write(this.empty, words);
    for (const [at, cell] of [...this.cells]) {
      const shot = film.shots[listed[at]];
      if (shot?.id === cell.dataset.shot) this.#place(at, cell);
      else this.#put(at, cell);
    }
    this.#scenes();
    this.#lay();
    this.#order();
    this.#later();
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
    this.wide ||= this.clientWidth;
    const [left, right] = [at * CELL, (at + 1) * CELL];
    if (left < this.at + CELL / 2 || right > this.at + this.wide - CELL / 2) {
      const to = Math.max(0, left - (this.wide - CELL) / 2);
      if (to !== this.at) this.scrollLeft = this.at = to;
    }
  }

  // What runs do with shots, by the shots' ids.
  setLive(live) {
    this.live = live;
    for (const [at, cell] of this.cells) this.#state(cell, this.listed[at]);
    this.#later();
  }

  #scrolled() {
    if (!this.due) {
      this.due = requestAnimationFrame(() => {
        this.due = null;
        this.at = this.scrollLeft;
        this.#lay();
      });
    }
    this.#later();
  }

  #wheeled(event) {
    if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    const by = event.deltaMode ? event.deltaY * CELL : event.deltaY;
    const before = this.scrollLeft;
    this.scrollLeft += by;
    if (this.scrollLeft !== before) event.preventDefault();
  }

  // Cells that have left the view go where others have come into it.
  #lay() {
    if (!this.film) return;
    const first = Math.max(0, Math.floor(this.at / CELL) - BESIDE);
    const last = Math.min(this.listed.length, Math.ceil((this.at + this.wide) / CELL) + BESIDE);
    const free = [];
    for (const [at, cell] of this.cells) {
      if (at >= first && at < last) continue;
      this.cells.delete(at);
      free.push(cell);
    }
    for (let at = first; at < last; at++) {
      if (!this.cells.has(at)) this.#place(at, free.pop() ?? this.spare.pop() ?? this.#cell());
    }
    for (const cell of free) this.#rest(cell);
    this.#sceneHeads(first, last);
  }

  // Who reads the page from its beginning finds shots in the order of the film, until it is scrolled.
  #order() {
    const cells = [...this.cells].sort(([a], [b]) => a - b).map(([, cell]) => cell);
    const right = cells.every((cell, at) => !at || cells[at - 1].compareDocumentPosition(cell) & 4);
    if (!right) this.row.append(...cells);
  }

  #place(at, cell) {
    const place = this.listed[at];
    const shot = this.film.shots[place];
    this.cells.set(at, cell);
    if (cell.dataset.shot !== shot.id) this.#noStill(cell);
    if (cell.place !== at) {
      cell.place = at;
      cell.style.transform = `translateX(${at * CELL}px)`;
      cell.setAttribute("aria-posinset", at + 1);
    }
    note(cell, "aria-setsize", String(this.listed.length));
    if (cell.hidden) cell.hidden = false;
    if (cell.dataset.shot !== shot.id || Number(cell.dataset.place) !== place) {
      cell.id = `shot-${place}`;
      cell.dataset.place = place;
      cell.dataset.shot = shot.id;
      write(cell.name, shot.id);
    }
    write(cell.length, String(shot.frames));
    this.#state(cell, place);
    if (!cell.isConnected) this.row.append(cell);
  }

  #cell() {
    const cell = el("div.shot", { role: "option" });
    cell.still = el("img", { alt: "", decoding: "async", draggable: false, fetchPriority: "low" });
    cell.word = el("span.none");
    cell.bar = el("span.bar", { hidden: true });
    cell.name = el("b");
    cell.mark = el("span.mark");
    cell.length = el("span.length", { title: "frames" });
    const ended = (there) => {
      this.coming.delete(cell);
      cell.still.classList.toggle("there", there);
      this.#stills();
    };
    cell.still.addEventListener("load", () => ended(true));
    cell.still.addEventListener("error", () => ended(false));
    cell.append(
      el("div.frame", {}, cell.word, cell.still, cell.bar),
      el("div.caption", {}, cell.name, cell.mark, cell.length),
    );
    return cell;
  }

  #put(at, cell) {
    this.cells.delete(at);
    this.#rest(cell);
  }

  #rest(cell) {
    cell.hidden = true;
    this.#noStill(cell);
    this.spare.push(cell);
  }

  #noStill(cell) {
    this.coming.delete(cell);
    if (!cell.source) return;
    cell.source = null;
    cell.still.removeAttribute("src");
    cell.still.classList.remove("there");
  }

  #state(cell, place) {
    const shot = this.film.shots[place];
    const live = this.live[shot.id];
    const told = stateOf(shot, live);
    const rendering = live && (live.state === "rendering" || live.state === "writing");
    const picture = rendering && live.picture ? this.paths.live(live.digest, live.picture) : null;
    note(cell, "data-state", told.state);
    note(cell, "aria-selected", String(place === this.chosen));
    note(cell, "aria-label", `shot ${shot.id}, ${shot.frames} frames, ${told.words}`);
    write(cell.word, shot.there || picture ? "" : told.words);
    write(cell.mark, ["there", "missing"].includes(told.state) ? "" : (told.short ?? told.words));
    if (cell.bar.hidden === Boolean(rendering)) cell.bar.hidden = !rendering;
    if (rendering) cell.bar.style.transform = `scaleX(${live.progress})`;
    if (picture && cell.source !== picture) this.#load(cell, picture);
  }

  #later() {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.quiet = null;
      this.#stills();
    }, QUIET_MS);
  }

  // Ask for stills that are missing, those in view first; while it is scrolled for none.
  #stills() {
    if (!this.film || this.quiet) return;
    const middle = (this.at + this.wide / 2) / CELL - 0.5;
    const near = [...this.cells].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const [at, cell] of near) {
      if (this.coming.size >= MOST_STILLS) return;
      const shot = this.film.shots[this.listed[at]];
      const live = this.live[shot.id];
      if (live?.picture && (live.state === "rendering" || live.state === "writing")) continue;
      const source = this.#still(shot);
      if (source !== (cell.source ?? null)) {
        if (source) this.#load(cell, source);
        else this.#noStill(cell);
      }
    }
  }

  #load(cell, source) {
    cell.source = source;
    cell.still.src = source;
    this.coming.add(cell);
  }

  #still(shot) {
    const take = shot.takes.find((one) => one.in_cut);
    if (!take) return null;
    const middle = take.first + Math.floor(((shot.frames >> 1) * take.step[0]) / take.step[1]);
    return this.paths.still(take.clip, Math.min(middle, take.frames - 1));
  }

  // Where each scene begins and ends in the strip.
  #scenes() {
    this.runs = [];
    this.listed.forEach((place, at) => {
      const scene = this.film.shots[place].scene;
      if (this.runs.at(-1)?.scene === scene) this.runs.at(-1).end = at + 1;
      else this.runs.push({ scene, first: at, end: at + 1 });
    });
    const laid = JSON.stringify(this.runs.map(({ scene, first, end }) => [this.film.scenes[scene], first, end]));
    if (laid === this.laid) return;
    this.laid = laid;
    for (const head of this.heads?.values() ?? []) head.remove();
    this.heads = new Map();
  }

  #sceneHeads(first, last) {
    for (const [number, head] of this.heads) {
      const run = this.runs[number];
      if (run.end > first && run.first < last) continue;
      head.remove();
      this.heads.delete(number);
    }
    for (let number = this.#runAt(first); number < this.runs.length && this.runs[number].first < last; number++) {
      if (this.heads.has(number)) continue;
      const run = this.runs[number];
      const scene = this.film.scenes[run.scene];
      const head = el("div.scene", {}, el("span", {}, el("b", {}, scene.id), ` ${scene.slug}`));
      head.style.left = `${run.first * CELL}px`;
      head.style.width = `${(run.end - run.first) * CELL}px`;
      this.heads.set(number, head);
      this.row.append(head);
    }
  }

  // The run of a scene that a place of the strip lies in.
  #runAt(at) {
    return Math.max(0, lastAtOrBefore(this.runs, at, (run) => run.first));
  }
}

function write(node, words) {
  if (node.said === words) return;
  node.said = words;
  node.textContent = words;
}

function note(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
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
