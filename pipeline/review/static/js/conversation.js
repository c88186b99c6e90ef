// The conversation of a shot: what people said and decided, oldest first, and what came of it.

import { button, el, moment, theirs } from "./dom.js";
import { framesIn } from "./drafts.js";

const DECIDED = {
  approve: ["approve", "approved"],
  unapprove: ["circle", "took the circle from"],
  omit: ["omit", "omitted the shot"],
  restore: ["restore", "brought the shot back"],
  adopt: ["approve", "wrote into the film document what"],
  undo: ["undo", "took back"],
};

export class ShotConversation extends HTMLElement {
  // {story, rate: timecode of a shot's frame, may}
  show({ story, length, canReply }) {
    const key = JSON.stringify([story?.shot, story?.seen, story?.conversation.length, canReply, made(story)]);
    if (key === this.key) return;
    const other = this.shot !== story?.shot;
    this.key = key;
    this.shot = story?.shot;
    this.length = length;
    this.canReply = canReply;
    const stays = this.contains(document.activeElement) && document.activeElement.dataset.name;
    if (!story) {
      this.replaceChildren(el("p.none", {}, "Opening the conversation …"));
      return;
    }
    const said = threads(story.conversation);
    this.replaceChildren(
      said.length
        ? el("ol.said", {}, said.map((one) => this.#one(one, story)))
        : el("p.none", {}, canReply ? "Nobody has said anything yet. N writes a note." : "Nobody has said anything yet."),
    );
    if (stays) this.querySelector(`[data-name="${stays}"]`)?.focus();
    this.grown = !other;
  }

  // The newest is in view.
  toEnd() {
    this.querySelector("ol.said > li:last-child")?.scrollIntoView({ block: "nearest" });
  }

  choose(number) {
    for (const one of this.querySelectorAll("li[data-number]")) {
      one.classList.toggle("chosen", Number(one.dataset.number) === number);
    }
  }

  #one({ said, answers }, story) {
    const talk = said.kind === "note" || said.kind === "retake";
    return el(
      `li.${talk ? "talk" : "deed"}${said.counts ? "" : ".undone"}`,
      { "data-number": said.number, "data-kind": said.kind },
      talk ? this.#talk(said, story) : deed(said, story),
      answers.length ? el("ol", {}, answers.map((one) => this.#one(one, story))) : null,
    );
  }

  #talk(said, story) {
    const answer = said.reply_to !== null;
    return [
      el(
        "p.who",
        {},
        theirs("b", said.by),
        " ",
        moment(said.at),
        said.kind === "retake" ? el("span.kind", {}, said.take ? `retake of take ${said.take}` : "retake") : null,
        said.kind === "note" && said.take && !answer ? el("span.kind", {}, `take ${said.take}`) : null,
        said.counts ? null : el("span.kind", {}, "undone"),
      ),
      said.text ? theirs("p.words", said.text) : null,
      said.kind === "retake" ? this.#wishes(said) : null,
      el(
        "p.row",
        {},
        ...this.#places(said),
        this.canReply && said.counts
          ? button("Reply", () => this.#ask("reply", answer ? root(said, story) : said), {
              kind: "quiet",
              "data-name": `reply-${said.number}`,
              "aria-label": `Reply to ${said.by}`,
            })
          : null,
      ),
    ];
  }

  // Where in the shot it is about: a click goes there.
  #places(said) {
    const { frames, drawing, region } = said;
    const at = frames ?? (drawing.length ? [drawing[0].frame, drawing[0].frame] : null);
    if (!at && !region) return [];
    const parts = [
      at ? `${at[0] === at[1] ? "frame" : "frames"} ${framesIn(at)}` : "the whole shot",
      drawing.length ? `${drawing.length} ${drawing.length === 1 ? "stroke" : "strokes"}` : "",
      region ? "region" : "",
    ];
    const words = parts.filter(Boolean).join(", ");
    return [
      button(words, () => this.#ask("jump", said), {
        kind: "place-of",
        glyph: drawing.length ? "draw" : region ? "region" : null,
        "data-name": `jump-${said.number}`,
        "aria-label": `Go to ${words}`,
      }),
    ];
  }

  #wishes(said) {
    const list = said.wishes.map((wish, number) => {
      const take = said.made[number];
      const words = wish.join(", ") || "as the storyboard says";
      return el("li", {}, theirs("bdi", words), take ? el("span.made", {}, ` → take ${take}`) : null);
    });
    return el("ul.wishes", {}, list);
  }

  #ask(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail, bubbles: true }));
  }
}

function deed(said, story) {
  const [, words] = DECIDED[said.kind] ?? ["note", said.kind];
  const of = story.conversation.find(({ number }) => number === said.of);
  const what = {
    approve: said.take ? ` take ${said.take}` : "",
    unapprove: said.take ? ` take ${said.take}` : "",
    adopt: said.take ? ` take ${said.take} changed` : " was changed",
    undo: of ? ` ${phrase(of)}` : "",
  }[said.kind];
  return el(
    "p.who",
    {},
    theirs("b", said.by),
    ` ${words}`,
    what ? theirs("bdi", what) : null,
    " ",
    moment(said.at),
    said.counts ? null : el("span.kind", {}, "undone"),
  );
}

const NOUNS = { approve: "approval", unapprove: "taking the circle", omit: "omission", restore: "return", adopt: "adoption" };

const phrase = ({ kind, by, take }) => `the ${NOUNS[kind] ?? kind} by ${by}${take && kind !== "note" ? ` (take ${take})` : ""}`;

// Answers stand under what they answer; what answers something that is gone stands by itself.
export function threads(conversation) {
  const known = new Map(conversation.map((said) => [said.number, { said, answers: [] }]));
  const top = [];
  for (const one of known.values()) {
    const head = known.get(rootOf(one.said, known));
    if (head && head !== one) head.answers.push(one);
    else top.push(one);
  }
  return top;
}

function rootOf(said, known) {
  let number = said.reply_to;
  for (let by = 0; number !== null && by < 100; by++) {
    const before = known.get(number)?.said;
    if (!before || before.reply_to === null || before.reply_to === undefined) break;
    number = before.reply_to;
  }
  return number;
}

const root = (said, story) => {
  const known = new Map(story.conversation.map((one) => [one.number, { said: one }]));
  return known.get(rootOf(said, known))?.said ?? said;
};

const made = (story) => story?.conversation.map(({ counts, made }) => [counts, made]);

customElements.define("shot-conversation", ShotConversation);
