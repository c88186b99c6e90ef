// What somebody is about to say of the shot that is looked at, and what others said of it on the picture: notes,
// retakes and drawings, bound to the forms, the picture and the timeline.

import { Drafts, framesIn, framesOf } from "./drafts.js";
import { MOST_STROKES } from "./strokes.js";

const GAP = 8; // pixels of the film between two pictures side by side; as in screen.js

export class Remarks extends EventTarget {
  constructor(film, { view, desk, parts }) {
    super();
    Object.assign(this, { view, desk, parts });
    this.drafts = new Drafts(film);
    this.retaking = false;
    this.drawing = false;
    this.chosen = null; // the number of what was jumped to
    this.#listen();
  }

  get shot() {
    return this.view.shot;
  }

  get draft() {
    return this.drafts.of(this.shot.id, this.retaking ? "retake" : "note");
  }

  // Another shot is looked at, or the same one stands otherwise.
  look() {
    if (this.bound !== this.shot.id) {
      this.bound = this.shot.id;
      this.chosen = null;
      this.#draw(false);
      if (this.retaking) this.#close();
    }
    if (this.chosen) this.parts.panel.talk.choose(this.chosen);
    this.show();
  }

  show() {
    const { parts, desk, drawing, draft, shot } = this;
    const { reply_to } = draft.said;
    const to = desk.story?.conversation.find(({ number }) => number === reply_to) ?? null;
    if (this.retaking && this.form) parts.panel.retake.refresh({ drawing, busy: desk.busy });
    else parts.panel.note.show({ draft, length: shot.frames, drawing, to, busy: desk.busy, talking: parts.panel.tab === "talk" });
    this.picture();
    parts.line.setNotes(this.#marks(), shot.id);
  }

  // What lies on the frame that is shown: of those who spoke, and of what is being said.
  picture() {
    const { view, draft, chosen } = this;
    const { into, take } = view;
    const alone = view.alone || view.mode === "difference";
    const about = (said) => said.number === chosen || !said.take_digest || said.take_digest === take?.digest;
    const said = alone ? [] : (this.desk.story?.conversation ?? []).filter((one) => one.counts && about(one));
    const here = (strokes) => strokes.filter(({ frame }) => frame === into);
    const strokes = [...said.flatMap(({ drawing = [] }) => here(drawing ?? [])), ...here(draft.said.drawing)];
    const looked = said.find(({ number }) => number === chosen);
    const region = draft.said.region ?? (looked && covers(looked.frames, into) ? looked.region : null);
    this.parts.screen.ink.show(alone ? [] : strokes, alone ? null : region, this.#share());
  }

  // Begin to write: the frames are those that the player stands at.
  begin() {
    const { draft } = this;
    if (draft.isEmpty && !draft.said.frames) draft.set({ frames: this.#framesHere() });
    else this.show();
  }

  write() {
    this.came = document.activeElement;
    this.parts.panel.turnTo("talk");
    this.parts.panel.note.words.focus();
  }

  reply(said) {
    this.drafts.of(this.shot.id, "note").set({ reply_to: said.number });
    this.write();
  }

  async retake() {
    if (this.retaking) return;
    this.came = document.activeElement;
    const { shot, view, desk, parts } = this;
    this.#draw(false);
    try {
      const form = await desk.form();
      if (this.shot !== shot && this.shot.id !== shot.id) return;
      this.retaking = true;
      this.form = form;
      const { draft } = this;
      if (draft.isEmpty && !draft.said.frames && this.#marked()) draft.set({ frames: this.#framesHere() });
      parts.panel.setRetaking(true);
      const propose = (what, signal) => desk.propose(what, signal);
      parts.panel.retake.open({ draft, form, shot, length: shot.frames, take: view.take, propose, drawing: false });
      this.show();
    } catch (error) {
      desk.fail({ kind: "form" }, error);
    }
  }

  // The pen is taken out, or put away.
  draw(drawing = !this.drawing) {
    if (drawing && (this.view.alone || !this.desk.may("comment"))) return;
    this.view.player.stop();
    this.#draw(drawing);
    if (drawing && !this.retaking) this.parts.panel.turnTo("talk");
    this.show();
  }

  unstroke() {
    const { drawing } = this.draft.said;
    if (drawing.length) this.draft.set({ drawing: drawing.slice(0, -1) });
  }

  // Go to where somebody's remark is about.
  jump(said) {
    this.chosen = said.number;
    const { view } = this;
    const number = view.shot.takes.findIndex(({ digest }) => digest === said.take_digest);
    if (number >= 0 && number !== view.first) view.flip(number);
    const frame = said.frames?.[0] ?? said.drawing?.[0]?.frame ?? view.into;
    view.goTo(view.place, frame);
    this.parts.panel.talk.choose(said.number);
    this.show();
  }

  // The next remark that has a frame, or the one before.
  beside(by) {
    const { into } = this.view;
    const all = (this.desk.story?.conversation ?? []).filter((one) => one.counts && frameOf(one) !== null);
    const ordered = all.sort((one, other) => frameOf(one) - frameOf(other) || one.number - other.number);
    const at = ordered.findIndex(({ number }) => number === this.chosen);
    const found = at >= 0 ? ordered[at + by] : by > 0 ? ordered.find((one) => frameOf(one) >= into) : ordered.findLast((one) => frameOf(one) <= into);
    if (!found) {
      this.#further(by);
      return;
    }
    this.parts.panel.turnTo("talk");
    this.jump(found);
  }

  // The next remark, or the one before, on another shot of the cut, while all of it is looked at.
  #further(by) {
    const { film, shot, scope } = this.view;
    if (scope !== "cut" || shot.start === null) return;
    const end = shot.start + shot.frames;
    const found = by > 0 ? film.marks.find(({ from }) => from >= end) : film.marks.findLast(({ from }) => from < shot.start);
    if (!found) return;
    this.parts.panel.turnTo("talk");
    this.view.goTo(found.place, found.into);
    this.chosen = found.number;
  }

  async send() {
    const { desk, draft, retaking, parts } = this;
    const form = retaking ? parts.panel.retake : parts.panel.note;
    if (!form.ready) return;
    const sent = draft.said.text;
    const done = retaking ? await desk.retake(form.wish()) : await desk.decide(this.#note());
    if (!done) return;
    // What was typed since it was sent is the next one's.
    const more = draft.said.text.startsWith(sent) ? draft.said.text.slice(sent.length) : "";
    draft.clear();
    if (more) draft.set({ text: more });
    this.#draw(false);
    if (retaking) this.#close();
    parts.panel.turnTo(retaking ? "takes" : "talk");
    this.#leave();
  }

  // Back to the picture; what was written stays.
  leave() {
    if (this.drawing) {
      this.draw(false);
      return;
    }
    if (this.draft.isEmpty && !this.retaking) this.draft.clear();
    if (this.retaking) this.#close();
    this.#leave();
    this.show();
  }

  #leave() {
    const { came } = this;
    this.came = null;
    if (came?.isConnected && came !== document.body && !came.closest("[hidden]")) came.focus();
    else document.activeElement?.blur();
  }

  #close() {
    this.retaking = false;
    this.form = null;
    this.parts.panel.setRetaking(false);
  }

  #note() {
    const { text, frames, region, drawing, reply_to } = this.draft.said;
    const take = this.view.take?.number || null;
    return { kind: "note", text: text.trim(), frames: framesOf(frames, this.shot.frames), region, drawing, reply_to, take };
  }

  #draw(drawing) {
    const { screen, panel } = this.parts;
    this.drawing = drawing;
    screen.classList.toggle("drawing", drawing);
    panel.tools.open(drawing);
    screen.ink.setPen(drawing ? panel.tools.pen : null);
  }

  #marked() {
    return this.view.player.marks.every((mark) => mark !== null);
  }

  // From in to out where both are set, else the frame that is shown.
  #framesHere() {
    const { view, shot } = this;
    if (shot.start === null) return "";
    const inside = (frame) => Math.min(Math.max(frame - shot.start, 0), shot.frames - 1);
    const [from, to] = view.player.marks;
    return framesIn(this.#marked() ? [inside(from), inside(to)] : [inside(view.player.frame), inside(view.player.frame)]);
  }

  // What of the screen the first picture has.
  #share() {
    const { view } = this;
    if (view.mode !== "side" || view.shot.takes.length < 2) return 1;
    const { width } = view.film;
    return width / (2 * width + GAP);
  }

  // Remarks on the frames of the film, for the timeline.
  #marks() {
    const { start, frames } = this.shot;
    if (start === null) return [];
    const { story } = this.desk;
    if (!story) return this.view.film.marks.filter(({ shot }) => shot === this.shot.id);
    const said = story.conversation.filter((one) => one.counts && frameOf(one) !== null);
    return said.map((one) => {
      const [from, to] = one.frames ?? [frameOf(one), frameOf(one)];
      return { from: start + Math.min(from, frames - 1), to: start + Math.min(to, frames - 1), kind: one.kind };
    });
  }

  #listen() {
    const { parts, view } = this;
    const { panel, screen } = parts;
    const { tools } = panel;
    panel.addEventListener("begun", () => this.begin());
    panel.addEventListener("turned", () => this.show());
    panel.note.addEventListener("focusout", () => requestAnimationFrame(() => this.show()));
    panel.addEventListener("send", () => this.send());
    panel.addEventListener("leave", () => this.leave());
    panel.addEventListener("draw", () => this.draw());
    panel.addEventListener("here", () => this.draft.set({ frames: this.#framesHere() }));
    panel.addEventListener("reply", ({ detail }) => this.reply(detail));
    panel.addEventListener("jump", ({ detail }) => this.jump(detail));
    // Whatever is typed or drawn is shown everywhere.
    this.drafts.addEventListener("change", () => this.show());
    screen.ink.addEventListener("stroke", ({ detail }) => {
      const { draft } = this;
      if (draft.said.drawing.length >= MOST_STROKES) return;
      const stroke = { frame: view.into, ...detail };
      const frames = draft.said.frames || framesIn([view.into, view.into]);
      draft.set({ drawing: [...draft.said.drawing, stroke], frames });
    });
    screen.ink.addEventListener("region", ({ detail }) => this.draft.set({ region: detail }));
    tools.addEventListener("pen", ({ detail }) => this.drawing && screen.ink.setPen(detail));
    tools.addEventListener("unstroke", () => this.unstroke());
    tools.addEventListener("done", () => this.draw(false));
    view.addEventListener("moved", () => this.picture());
    view.addEventListener("layers", () => this.picture());
  }
}

const frameOf = ({ frames, drawing }) => frames?.[0] ?? drawing?.[0]?.frame ?? null;

const covers = (frames, into) => !frames || (frames[0] <= into && into <= frames[1]);
