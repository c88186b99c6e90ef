// The contact sheet: the shots that an address asks for, as the strip lists them, on paper.

import { json } from "./api.js";
import { el } from "./dom.js";
import { Film } from "./film.js";
import { isFiltered, listed, STATES } from "./filters.js";
import { FilmPaths } from "./paths.js";
import { stateOf } from "./strip.js";

const FILTERS = ["state", "scene", "who", "find"];
const MOST_NOTES = 2; // of a shot
const MOST_LETTERS = 160; // of a note

class ContactSheet extends HTMLElement {
  async connectedCallback() {
    this.name = decodeURIComponent(location.pathname.split("/")[2] ?? "");
    this.asked = new URLSearchParams(location.search);
    this.filter = Object.fromEntries(FILTERS.map((name) => [name, this.asked.get(name) ?? ""]));
    this.#say("Laying out the sheet …");
    try {
      const paths = new FilmPaths(this.name, this.asked.get("renderer") ?? "");
      const [told, { notes }, live] = await Promise.all([json(paths.told), json(this.#notes()), happening(paths)]);
      this.#show(new Film(told), notes, live, paths);
    } catch (error) {
      this.#say(sentence(error.message), error.hint ? sentence(error.hint) : "");
      this.dataset.state = "failed";
      throw error;
    }
  }

  // Where the notes are, in the cut that is looked at.
  #notes(kind = "") {
    const renderer = this.asked.get("renderer");
    const cut = renderer ? `?renderer=${encodeURIComponent(renderer)}` : "";
    return `/api/films/${encodeURIComponent(this.name)}/notes${kind}${cut}`;
  }

  #say(words, more = "") {
    this.replaceChildren(el("div.words", { role: "status" }, el("h1", {}, words), el("p", {}, more)));
  }

  #show(film, notes, live, paths) {
    const said = new Map();
    for (const note of notes) said.set(note.shot, [...(said.get(note.shot) ?? []), note]);
    const shots = listed(film, this.filter, live).map((place) => film.shots[place]);
    document.title = `${film.title}: contact sheet`;
    document.documentElement.style.setProperty("--sheet-title", JSON.stringify(film.title));
    this.style.setProperty("--shape", `${film.width} / ${film.height}`);
    const scenes = Map.groupBy(shots, (shot) => shot.scene);
    this.replaceChildren(
      this.#head(film, shots),
      ...[...scenes].map(([scene, those]) => this.#scene(film, film.scenes[scene], those, live, said, paths)),
    );
    if (!shots.length) {
      this.append(el("p.words", {}, isFiltered(this.filter) ? "No shot is like that." : "The film has no shots."));
    }
    this.#count();
  }

  #head(film, shots) {
    const frames = shots.reduce((sum, shot) => sum + (shot.start === null ? 0 : shot.frames), 0);
    const among = isFiltered(this.filter) ? `${shots.length} of ${film.shots.length} shots` : counted(shots.length, "shot");
    const what = [...this.#wanted(film), among, film.timecode(frames)];
    this.print = el("button.print", { type: "button", disabled: true, onclick: () => globalThis.print() });
    const back = new URLSearchParams([...this.asked, ["film", this.name]]);
    return el(
      "header.head",
      {},
      el("h1", {}, film.title),
      el("p.what", {}, what.join(" · ")),
      el(
        "nav.acts",
        { "aria-label": "Sheet" },
        el("a", { href: `/?${back}` }, "Back to the film"),
        el("a", { href: this.#notes(".csv"), download: "" }, "Notes as CSV"),
        el("a", { href: this.#notes(".pdf"), download: "" }, "Notes as PDF"),
        this.#breaks(),
        this.print,
      ),
    );
  }

  // Whether each scene begins a page: kept in the address.
  #breaks() {
    const apart = this.asked.get("pages") !== "full";
    this.toggleAttribute("data-filled", !apart);
    const changed = ({ target }) => {
      this.toggleAttribute("data-filled", !target.checked);
      if (target.checked) this.asked.delete("pages");
      else this.asked.set("pages", "full");
      history.replaceState(null, "", `?${this.asked}`);
    };
    return el("label", {}, el("input", { type: "checkbox", checked: apart, onchange: changed }), "A scene begins a page");
  }

  // What the filter lets through, in words.
  #wanted(film) {
    const { state, scene, who, find } = this.filter;
    const words = STATES.find(([name]) => name === state)?.[1] ?? state;
    return [
      state && words,
      scene && `scene ${scene} ${film.scenes.find(({ id }) => id === scene)?.slug ?? ""}`.trim(),
      who && `with ${who}`,
      find && `“${find}”`,
    ].filter(Boolean);
  }

  #scene(film, scene, shots, live, said, paths) {
    const frames = shots.reduce((sum, shot) => sum + shot.frames, 0);
    return el(
      "section.scene",
      {},
      el(
        "h2",
        {},
        el("span", {}, scene.id),
        el("span.slug", {}, scene.slug),
        el("span.sum", {}, `${counted(shots.length, "shot")} · ${counted(frames, "frame")}`),
      ),
      el("ol.shots", {}, shots.map((shot) => this.#shot(film, shot, live[shot.id], said.get(shot.id) ?? [], paths))),
    );
  }

  #shot(film, shot, live, notes, paths) {
    const { state, words, short } = stateOf(shot, live);
    const inCut = shot.takes.find((one) => one.in_cut);
    const take = inCut ?? (state === "omitted" ? shot.takes.at(-1) : null);
    const still = el("div.still", {}, take ? this.#still(take, shot, paths) : "no picture yet");
    const number = inCut?.number ? `take ${take.number}${take.circled ? " ◎" : ""}` : "";
    const from = shot.start === null ? "not in the cut" : film.timecode(shot.start);
    const rest = notes.length - MOST_NOTES;
    const cell = el(
      "li.shot",
      {},
      still,
      el("p.name", {}, el("b", {}, shot.id), el("span.take", {}, number), el("span.state", {}, short ?? words)),
      el("p.facts", {}, el("span", {}, from), el("span", {}, `${counted(shot.frames, "frame")}`)),
      notes.slice(0, MOST_NOTES).map((note) => el("p.said", {}, firstWords(note))),
      rest > 0 ? [el("p.more", {}, `and ${counted(rest, "note")} more`)] : [],
    );
    cell.dataset.state = state;
    cell.dataset.shot = shot.id;
    return cell;
  }

  #still(take, shot, paths) {
    const middle = take.first + Math.floor(((shot.frames >> 1) * take.step[0]) / take.step[1]);
    const still = el("img", { alt: "", decoding: "async", src: paths.still(take.clip, Math.min(middle, take.frames - 1)) });
    const ended = (there) => {
      if (!there) still.replaceWith("no picture");
      this.come = (this.come ?? 0) + 1;
      this.#count();
    };
    still.addEventListener("load", () => ended(true), { once: true });
    still.addEventListener("error", () => ended(false), { once: true });
    this.stills = (this.stills ?? 0) + 1;
    return still;
  }

  // A sheet is printed when all its pictures are there.
  #count() {
    const [come, all] = [this.come ?? 0, this.stills ?? 0];
    if (!this.print) return;
    const ready = come >= all;
    this.print.disabled = !ready;
    this.print.textContent = ready ? "Print" : `Pictures: ${come} of ${all}`;
    this.dataset.state = ready ? "ready" : "coming";
  }
}

function firstWords({ by, words, kind, wishes, drawing }) {
  const said = words.replaceAll(/\s+/g, " ").trim() || wishes.join("; ") || (drawing.length ? "a drawing" : "");
  const letters = [...said];
  const cut = letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS).join("")}…` : said;
  return [el("b", {}, kind === "retake" ? `${by}, retake: ` : `${by}: `), el("bdi", {}, cut)];
}

// What runs do with shots right now: the first thing that the server says of it.
function happening(paths) {
  return new Promise((done) => {
    const source = new EventSource(paths.events);
    const end = (live) => {
      source.close();
      done(live);
    };
    source.addEventListener("state", ({ data }) => end(JSON.parse(data).shots));
    source.addEventListener("error", () => end({}));
  });
}

const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");

customElements.define("contact-sheet", ContactSheet);
