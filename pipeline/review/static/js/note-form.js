// The words of a note, always at the same place under the conversation.

import { button, el, theirs } from "./dom.js";
import "./where.js";

const MOST_LETTERS = 20_000;

// Tells `send` with nothing; what is said is in its draft.
export class NoteForm extends HTMLElement {
  connectedCallback() {
    if (this.words) return;
    this.words = el("textarea", {
      rows: 2,
      dir: "auto",
      maxLength: MOST_LETTERS,
      placeholder: "Write a note (N)",
      "aria-label": "Note",
      oninput: () => this.draft.set({ text: this.words.value }),
      onfocus: () => this.#ask("begun"),
      onkeydown: (event) => this.#pressed(event),
    });
    this.where = el("remark-where");
    this.answers = el("p.answers", { hidden: true });
    this.sending = button("Send", () => this.#ask("send"), { key: "Enter", kind: "main" });
    this.replaceChildren(this.answers, this.words, this.where, this.sending);
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.#ask("leave");
    });
  }

  // {draft, length, drawing, to: what it answers or null, busy, talking: whether the conversation is in view}
  show({ draft, length, drawing, to, busy, talking }) {
    this.draft = draft;
    if (this.words.value !== draft.said.text) this.words.value = draft.said.text;
    this.where.show(draft, length, drawing);
    this.answers.hidden = !to;
    const begun = talking && (!draft.isEmpty || Boolean(to));
    this.classList.toggle("open", begun || drawing || this.contains(document.activeElement));
    if (to) {
      const end = button("Do not answer", () => draft.set({ reply_to: null }), { kind: "icon", glyph: "close" });
      this.answers.replaceChildren("To ", theirs("bdi", to.by), ": ", theirs("bdi", to.text.slice(0, 80)), " ", end);
    }
    const off = draft.isEmpty || Boolean(this.where.trouble) || busy;
    this.sending.setAttribute("aria-disabled", String(off));
  }

  get ready() {
    return this.sending.getAttribute("aria-disabled") !== "true";
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#ask("send");
  }

  #ask(what) {
    this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
  }
}

customElements.define("note-form", NoteForm);
