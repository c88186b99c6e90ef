// What the film asks of whoever watches: answers to choose from, or something of their own; and how long there is.

import { el } from "./dom.js";

export const LEAD_S = 1.5; // before what follows: so long it takes to fetch it

const PICTURES = "image/jpeg,image/png,image/webp,image/heic,.heic";
const MOST_BYTES = 12 * 2 ** 20; // of a picture
const INPUTS = { text: "text", number: "number", colour: "color" };

export class Asking {
  // `answer` is told an answer of the question that is shown, `picture` a file that is one.
  constructor(answer, picture) {
    this.answer = answer;
    this.picture = picture;
    this.takesPictures = false;
    this.number = null;
    this.words = el("h2.asked");
    this.answers = el("div.answers");
    this.refused = el("p.refused-answer", { role: "alert", hidden: true });
    this.left = el("div.left", { "aria-hidden": "true" }, el("i"));
    this.root = el("section.asking", { hidden: true, "aria-live": "polite", "aria-label": "The film asks" },
      this.words, this.answers, this.refused, this.left);
  }

  // The question whose time it is at a frame, or none.
  show(question, frame, fps) {
    const seen = question !== null && frame >= question.first;
    this.root.hidden = !seen;
    if (!seen) {
      this.number = null;
      return;
    }
    if (this.number !== question.number) this.#ask(question);
    const last = question.due - LEAD_S * fps;
    const part = (last - frame) / Math.max(1, last - question.first);
    this.left.firstChild.style.width = `${100 * Math.min(Math.max(part, 0), 1)}%`;
  }

  // Whether its time is over.
  static isOver(question, frame, fps) {
    return question !== null && frame >= question.due - LEAD_S * fps;
  }

  // What is written so far, and not sent; null for nothing.
  get written() {
    return this.input && this.input.type === "text" && this.input.value.trim() ? this.input.value : null;
  }

  // Choose by number, from 0; whether there is such a one.
  choose(place) {
    const button = this.root.hidden ? null : this.answers.querySelectorAll("button.answer")[place];
    button?.click();
    return Boolean(button);
  }

  // What was given is not taken, and why.
  refuse(words) {
    this.refused.textContent = words;
    this.refused.hidden = !words;
    this.#busy(false);
    this.input?.focus();
  }

  #ask({ number, question, answers, kind, most }) {
    this.number = number;
    this.input = null;
    this.words.textContent = question;
    this.refused.hidden = true;
    const chosen = answers.map(({ id, text }, place) =>
      el("button.answer", { type: "button", onclick: () => this.#give(id) }, el("kbd", {}, String(place + 1)), text),
    );
    if (chosen.length) this.answers.replaceChildren(...chosen);
    else if (kind === "file") this.answers.replaceChildren(this.takesPictures ? this.#picture(question) : this.#noPicture());
    else if (INPUTS[kind]) this.answers.replaceChildren(this.#form(question, kind, most));
    else this.answers.replaceChildren();
    this.input?.focus();
  }

  #form(question, kind, most) {
    this.input = el("input.own", {
      type: INPUTS[kind], maxLength: most, autocomplete: "off", autocapitalize: "words", spellcheck: false, "aria-label": question,
    });
    const send = (event) => {
      event.preventDefault();
      if (this.input.value.trim()) this.#give(this.input.value);
    };
    return el("form", { onsubmit: send }, this.input, el("button.give", {}, "This is it"));
  }

  // A picture of one's own: chosen, looked at, and sent; it goes nowhere else.
  #picture(question) {
    const file = el("input.file", { type: "file", accept: PICTURES, "aria-label": question, id: "own-picture" });
    const seen = el("img.own-picture", { alt: "What you chose", hidden: true });
    const send = el("button.give", { type: "button", hidden: true, onclick: () => this.#send(file.files[0]) }, "This is it");
    file.addEventListener("change", () => {
      URL.revokeObjectURL(seen.src);
      const [chosen] = file.files;
      this.refuse("");
      seen.hidden = send.hidden = !chosen;
      if (!chosen) return;
      seen.src = URL.createObjectURL(chosen);
      seen.onerror = () => (seen.hidden = true); // the browser cannot show it, the server may take it
      send.focus();
    });
    const words = "It is seen in your film alone, and forgotten with it.";
    return el("div.picture", {}, seen, el("label.choose", { htmlFor: "own-picture" }, "Choose a picture", file), send, el("p.aside", {}, words));
  }

  #noPicture() {
    return el("p.aside", {}, "Pictures are taken where each viewer has a film of their own. This one goes on with its own.");
  }

  #send(file) {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      this.refuse("It is larger than 12 MiB, the most for a picture.");
      return;
    }
    this.refused.hidden = true;
    this.#busy(true);
    this.picture(file);
  }

  #give(value) {
    this.refused.hidden = true;
    this.#busy(true);
    this.answer(value);
  }

  #busy(is) {
    for (const one of this.answers.querySelectorAll("button, input")) one.disabled = is;
  }
}
