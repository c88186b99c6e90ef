// The page: a film, its player, its strip and its shot, kept at one place and in one address.

import * as address from "./address.js";
import { json } from "./api.js";
import { commandsOf, perform } from "./commands.js";
import { Desk } from "./desk.js";
import { el, sentence } from "./dom.js";
import { Film } from "./film.js";
import { isFiltered } from "./filters.js";
import { Follow } from "./follow.js";
import { FramesBySeeking } from "./frames-by-seeking.js";
import { canDecode, Frames } from "./frames.js";
import { asked } from "./keys.js";
import { showListed } from "./listing.js";
import { News, progressIn } from "./news.js";
import { Notice } from "./notice.js";
import { laidOut, partsOf, showTransport } from "./page.js";
import { FilmPaths } from "./paths.js";
import { Player } from "./player.js";
import { Remarks } from "./remarks.js";
import { Sound } from "./sound.js";
import { stateOf } from "./strip.js";
import { nameOf } from "./takes.js";
import { View } from "./view.js";
import { wire } from "./wiring.js";

class ReviewApp extends HTMLElement {
  async connectedCallback() {
    this.live = {};
    this.runs = [];
    this.filter = {};
    this.act = (name) => () => this.perform({ name });
    this.filtered = (changed) => this.#setFilter(changed);
    this.#say("Opening the film …");
    try {
      const { films } = await json("/api/films");
      if (!films.length) {
        this.#say("There is no film here.", "Name one: shotfarm review my-film.");
        return;
      }
      const said = address.said();
      this.names = films;
      this.name = films.find(({ id }) => id === said.film)?.id ?? films[0].id;
      await this.#open(said);
    } catch (error) {
      this.#say(sentence(error.message), error.hint ? sentence(error.hint) : "", () => location.reload());
      throw error;
    }
  }

  async #open(said) {
    this.paths = new FilmPaths(this.name, said.renderer);
    const [told, me] = await Promise.all([json(this.paths.told), json("/api/me")]);
    const film = (this.film = new Film(told));
    document.title = `${film.title} · shotfarm review`;
    this.parts = partsOf(this, film);
    this.replaceChildren(...laidOut(this, this.parts));
    const { parts } = this;
    parts.screen.setFilm(film);
    this.news = new News(parts.news);
    this.notice = new Notice(parts.notice, () => this.followed.again());
    const arrived = () => this.player.arrived();
    this.frames = canDecode() ? new Frames(this.paths, arrived) : new FramesBySeeking(this.paths, arrived, film.fps);
    this.sound = new Sound(this.paths, film.fps);
    this.sound.look().then(
      () => this.showTransport(),
      () => {},
    );
    this.player = new Player(film, this.frames, this.sound);
    this.view = new View(film, this.player);
    this.desk = new Desk(this.paths, me);
    this.remarks = new Remarks(this.name, this);
    this.commands = commandsOf(this);
    this.#me(me);
    wire(this);
    this.notice.ofFilm(told.trouble);
    this.openAddress(said);
    this.#follow();
  }

  // Words instead of the page.
  #say(words, more = "", again = null) {
    const button = again ? [el("button", { type: "button", onclick: again }, "Try again")] : [];
    this.replaceChildren(el("main.page-words", { role: "status" }, el("h1", {}, words), el("p", {}, more), ...button));
  }

  // Who one is, and where that is changed.
  #me({ name, role }) {
    this.parts.me.replaceChildren(el("bdi", {}, name), " ", el("span", {}, role));
  }

  key(event) {
    const { find, help } = this.parts;
    if (help.open) return;
    if (event.key === "Escape" && event.target === find) find.blur();
    const wanted = asked(event);
    if (!wanted) return;
    event.preventDefault();
    this.perform(wanted);
  }

  perform(wanted) {
    perform(this, this.commands, wanted);
  }

  // In a filtered strip the next shot is the next one that is listed.
  beside(by) {
    const { film, view } = this;
    const shown = this.shownPlaces ?? [];
    const at = shown.indexOf(view.place);
    const next = isFiltered(this.filter) && at >= 0 ? shown[at + by] : view.place + by;
    if (next !== undefined && next >= 0 && next < film.shots.length) view.goTo(next);
  }

  layers(takes) {
    const { screen } = this.parts;
    screen.shown = null;
    this.amounts();
    screen.setMode(this.view.mode, takes.map(nameOf));
  }

  amounts() {
    const { screen } = this.parts;
    const { wipe, overlay, difference } = this.view.amounts;
    screen.opacity = overlay;
    screen.gain = 2 ** difference;
    if (screen.split !== wipe) screen.setSplit(wipe);
  }

  // The film is at another frame.
  moved() {
    const { film, player, view, parts } = this;
    const { shot, into } = view;
    parts.timecode.textContent = film.timecode(player.frame);
    parts.counter.replaceChildren(el("b", {}, shot.id), ` ${into} / ${shot.frames}`);
    const words = `${film.timecode(player.frame)}, shot ${shot.id}, frame ${into}`;
    parts.line.show(film, player.range, player.marks, player.frame, words);
    // While it plays through a shot, nothing but the picture is different.
    if (player.rate && view.place === this.shownPlace) this.#address();
    else this.changed();
  }

  // Something of the shot, or of what is seen of it, is different.
  changed() {
    const { film, paths, view, desk, remarks, parts } = this;
    const { place, first, second, mode, shot } = view;
    this.shownPlace = place;
    desk.look(shot.id, { still: this.player.rate === 0 });
    remarks.look();
    const { story } = desk;
    const runs = this.#runsOf(shot.id, story);
    parts.panel.show({
      film, paths, place, live: this.live[shot.id], story, runs, first, second, mode,
      amount: view.amounts[mode],
      may: (right) => desk.may(right),
      busy: desk.busy,
      trouble: desk.trouble,
      difference: (a, b, signal) => desk.difference(a, b, signal),
    }); // prettier-ignore
    if (parts.strip.chosen !== place) parts.strip.choose(place);
    if (view.alone) this.card();
    this.#address();
  }

  // What is being made of a shot: as it was told last.
  #runsOf(shot, story) {
    const known = new Map((story?.asked ?? []).map((run) => [run.id, run]));
    for (const run of this.runs) if (run.shot === shot) known.set(run.id, run);
    return [...known.values()].filter(({ state }) => state !== "done");
  }

  // What stands in the place of a picture that is not there.
  card() {
    const { film, view, player } = this;
    const shot = film.shots[view.alone ? view.place : film.shotAt(player.frame)];
    const live = this.live[shot.id];
    const { state, words } = stateOf(shot, live);
    const picture = live?.picture && state === "rendering" ? this.paths.live(live.digest, live.picture) : null;
    const more = {
      omitted: "It is left out of the cut.",
      failed: live?.error ?? "",
      rendering: sentence(words),
      missing: live ? "It waits for its turn." : film.isEmpty ? "Nothing of the film is rendered yet: shotfarm render does that." : "It is not rendered yet.",
    }[state];
    this.parts.screen.say(`Shot ${shot.id}`, more ?? "", picture);
  }

  showTransport() {
    this.dataset.rate = this.player.rate;
    showTransport(this.parts, this);
  }

  #setFilter(changed) {
    Object.assign(this.filter, changed);
    this.#strip();
    this.#address();
  }

  #strip() {
    this.shownPlaces = showListed(this.parts, this);
  }

  nextCut() {
    const { cuts = [], renderer } = this.film;
    if (cuts.length > 1) this.setCut(cuts[(cuts.indexOf(renderer) + 1) % cuts.length]);
  }

  // The film as another renderer makes it: the same place of it.
  async setCut(renderer) {
    this.paths.renderer = renderer;
    this.desk.stories.clear();
    this.followed.close();
    await this.#again();
    await this.sound.look().catch(() => {});
    this.#follow();
    this.news.say(`These are the takes of ${renderer}.`);
    await this.desk.refresh();
  }

  #follow() {
    const followed = (this.followed = new Follow(this.paths.events));
    followed.addEventListener("state", ({ detail }) => this.#heard(detail));
    followed.addEventListener("decided", ({ detail }) => this.#decided(detail));
    followed.addEventListener("lost", ({ detail }) => this.notice.lost(detail));
    followed.addEventListener("refused", () => this.notice.refused());
    followed.addEventListener("back", () => {
      this.notice.back();
      this.news.say("The server answers again.");
      this.desk.refresh();
    });
  }

  #decided(told) {
    const { by, kind, words, shot, number } = told;
    this.desk.heard(told);
    if (this.desk.mine.has(number) || (this.desk.busy && by === this.desk.me?.name)) return;
    this.news.say(kind === "note" ? `${by} wrote a note at shot ${shot}.` : `${by}: ${words} (shot ${shot})`, "cool");
  }

  async #heard({ number, runs, shots, stages, asked: made = [] }) {
    const ended = this.running > 0 && runs === 0;
    this.running = runs;
    const states = (all) => JSON.stringify(Object.entries(all).map(([id, { state }]) => [id, state]));
    const before = states(this.live);
    const endings = JSON.stringify(this.runs.map(({ id, state }) => [id, state]));
    this.live = shots;
    this.runs = made;
    this.news.stand(...progressIn({ shots, stages }));
    if (number !== this.film.number) await this.#again();
    else if (before !== states(shots)) this.#strip();
    if (endings !== JSON.stringify(made.map(({ id, state }) => [id, state]))) this.desk.refresh();
    this.parts.strip.setLive(shots);
    if (ended) await this.sound.look().catch(() => {});
    this.showTransport();
    this.changed();
    if (this.parts.screen.dataset.state === "said") this.card();
  }

  // The film stands otherwise by now: the same place of it is shown.
  async #again() {
    const told = await json(this.paths.told).catch(() => null);
    if (!told) return;
    this.film = new Film(told);
    this.parts.screen.setFilm(this.film);
    this.notice.ofFilm(told.trouble);
    this.view.setFilm(this.film);
    this.#strip();
    this.showTransport();
    this.desk.refresh();
  }

  #address() {
    address.write(() => ({
      ...this.view.said,
      film: this.names.length > 1 ? this.name : "",
      renderer: this.paths.renderer,
      ...this.filter,
    }));
  }

  openAddress(said) {
    this.filter = address.filterOf(said);
    this.#strip();
    this.view.open(said);
    this.showTransport();
  }
}

customElements.define("review-app", ReviewApp);
