// What can be decided of a shot: the same buttons at the same places, whatever stands; and what became of the last
// one, when it did not go as it should.

import { button, el, moment, sentence, theirs } from "./dom.js";

const NEEDS = { approve: "decide", retake: "decide", omit: "decide", undo: "decide", note: "comment", draw: "comment" };
export const WHY_NOT = "Your role may not do this: ask a producer.";

export class ShotActs extends HTMLElement {
  connectedCallback() {
    const act = (name) => () => this.dispatchEvent(new CustomEvent("act", { detail: name, bubbles: true }));
    this.buttons = {
      approve: button("Approve", act("approve"), { key: "A", glyph: "approve", kind: "act.main" }),
      retake: button("Retake", act("retake"), { key: "R", glyph: "retake", kind: "act" }),
      note: button("Note", act("note"), { key: "N", glyph: "note", kind: "act" }),
      omit: button("Omit", act("omit"), { key: "Shift O", glyph: "omit", kind: "act" }),
      undo: button("Undo", act("undo"), { key: "U", glyph: "undo", kind: "act" }),
    };
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Decide");
    this.replaceChildren(...Object.values(this.buttons));
  }

  // {shot, take, story, may(right), busy}: a take is what is looked at, null where there is none.
  show({ shot, take, story, may, busy }) {
    const { approve, omit, undo } = this.buttons;
    const circled = Boolean(take?.circled);
    name(approve, circled ? "Unapprove" : "Approve", "A");
    approve.classList.toggle("on", circled);
    name(omit, shot.omitted ? "Restore" : "Omit", "Shift O");
    name(undo, story?.undoes || !story?.redoes ? "Undo" : "Redo", "U");
    undo.title = story?.undoes ? `Undo: ${story.undoes} (U)` : story?.redoes ? `Do again: ${story.redoes} (U)` : "Nothing to undo (U)";
    const idle = {
      approve: !take || shot.omitted,
      retake: shot.omitted,
      undo: story !== null && !story.undoes && !story.redoes,
    };
    for (const [act, one] of Object.entries(this.buttons)) {
      const allowed = may(NEEDS[act]);
      one.hidden = !allowed && !may("comment") && !may("decide");
      // Not `disabled`: whoever stands on the button with the keyboard stays there.
      const off = !allowed || Boolean(idle[act]);
      one.setAttribute("aria-disabled", String(off));
      if (!allowed) one.title = WHY_NOT;
      else if (act !== "undo") one.title = one.getAttribute("aria-label");
      one.classList.toggle("busy", busy);
    }
    this.setAttribute("aria-busy", String(busy));
  }

  can(act) {
    return this.buttons[act]?.getAttribute("aria-disabled") !== "true";
  }
}

function name(one, words, key) {
  const label = `${words} (${key})`;
  if (one.getAttribute("aria-label") === label) return;
  one.setAttribute("aria-label", label);
  one.querySelector("span").textContent = words;
}

// Why something was not decided, what the others did meanwhile, and the way to decide it all the same.
export class ShotTrouble extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "alert");
    this.hidden = true;
  }

  show(trouble, { seekable = false } = {}) {
    if (trouble === this.shown) return;
    this.shown = trouble;
    this.hidden = !trouble;
    if (!trouble) {
      this.replaceChildren();
      return;
    }
    this.dataset.kind = trouble.conflict ? "conflict" : trouble.lost ? "lost" : "refused";
    const ask = (what) => () => this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
    const { what, conflict, lost } = trouble;
    const again = conflict ? `${VERBS[what.kind] ?? "Decide"} all the same` : "Try again";
    this.replaceChildren(
      el("p.head", {}, conflict ? "Somebody decided meanwhile." : sentence(trouble.words)),
      ...(conflict ? [el("ul", {}, conflict.map(lineOf))] : []),
      el("p", {}, lost ? "Nothing that you wrote is lost." : conflict ? "Look at it, then decide." : hintOf(trouble)),
      el(
        "div.row",
        {},
        button(again, ask("again"), { kind: "main" }),
        button(conflict ? "Leave it so" : "Dismiss", ask("dismiss")),
      ),
    );
  }
}

const VERBS = {
  approve: "Approve",
  unapprove: "Unapprove",
  omit: "Omit",
  restore: "Restore",
  undo: "Undo",
  redo: "Redo",
  retake: "Ask for it",
};

const hintOf = ({ hint }) => (hint ? sentence(hint) : "");

const lineOf = (one) => el("li", {}, theirs("bdi", one.by), ": ", theirs("bdi", one.words), " ", moment(one.at));

customElements.define("shot-acts", ShotActs);
customElements.define("shot-trouble", ShotTrouble);
