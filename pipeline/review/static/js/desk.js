// Where decisions are made: the story of the shot that is looked at, what is asked of the server, and what came of
// it. Nothing is decided by the page: it says what somebody saw, and the server says what stands. No page in here.

import { json, send } from "./api.js";

const REST_MS = 120; // of looking at a shot, before its story is asked for
const WORDS = {
  approve: "approved",
  unapprove: "no longer approved",
  omit: "omitted",
  restore: "restored",
};

// Tells `story` when that of the shot is another one, `trouble` when something was not decided, `said` with words
// for people when it was, and `busy`.
export class Desk extends EventTarget {
  constructor(paths, me) {
    super();
    this.paths = paths;
    this.me = me;
    this.stories = new Map();
    this.troubles = new Map(); // by shot: {what, words, hint, lost, conflict, seen}
    this.mine = new Set(); // numbers of decisions that this page made
    this.shot = null;
    this.busy = false;
  }

  may(right) {
    return this.me.rights.includes(right);
  }

  get story() {
    return this.stories.get(this.shot) ?? null;
  }

  get trouble() {
    return this.troubles.get(this.shot) ?? null;
  }

  // A shot is looked at: its story is there at once when it is known, and asked for once somebody stays.
  look(shot, { still = true } = {}) {
    if (shot !== this.shot) {
      this.shot = shot;
      this.asked = null;
      clearTimeout(this.resting);
      this.resting = null;
      this.#tell("story");
    }
    if (!still || this.resting || this.asked === shot) return;
    this.resting = setTimeout(() => {
      this.resting = null;
      this.refresh();
    }, REST_MS);
  }

  // What others did may have changed it.
  async refresh(shot = this.shot) {
    if (!shot) return;
    if (shot === this.shot) this.asked = shot;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      this.#take(shot, await json(this.paths.shot(shot), { signal: asking.signal }));
      if (this.troubles.get(shot)?.what.kind === "story") this.forget(shot);
    } catch (error) {
      // That the connection is lost is said once for the whole page.
      if (error.name !== "AbortError" && !error.lost) this.#failed(shot, { kind: "story" }, error, null);
    }
  }

  // Approve, take the circle away, omit, restore, undo, redo, note. True when it stands.
  decide(what) {
    const { shot, story } = this;
    const of = { undo: story?.undoes, redo: story?.redoes }[what.kind];
    return this.#ask(shot, of ? { ...what, of } : what, (saw) => {
      const seen = what.kind === "note" ? null : saw;
      return send(this.paths.decisions(shot), { seen, renderer: this.#renderer, what });
    });
  }

  // A retake, and what renders it.
  retake(what) {
    const { shot } = this;
    return this.#ask(shot, what, (seen) =>
      send(this.paths.retakes(shot), { seen, renderer: this.#renderer, film: true, what }),
    );
  }

  // What it would have made again; nothing is decided.
  propose(what, signal) {
    return send(this.paths.proposals(this.shot), { renderer: this.#renderer, what }, { signal });
  }

  form() {
    return json(this.paths.form(this.shot));
  }

  difference(a, b, signal) {
    return json(this.paths.difference(this.shot, a, b), { signal });
  }

  // Render again what failed, or was left.
  rerun(run) {
    return this.#run(run, "rerun", () => send(this.paths.runs, { decision: run.decision, film: true }));
  }

  cancel(run) {
    return this.#run(run, "cancel", () => send(this.paths.run(run.id), undefined, { method: "DELETE" }));
  }

  // What went wrong before, once more.
  again() {
    const { what } = this.trouble;
    if (what.kind === "story" || what.kind === "form") {
      this.forget();
      return this.refresh();
    }
    if (what.run) return this[what.kind](what.run);
    const { of, ...plain } = what;
    return this.decide(plain);
  }

  // Something that was asked of the server besides.
  fail(what, error) {
    this.#failed(this.shot, what, error, null);
  }

  // Not to be told of any more.
  forget(shot = this.shot) {
    this.troubles.delete(shot);
    this.#tell("trouble");
  }

  // Somebody decided: of a shot that is known, the story is another one by now.
  heard({ number, shot }) {
    if (this.mine.has(number)) return;
    if (shot === this.shot) this.refresh();
    else this.stories.delete(shot);
  }

  get #renderer() {
    return this.paths.renderer || null;
  }

  async #ask(shot, what, asks) {
    if (this.busy) return false;
    this.#busy(true);
    const before = this.troubles.get(shot);
    let seen = before?.seen ?? null;
    try {
      if (before?.lost && (await this.#stands(shot, what, seen ?? 0))) return true;
      if (!this.stories.has(shot)) this.#take(shot, await json(this.paths.shot(shot)));
      seen ??= this.stories.get(shot).seen;
      const { decision, story } = await asks(seen);
      const kind = what.kind === "redo" ? "redo" : decision.kind;
      this.#made(shot, { ...decision, kind, words: what.of ?? decision.words }, story);
      return true;
    } catch (error) {
      // Who is told what the others did has seen it; else what was seen at first counts.
      this.#failed(shot, what, error, error.conflict ? null : seen);
      return false;
    } finally {
      this.#busy(false);
    }
  }

  // The connection was lost on the way: it may have been decided all the same, and must not be twice.
  async #stands(shot, what, seen) {
    const story = await json(this.paths.shot(shot));
    const mine = (one) => one.number > seen && one.by === this.me.name && one.kind === what.kind;
    const same = (one) => mine(one) && one.text === (what.text ?? "");
    const found = story.conversation.find(same);
    this.#take(shot, story);
    if (found) this.#made(shot, found, story);
    return Boolean(found);
  }

  async #run(run, kind, asks) {
    try {
      await asks();
      this.forget(run.shot);
      await this.refresh(run.shot);
    } catch (error) {
      this.#failed(run.shot, { kind, run }, error, null);
    }
  }

  #made(shot, decision, story) {
    this.mine.add(decision.number);
    this.troubles.delete(shot);
    this.#take(shot, story);
    this.#tell("trouble");
    this.#tell("said", { shot, words: wordsOf(shot, decision) });
  }

  // What was not decided stays at its shot, with a way to decide it again.
  #failed(shot, what, error, seen) {
    const { message: words, hint = "", lost = false, conflict = null } = error;
    if (conflict) this.#take(shot, conflict.story);
    this.troubles.set(shot, { what, words, hint, lost, conflict: conflict?.conflict ?? null, seen });
    this.#tell("trouble");
  }

  #take(shot, story) {
    this.stories.set(shot, story);
    if (shot === this.shot) this.#tell("story");
  }

  #busy(busy) {
    this.busy = busy;
    this.#tell("busy");
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}

// What was decided, in words for people.
function wordsOf(shot, { kind, take, words }) {
  const of = take ? `take ${take} of ${shot}` : `shot ${shot}`;
  if (kind === "note") return `Noted at shot ${shot}.`;
  if (kind === "retake") return `A retake of ${of} is asked for.`;
  if (kind === "undo") return `Taken back at shot ${shot}: ${words}.`;
  if (kind === "redo") return `Done again at shot ${shot}: ${words}.`;
  return `${of.charAt(0).toUpperCase()}${of.slice(1)} is ${WORDS[kind] ?? kind}.`;
}
