// The page: a film, its player, its strip and its shot, kept at one place and in one address.

import { FilmPaths, json } from "./api.js";
import { el, icon } from "./dom.js";
import { CutLayer, Film, TakeLayer } from "./film.js";
import { counts, isFiltered, listed, STATES } from "./filters.js";
import { FramesBySeeking } from "./frames-by-seeking.js";
import { canDecode, Frames } from "./frames.js";
import { asked, helpDialog } from "./keys.js";
import { nameOf } from "./panel.js";
import { Player } from "./player.js";
import { MODES } from "./screen.js";
import { Sound } from "./sound.js";
import { stateOf } from "./strip.js";
import "./timeline.js";

const AROUND = 24; // frames before and after a shot that is seen in the cut
const SCOPES = [
  ["cut", "Cut", "the whole film"],
  ["shot", "Shot", "this shot alone"],
  ["context", "In context", "this shot with what is around it"],
];
const ADDRESS_MS = 250;
const GOING = new Set(["back", "on", "first", "last", "previous", "next"]);
const PLAIN = [0.25, 0.5, 1, 2, 4];

class ReviewApp extends HTMLElement {
  async connectedCallback() {
    this.live = {};
    this.filter = {};
    this.scope = "cut";
    this.mode = "single";
    this.first = 0;
    this.second = 1;
    this.amounts = { wipe: 0.5, overlay: 0.5, difference: 2 };
    this.#say("Opening the film …");
    try {
      const { films } = await json("/api/films");
      const wanted = new URLSearchParams(location.search).get("film");
      this.names = films;
      this.name = films.find(({ id }) => id === wanted)?.id ?? films[0].id;
      await this.#open();
    } catch (error) {
      this.#say(sentence(error.message), error.hint ? sentence(error.hint) : "", () => location.reload());
      throw error;
    }
  }

  async #open() {
    this.paths = new FilmPaths(this.name);
    const film = new Film(await json(this.paths.told));
    document.title = `${film.title} · shotfarm review`;
    this.#build(film);
    const arrived = () => this.player.arrived();
    this.frames = canDecode()
      ? new Frames(this.paths, arrived)
      : new FramesBySeeking(this.paths, arrived, film.fps);
    this.sound = new Sound(this.paths, film.fps);
    this.sound.look().then(
      () => this.#transport(),
      () => {},
    );
    this.film = film;
    this.player = new Player(film, this.frames, this.sound);
    this.#listen();
    this.#fromAddress();
    this.#follow();
  }

  #say(words, more = "", again = null) {
    const button = again ? [el("button", { type: "button", onclick: again }, "Try again")] : [];
    this.replaceChildren(el("main.page-words", { role: "status" }, el("h1", {}, words), el("p", {}, more), ...button));
  }

  #build(film) {
    const button = (name, words, does, extra = {}) =>
      el("button.icon", { type: "button", title: words, "aria-label": words, onclick: does, ...extra }, icon(name));
    this.parts = {
      title: el("h1", {}, film.title),
      length: el("span.length"),
      news: el("span.news", { role: "status" }),
      find: el("input", {
        type: "search",
        placeholder: "Find a shot",
        "aria-label": "Find a shot",
        oninput: ({ target }) => this.#setFilter({ find: target.value }),
      }),
      state: this.#select("Which shots", "state"),
      scene: this.#select("Which scene", "scene"),
      who: this.#select("With whom", "who"),
      notice: el("p.notice", { role: "status", hidden: true }),
      screen: el("review-screen"),
      panel: el("shot-panel"),
      line: el("time-line"),
      strip: el("shot-strip"),
      timecode: el("span.timecode"),
      counter: el("span.counter"),
      marks: el("span.marks"),
      play: button("play", "Play (Space)", () => this.player.toggle()),
      loop: button("loop", "Again and again (P)", () => this.#do({ name: "loop" }), { "aria-pressed": "false" }),
      mute: button("sound", "Mute (M)", () => this.#do({ name: "mute" })),
      speed: el(
        "select.speed",
        { "aria-label": "Speed", title: "Speed (− =)", onchange: ({ target }) => this.#setSpeed(Number(target.value)) },
        PLAIN.map((speed) => el("option", { value: speed, selected: speed === 1 }, `${speed}×`)),
      ),
      scopes: SCOPES.map(([name, words, title]) =>
        el("button", { type: "button", title: `See ${title} (S)`, onclick: () => this.#setScope(name) }, words),
      ),
      help: helpDialog(),
      said: el("p.spoken", { "aria-live": "polite" }),
    };
    const { parts } = this;
    this.replaceChildren(
      el(
        "header.top",
        {},
        el("img.logo", { src: "/static/icon.svg", alt: "" }),
        ...(this.names.length > 1 ? [this.#films()] : [parts.title]),
        parts.length,
        parts.news,
        el("div.filters", {}, parts.find, parts.state, parts.scene, parts.who),
        el("button.keys", { type: "button", title: "Keys (?)", onclick: () => this.#do({ name: "help" }) }, "Keys"),
      ),
      parts.notice,
      el("main", {}, parts.screen, parts.panel),
      el(
        "div.transport",
        { role: "group", "aria-label": "Player" },
        el(
          "div.buttons",
          {},
          button("previous", "The shot before (↑)", () => this.#do({ name: "previous" })),
          button("back", "One frame back (←)", () => this.player.step(-1)),
          parts.play,
          button("forward", "One frame on (→)", () => this.player.step(1)),
          button("next", "The next shot (↓)", () => this.#do({ name: "next" })),
          parts.loop,
          parts.mute,
          parts.speed,
        ),
        el("div.place", {}, parts.timecode, parts.counter),
        el("div.ends", {}, parts.marks, el("div.scopes", { role: "group", "aria-label": "What plays" }, parts.scopes)),
      ),
      parts.line,
      parts.strip,
      parts.help,
      parts.said,
    );
    parts.screen.setFilm(film);
    if (!canDecode()) {
      this.#notice("This browser shows takes by time, not by frame: the picture may be a frame off.");
    }
  }

  #films() {
    const option = ({ id, title }) => el("option", { value: id, selected: id === this.name }, title);
    const go = ({ target }) => {
      location.search = new URLSearchParams({ film: target.value });
    };
    return el("select.film", { "aria-label": "Film", onchange: go }, this.names.map(option));
  }

  #select(label, name) {
    return el("select", { "aria-label": label, onchange: ({ target }) => this.#setFilter({ [name]: target.value }) });
  }

  #listen() {
    const { player, parts } = this;
    player.addEventListener("paint", ({ detail }) => {
      parts.screen.show(player.frame, detail);
      if (detail.every(({ clip }) => !clip)) this.#card();
    });
    player.addEventListener("waiting", ({ detail }) => {
      const trouble = detail.map(({ clip, frame }) => clip && this.frames.trouble(clip, frame)).find(Boolean);
      if (trouble) parts.screen.say(sentence(trouble), "It is asked for again when you come back to it.");
      else parts.screen.wait();
    });
    player.addEventListener("frame", () => this.#moved());
    player.addEventListener("change", () => {
      this.#transport();
      this.#moved();
    });
    parts.screen.addEventListener("redraw", () => {
      this.amounts.wipe = parts.screen.split;
      if (!player.rate) player.paint();
    });
    parts.line.addEventListener("seek", ({ detail }) => player.seek(detail, { heard: true }));
    parts.strip.addEventListener("choose", ({ detail }) => this.#goTo(detail));
    parts.panel.addEventListener("flip", ({ detail }) => this.#flip(detail));
    parts.panel.addEventListener("mode", ({ detail }) => this.#setMode(detail));
    parts.panel.addEventListener("second", ({ detail }) => {
      this.second = detail;
      this.#layers();
    });
    parts.panel.addEventListener("amount", ({ detail }) => this.#setAmount(detail));
    addEventListener("keydown", (event) => {
      if (parts.help.open) return;
      if (event.key === "Escape" && event.target === parts.find) parts.find.blur();
      const wanted = asked(event);
      if (!wanted) return;
      event.preventDefault();
      this.#do(wanted);
    });
    addEventListener("popstate", () => this.#fromAddress());
  }

  #do({ name, by = 1 }) {
    const { player, film } = this;
    const [first, end] = player.range;
    const works = {
      toggle: () => player.toggle(),
      forwards: () => player.shuttle(1),
      backwards: () => player.shuttle(-1),
      stop: () => player.stop(),
      back: () => player.step(-by),
      on: () => player.step(by),
      first: () => player.seek(first, { heard: true }),
      last: () => player.seek(end - 1, { heard: true }),
      previous: () => this.#beside(-1),
      next: () => this.#beside(1),
      in: () => player.mark(0),
      out: () => player.mark(1),
      unmark: () => player.clearMarks(),
      loop: () => {
        player.loop = !player.loop;
        this.#transport();
      },
      mute: () => {
        this.sound.setMuted(!this.sound.muted);
        this.#transport();
      },
      slower: () => this.#setSpeed(PLAIN[Math.max(0, PLAIN.indexOf(player.speed) - 1)]),
      faster: () => this.#setSpeed(PLAIN[Math.min(PLAIN.length - 1, PLAIN.indexOf(player.speed) + 1)]),
      scope: () => {
        const names = SCOPES.map(([scope]) => scope);
        this.#setScope(names[(names.indexOf(this.scope) + 1) % names.length]);
      },
      flip: () => by < film.shots[this.place].takes.length && this.#flip(by),
      compare: () => {
        const names = MODES.map(([mode]) => mode);
        this.#setMode(names[(names.indexOf(this.mode) + 1) % names.length]);
      },
      less: () => this.#nudge(-1),
      more: () => this.#nudge(1),
      fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen()),
      find: () => this.parts.find.focus(),
      help: () => this.parts.help.showModal(),
    };
    works[name]();
    if (GOING.has(name)) this.parts.strip.choose(this.place);
  }

  #beside(by) {
    const { film, place } = this;
    const shown = this.shownPlaces ?? [];
    const at = shown.indexOf(place);
    // In a filtered strip the next shot is the next one that is listed.
    const next = isFiltered(this.filter) && at >= 0 ? shown[at + by] : place + by;
    if (next !== undefined && next >= 0 && next < film.shots.length) this.#goTo(next);
  }

  // Look at a shot, from its first frame or from one of its own.
  #goTo(place, frame = 0) {
    const shot = this.film.shots[place];
    const other = place !== this.place;
    this.place = place;
    if (other) this.#chosenTake();
    if (shot.start === null) {
      this.player.stop();
      this.alone = true;
      this.#card();
    } else {
      this.alone = false;
      this.going = true;
      this.#range();
      if (other) this.#layers({ paint: false });
      this.player.seek(shot.start + Math.min(Math.max(frame, 0), shot.frames - 1), { heard: other });
      this.going = false;
      this.#moved();
    }
    this.#chosen();
    this.parts.said.textContent = `shot ${shot.id}, ${stateOf(shot, this.live[shot.id]).words}`;
  }

  #chosenTake() {
    const { takes } = this.film.shots[this.place];
    this.first = Math.max(0, takes.findIndex((take) => take.in_cut));
    this.second = takes.length > 1 ? (this.first + 1) % takes.length : this.first;
    if (takes.length < 2) this.mode = "single";
  }

  #flip(number) {
    if (this.mode !== "single" && number === this.second) this.second = this.first;
    this.first = number;
    this.#layers();
  }

  #setMode(mode) {
    const { takes } = this.film.shots[this.place];
    if (takes.length < 2 && mode !== "single") return;
    this.mode = mode;
    if (this.second === this.first) this.second = (this.first + 1) % takes.length;
    this.#layers();
  }

  #setAmount(amount) {
    const { screen } = this.parts;
    if (this.mode === "wipe") screen.setSplit(amount);
    if (this.mode === "overlay") screen.opacity = this.amounts.overlay = amount;
    if (this.mode === "difference") {
      this.amounts.difference = amount;
      screen.gain = 2 ** amount;
    }
    this.player.paint();
    this.#chosen();
    this.#address();
  }

  #nudge(by) {
    const step = this.mode === "difference" ? 1 : 0.05;
    const most = this.mode === "difference" ? 5 : 1;
    if (!(this.mode in this.amounts)) return;
    this.#setAmount(Math.min(most, Math.max(0, this.amounts[this.mode] + by * step)));
  }

  // Which pictures are shown: the cut, or takes of the shot that is looked at.
  #layers({ paint = true } = {}) {
    const { film, place, player } = this;
    const shot = film.shots[place];
    const take = (number) => {
      const one = shot.takes[number];
      return !one || (one.in_cut && this.mode === "single") || shot.start === null
        ? new CutLayer(film)
        : new TakeLayer(film, shot, one);
    };
    const compared = this.mode !== "single" && shot.takes.length > 1;
    const layers = compared ? [take(this.first), take(this.second)] : [take(this.first)];
    const labels = compared ? [shot.takes[this.first], shot.takes[this.second]].map(nameOf) : [];
    const { screen } = this.parts;
    screen.opacity = this.amounts.overlay;
    screen.gain = 2 ** this.amounts.difference;
    screen.setSplit(this.amounts.wipe);
    screen.shown = null;
    screen.setMode(this.mode, labels);
    player.setLayers(layers, { later: !paint });
    this.#chosen();
    this.#address();
  }

  #setScope(scope) {
    this.scope = scope;
    this.#range();
    this.#transport();
    this.#moved();
    this.#address();
  }

  #range() {
    const { film, scope } = this;
    const shot = film.shots[this.place];
    if (scope === "cut" || shot.start === null) {
      this.player.setRange(0, film.frames);
      return;
    }
    const around = scope === "context" ? AROUND : 0;
    const end = Math.min(film.frames, shot.start + shot.frames + around);
    this.player.setRange(Math.max(0, shot.start - around), end);
  }

  #setSpeed(speed) {
    this.player.speed = speed;
    if (this.player.rate) this.player.play(Math.sign(this.player.rate) * speed);
    this.#transport();
  }

  // The film is at another frame.
  #moved() {
    const { film, player, parts } = this;
    if (this.going || (this.alone && !player.rate)) return;
    this.alone = false;
    const place = this.scope === "cut" || player.rate === 0 ? film.shotAt(player.frame) : this.place;
    if (place !== this.place && this.scope !== "context") {
      this.place = place;
      this.#chosenTake();
      this.#layers();
    }
    const shot = film.shots[this.place];
    const into = player.frame - shot.start;
    parts.timecode.textContent = film.timecode(player.frame);
    parts.counter.replaceChildren(el("b", {}, shot.id), ` ${into} / ${shot.frames}`);
    const words = `${film.timecode(player.frame)}, shot ${shot.id}, frame ${into}`;
    parts.line.show(film, player.range, player.marks, player.frame, words);
    this.#chosen();
    this.#address();
  }

  // What stands in the place of a picture that is not there.
  #card() {
    const shot = this.film.shots[this.alone ? this.place : this.film.shotAt(this.player.frame)];
    const live = this.live[shot.id];
    const { state, words } = stateOf(shot, live);
    const picture = live?.picture && state === "rendering" ? this.paths.live(live.digest, live.picture) : null;
    const more = {
      omitted: "It is left out of the cut.",
      failed: live?.error ?? "",
      rendering: sentence(words),
      missing: live ? "It waits for its turn." : "It is not rendered yet.",
    }[state];
    this.parts.screen.say(`Shot ${shot.id}`, more ?? "", picture);
  }

  #chosen() {
    const { film, paths, place, first, second, mode, parts } = this;
    const live = this.live[film.shots[place].id];
    parts.panel.show({ film, paths, place, live, first, second, mode, amount: this.amounts[mode] });
    if (parts.strip.chosen !== place) parts.strip.choose(place);
  }

  #transport() {
    const { player, parts, film, sound } = this;
    const playing = player.rate !== 0;
    const words = playing ? "Stop (Space)" : "Play (Space)";
    if (parts.play.title !== words) {
      parts.play.replaceChildren(icon(playing ? "pause" : "play"));
      parts.play.title = words;
      parts.play.setAttribute("aria-label", words);
    }
    parts.loop.setAttribute("aria-pressed", String(player.loop));
    parts.mute.replaceChildren(icon(sound.muted || !sound.there ? "mute" : "sound"));
    parts.mute.setAttribute("aria-pressed", String(sound.muted));
    parts.mute.disabled = !sound.there;
    parts.mute.title = sound.there ? "Mute (M)" : "The film has no mix yet";
    parts.speed.value = player.speed;
    const shuttle = playing && player.rate !== player.speed;
    this.dataset.rate = player.rate;
    const ends = [];
    if (shuttle) ends.push(el("span.rate", {}, `${player.rate > 0 ? "" : "−"}${Math.abs(player.rate)}×`));
    const [from, to] = player.marks;
    if (from !== null) ends.push(el("span", {}, el("b", {}, "In "), film.timecode(from)));
    if (to !== null) ends.push(el("span", {}, el("b", {}, "Out "), film.timecode(to)));
    parts.marks.replaceChildren(...ends);
    SCOPES.forEach(([name], number) => parts.scopes[number].setAttribute("aria-pressed", String(name === this.scope)));
    parts.length.textContent = `${film.timecode(film.frames)} · ${film.inCut.length} shots`;
  }

  #setFilter(changed) {
    Object.assign(this.filter, changed);
    this.#strip();
    this.#address();
  }

  #strip() {
    const { film, filter, live, parts } = this;
    const found = counts(film, live);
    fill(
      parts.state,
      STATES.filter(([state]) => !state || found.has(state) || filter.state === state).map(([state, words]) => [
        state,
        state ? `${words} (${found.get(state) ?? 0})` : `${words} (${film.shots.length})`,
      ]),
      filter.state,
    );
    fill(parts.scene, [["", "every scene"], ...film.scenes.map(({ id, slug }) => [id, `${id} ${slug}`])], filter.scene);
    const people = [...new Set(film.shots.flatMap(({ characters }) => characters))].sort();
    fill(parts.who, [["", "everybody"], ...people.map((name) => [name, name])], filter.who);
    parts.who.hidden = !people.length;
    parts.scene.hidden = film.scenes.length < 2;
    parts.find.value = filter.find ?? "";
    this.shownPlaces = listed(film, filter, live);
    const words = isFiltered(filter) ? "No shot is like that." : "The film has no shots.";
    parts.strip.show(film, this.paths, this.shownPlaces, words);
    parts.strip.choose(this.place);
  }

  // What happens on the farm, for as long as the page is open.
  #follow() {
    const source = new EventSource(this.paths.events);
    source.addEventListener("state", ({ data }) => this.#heard(JSON.parse(data)));
    source.addEventListener("error", () => {
      // A browser gives up by itself only where it was refused.
      const refused = source.readyState === EventSource.CLOSED;
      this.#news(refused ? "Your session has ended: open the link again." : "The server does not answer.", "bad");
    });
  }

  async #heard({ number, runs, shots, stages }) {
    const ended = this.runs > 0 && runs === 0;
    this.runs = runs;
    const before = JSON.stringify(Object.entries(this.live).map(([id, { state }]) => [id, state]));
    this.live = shots;
    const all = Object.values(shots);
    const done = all.filter(({ state }) => state === "done").length;
    const failed = all.filter(({ state }) => state === "failed").length;
    if (stages.length) this.#news(`Putting the film together: ${stages[0].name}`);
    else if (all.length && done + failed < all.length) this.#news(`Rendering: ${done} of ${all.length} shots`);
    else this.#news(failed ? `${failed} failed` : "", failed ? "bad" : "");
    if (number !== this.film.number) await this.#again();
    else if (before !== JSON.stringify(Object.entries(shots).map(([id, { state }]) => [id, state]))) this.#strip();
    this.parts.strip.setLive(shots);
    if (ended) await this.sound.look().catch(() => {});
    this.#transport();
    this.#chosen();
    if (this.parts.screen.dataset.state === "said") this.#card();
  }

  // The film stands otherwise by now: the same place of it is shown.
  async #again() {
    const told = await json(this.paths.told).catch(() => null);
    if (!told) return;
    const shot = this.film.shots[this.place];
    const into = this.player.frame - (shot.start ?? 0);
    const take = shot.takes[this.first]?.digest;
    this.film = new Film(told);
    this.player.setFilm(this.film);
    this.parts.screen.setFilm(this.film);
    this.place = Math.max(0, this.film.placeOf(shot.id));
    const found = this.film.shots[this.place].takes.findIndex(({ digest }) => digest === take);
    this.#chosenTake();
    if (found >= 0) this.first = found;
    if (this.second === this.first) this.second = this.first ? 0 : 1;
    this.#notice(told.trouble ? `This is the film before its last change: ${told.trouble}` : "");
    this.#strip();
    this.#layers({ paint: false });
    this.#range();
    if (this.film.shots[this.place].start !== null) this.#goTo(this.place, into);
    else this.#goTo(this.place);
    this.#transport();
  }

  #news(words, kind = "") {
    const { news } = this.parts;
    if (news.textContent !== words) news.textContent = words;
    news.dataset.kind = kind;
  }

  #notice(words) {
    const { notice } = this.parts;
    if (!words && !canDecode()) return;
    notice.textContent = words;
    notice.hidden = !words;
  }

  // The address says what is seen, so that a link shows the same.
  #address() {
    clearTimeout(this.addressed);
    this.addressed = setTimeout(() => {
      const { film, player, filter } = this;
      const shot = film.shots[this.place];
      const said = { shot: shot.id };
      if (this.names.length > 1) said.film = this.name;
      if (shot.start !== null && player.frame > shot.start) said.frame = player.frame - shot.start;
      if (this.scope !== "cut") said.see = this.scope;
      const inCut = Math.max(0, shot.takes.findIndex((take) => take.in_cut));
      if (this.mode !== "single") Object.assign(said, { compare: this.mode, take: this.first + 1, with: this.second + 1 });
      else if (this.first !== inCut) said.take = this.first + 1;
      for (const [name, value] of Object.entries(filter)) if (value) said[name] = value;
      history.replaceState(null, "", `?${new URLSearchParams(said)}`);
    }, ADDRESS_MS);
  }

  #fromAddress() {
    const said = new URLSearchParams(location.search);
    const place = Math.max(0, this.film.placeOf(said.get("shot") ?? ""));
    const scope = said.get("see");
    this.scope = SCOPES.some(([name]) => name === scope) ? scope : "cut";
    for (const name of ["state", "scene", "who", "find"]) this.filter[name] = said.get(name) ?? "";
    this.place = place;
    this.#chosenTake();
    const { takes } = this.film.shots[place];
    const take = (name, other) => {
      const number = Number(said.get(name)) - 1;
      return Number.isInteger(number) && number >= 0 && number < takes.length ? number : other;
    };
    this.first = take("take", this.first);
    this.second = take("with", this.second);
    const mode = said.get("compare");
    this.mode = takes.length > 1 && MODES.some(([name]) => name === mode) ? mode : "single";
    this.#strip();
    this.#layers({ paint: false });
    this.#goTo(place, Number(said.get("frame")) || 0);
    this.#transport();
    this.#moved();
  }
}

function fill(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...options.map(([value, words]) => el("option", { value }, words)));
  }
  select.value = chosen ?? "";
  select.classList.toggle("active", Boolean(chosen));
}

const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");

customElements.define("review-app", ReviewApp);
