// The page: a film that is watched while it is still being made.

import { json, send } from "./api.js";
import { Asking } from "./asking.js";
import { el } from "./dom.js";
import { Follow } from "./follow.js";
import { asked } from "./keys.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";

const TELL_MS = 2000; // so often is said where somebody is, while it plays
const HURRY_MS = 250; // so often is looked whether the time for an answer is over
const LOST_MS = 400; // a server that is back is looked for so soon
const KEPT_MS = 500; // where somebody is, is kept so often while it plays: not every page is told that it ends
const QUEUE_MS = 2000; // whoever waits for a place asks so often
const KEPT = "shotfarm watch";
const ANSWERS = "shotfarm watch: answers";

class WatchApp extends HTMLElement {
  async connectedCallback() {
    try {
      this.film = await json("/api/film");
    } catch (error) {
      this.#instead(error);
      return;
    }
    document.title = `${this.film.title} · shotfarm watch`;
    this.stage = new Stage(this, this.film, this.#does());
    this.stage.asking.takesPictures = this.film.own;
    this.player = new Player(this.stage.video, this.film);
    this.#remember();
    this.answers = JSON.parse(sessionStorage.getItem(ANSWERS) ?? "[]"); // in the order in which the film asked
    this.player.addEventListener("changed", () => {
      this.#tellWish();
      this.#show();
    });
    this.player.addEventListener("moved", () => this.#moved());
    this.player.addEventListener("elsewhere", ({ detail }) => this.begin(detail));
    globalThis.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("fullscreenchange", () => this.#show());
    globalThis.addEventListener("pagehide", () => this.#keep());
    setInterval(() => this.player.wants && this.#tell(), TELL_MS);
    setInterval(() => this.#hurry(), HURRY_MS);
    this.player.wants = true; // the browser says when it does not let a page play by itself
    await this.begin(this.film.own ? null : this.#left());
  }

  // Another screening, from a frame of the film on; of one's own session from where one was, without one.
  async begin(frame) {
    const mine = (this.beginning = {});
    try {
      if (this.film.own && !(await this.#comesIn(mine, frame))) return;
      const from = frame ?? (this.film.own ? this.#left() : 0);
      const screening = await send("/api/screenings", { frame: from, answers: this.film.own ? [] : this.answers });
      if (mine !== this.beginning) return;
      this.screening = screening;
      if (this.film.own) [frame, this.answers] = [screening.frame, screening.answers];
      if (this.film.asks) await this.#learn(screening);
      if (mine !== this.beginning) return;
      this.player.open(screening, frame);
      this.follow?.close();
      this.follow = new Follow(`/api/screenings/${screening.key}/events`, { rests: false });
      this.follow.addEventListener("state", ({ detail }) => this.#stands(screening, detail));
      this.follow.addEventListener("lost", ({ detail }) => this.#lost(detail));
      this.follow.addEventListener("back", () => this.stage.say(""));
      this.follow.addEventListener("refused", () => this.#refused());
      this.#show();
    } catch (error) {
      if (mine !== this.beginning) return;
      if (error.status === 401 || error.status === 403) return this.#refused();
      if (error.status === 410) return this.#gone(error);
      if (error.status === 422 && this.film.own) await send("/api/sessions").catch(() => {}); // the film asks otherwise now
      if (error.status && error.status < 500 && this.answers.length) this.#decided([]); // the film asks otherwise now
      this.#lost(1);
      setTimeout(() => mine === this.beginning && this.begin(this.player.frame), 1000);
    }
  }

  // Whether one's own session may be watched now; as long as every place is taken, its place in the queue is told.
  async #comesIn(mine, frame) {
    const seat = await json("/api/session");
    if (mine !== this.beginning) return false;
    this.session = seat.session;
    if (seat.place === 0) return true;
    this.stage.waitsOutside(seat.words, seat.more);
    setTimeout(() => mine === this.beginning && this.begin(frame), QUEUE_MS);
    return false;
  }

  #stands(screening, state) {
    if (screening !== this.screening) return;
    this.stage.say("");
    if (state.way !== this.way && this.film.asks) {
      this.way = state.way;
      this.#learn(screening);
    }
    this.player.stands(state);
  }

  // The film as it goes on on the way that is gone.
  async #learn(screening) {
    const mine = (this.learning = {});
    const film = await json(`/api/screenings/${screening.key}/film`);
    if (mine !== this.learning || screening !== this.screening) return;
    Object.assign(this.film, film);
    this.stage.changed();
    this.#show();
  }

  // The next question of the way, where it is not decided.
  get question() {
    const question = this.player.state?.question ?? null;
    return question && question.number === this.answers.length ? question : null;
  }

  async #answer(answer) {
    const { question, screening } = this;
    const to = `/api/screenings/${screening.key}`;
    await this.#decide(question, answer, () => send(`${to}/answers`, { number: question.number, answer }));
  }

  async #picture(file) {
    const { question, screening } = this;
    const path = `/api/screenings/${screening.key}/picture?number=${question?.number}`;
    const headers = { "X-Shotfarm": "1", "Content-Type": "application/octet-stream" };
    await this.#decide(question, "picture", () => json(path, { method: "POST", headers, body: file }));
  }

  async #decide(question, answer, tell) {
    if (!question || this.deciding) return;
    this.deciding = true;
    try {
      await tell();
      this.#decided([...this.answers, answer]);
    } catch (error) {
      this.stage.asking.refuse(error.message);
      if (answer !== null && this.#isOver) this.late = question.number; // its default holds
    } finally {
      this.deciding = false;
    }
    this.#show();
  }

  #decided(answers) {
    this.answers = answers;
    if (!this.film.own) sessionStorage.setItem(ANSWERS, JSON.stringify(answers));
  }

  get #isOver() {
    return Asking.isOver(this.question, this.player.frame, this.player.fps);
  }

  // Whoever gives no answer has the default, in time for what follows.
  #hurry() {
    const { question, player, stage } = this;
    if (!question || !this.#isOver || !player.wants || this.deciding) return;
    this.#answer(this.late === question.number ? null : stage.asking.written);
  }

  // From the beginning, and all is asked again.
  async #again() {
    this.follow.close(); // what it tells is of the way that was gone
    this.#decided([]);
    await this.player.restart();
    if (this.film.own) await send("/api/sessions"); // another one, in which nothing is decided
    await this.begin(0);
    this.player.play();
  }

  // The server does not answer. What is here is played meanwhile; a server that is back knows no screening of before.
  async #lost(seconds) {
    const when = seconds === 1 ? "in a second" : `in ${seconds} seconds`;
    this.stage.say(`The server does not answer. It is asked again ${when}; what is here plays on.`);
    clearTimeout(this.asking);
    const screening = this.screening;
    const ask = async () => {
      try {
        await json(`/api/screenings/${screening.key}`);
        this.follow.again();
      } catch (error) {
        if (screening !== this.screening) return;
        if (error.status === 404) this.begin(this.player.frame);
        else if (error.status === 401) this.#refused();
        else if (error.status === 410) this.#gone(error);
        else if (error.status === 503) this.begin(this.player.frame); // the place was given up
        else this.asking = setTimeout(ask, LOST_MS * 2);
      }
    };
    if (screening) this.asking = setTimeout(ask, LOST_MS);
  }

  // Whoever was forgotten has nothing here any more.
  #gone(error) {
    this.follow?.close();
    this.player.stop();
    sessionStorage.clear();
    this.#instead(error);
  }

  #refused() {
    this.stage.say("Your session has ended: open the link again. What is here plays on.");
  }

  #does() {
    return {
      toggle: () => this.player.toggle(),
      act: () => this.#act(),
      answer: (answer) => this.#answer(answer),
      picture: (file) => this.#picture(file),
      seek: (frame) => this.player.seek(frame),
      mute: () => this.#mute(),
      volume: (to) => this.#volume(to),
      fullscreen: () => this.#fullscreen(),
      share: () => this.#share(),
      help: () => this.stage.dialog.showModal(),
    };
  }

  #key(event) {
    if (this.stage.isAside) return;
    const found = asked(event);
    if (!found) return;
    event.preventDefault();
    const [name, by] = found;
    const { player, film } = this;
    ({
      toggle: () => (["failed", "ended"].includes(this.dataset.state) ? this.#act() : player.toggle()),
      choose: () => this.stage.asking.choose(by),
      skip: () => player.seek(player.frame + by * player.fps),
      step: () => {
        player.stop();
        player.seek(player.frame + by);
      },
      first: () => player.seek(0),
      last: () => player.seek(player.whole ? film.frames - 1 : Math.max(player.until - 1, 0)),
      louder: () => this.#volume(player.video.volume + by),
      mute: () => this.#mute(),
      fullscreen: () => this.#fullscreen(),
      share: () => this.#share(),
      help: () => this.stage.dialog.showModal(),
    })[name]();
  }

  #act() {
    if (this.dataset.state === "failed") send("/api/making", {}).catch(() => {});
    else if (this.dataset.state === "ended" && (this.answers.length || this.player.state?.stand_ins.length)) this.#again();
    else this.player.play();
  }

  #share() {
    if (this.dataset.state === "ended") this.stage.sharing.show(this.screening);
  }

  #mute() {
    const { video } = this.player;
    video.muted = !video.muted;
    this.#keep();
  }

  #volume(to) {
    const { video } = this.player;
    video.volume = Math.min(Math.max(to, 0), 1);
    video.muted = video.volume === 0;
    this.#keep();
  }

  #fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen?.();
  }

  get #state() {
    const { player } = this;
    if (player.wait?.failed && (player.isHeld || !player.isHere)) return "failed";
    if (player.hasEnded) return "ended";
    if (player.wants && player.isPlaying && player.video.readyState > 2) return "playing";
    if (player.wants || !player.isHere) return player.seenAny || player.isHere ? "waiting" : "nothing";
    return player.asked ? "paused" : "ready";
  }

  #show() {
    const { player, stage } = this;
    if (!this.screening) return;
    const state = this.#state;
    const acts = {
      ready: { words: "Play", glyph: "play", key: "Space" },
      ended: { words: "Play again", glyph: "play", key: "Space" },
      failed: { words: "Try again", glyph: "retake", key: "Space" },
    };
    const waits = state === "nothing" || state === "waiting" || state === "failed";
    const coming = { words: "The picture is on its way.", more: "It goes on as soon as it is here." };
    stage.show({
      state,
      act: acts[state] ?? null,
      wait: waits ? (player.wait ?? coming) : null,
      key: this.screening.key,
      question: this.deciding ? null : this.question,
      standIn: this.#standIn,
      frame: player.frame,
      until: player.until,
      there: player.state?.there ?? [],
      playing: player.wants,
      muted: player.video.muted,
      volume: player.video.volume,
    });
    this.dataset.frame = player.frame;
  }

  #moved() {
    this.player.seenAny = true;
    const now = performance.now();
    if (!this.player.isPlaying || now - (this.keptAt ?? -KEPT_MS) >= KEPT_MS) {
      this.#keep();
      this.keptAt = now;
    }
    this.#show();
  }

  #tell() {
    const { player, screening } = this;
    const told = { frame: player.frame, moves: player.wants };
    if (screening) send(`/api/screenings/${screening.key}/position`, told).catch(() => {});
  }

  // Whoever stops needs nothing to stand in for what is not there; whoever goes on does.
  #tellWish() {
    const now = `${this.screening?.key} ${this.player.wants} ${this.player.hasEnded}`;
    if (!this.screening || now === this.toldWish) return;
    this.toldWish = now;
    this.#tell();
  }

  // What is seen in the place of a take, in words.
  get #standIn() {
    const { frame, state } = this.player;
    return state?.stand_ins.find(({ start, end }) => start <= frame && frame < end)?.words ?? "";
  }

  // What stays when the page is loaded again: where somebody was, and how loud it was.
  #keep() {
    const { frame, video } = this.player;
    sessionStorage.setItem(this.#kept, String(this.player.hasEnded ? 0 : frame));
    localStorage.setItem(KEPT, JSON.stringify({ volume: video.volume, muted: video.muted }));
  }

  #remember() {
    const { volume = 1, muted = false } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    Object.assign(this.player.video, { volume, muted });
  }

  #left() {
    const left = sessionStorage.getItem(this.#kept);
    if (left === null) return this.film.own ? null : 0;
    return this.film.own ? Number(left) : Math.min(Number(left), this.film.frames - 1);
  }

  get #kept() {
    return this.session ? `${KEPT}: ${this.session}` : KEPT;
  }

  #instead(error) {
    this.replaceChildren(
      el("main.page-words", {}, el("h1", {}, error.message), el("p", {}, error.hint ?? "")),
    );
  }
}

customElements.define("watch-app", WatchApp);
