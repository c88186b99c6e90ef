// What was watched to its end is shared: a link that plays exactly that, as soon as its film is put together.

import { json, send } from "./api.js";
import { button, el, sentence } from "./dom.js";

const LOOK_MS = 500;

export class Sharing {
  // `asks`: whether the film asks anything, so that what was seen is one's own.
  constructor(asks) {
    const whole = "Whoever has the link sees the film, and needs nothing else. It stays where it is when you close this page.";
    const own = "Whoever has the link sees exactly what you saw: your way, and your answers. It stays where it is when you close this page.";
    this.status = el("p.status", { role: "status" });
    this.link = el("input", { type: "url", readOnly: true, "aria-label": "The link", onfocus: () => this.link.select() });
    this.copy = button("Copy the link", () => this.#copy(), { kind: "act" });
    this.open = el("a.open", { target: "_blank", rel: "noopener" }, "Open it");
    this.again = button("Try again", () => this.#share(), { kind: "act" });
    this.shared = el("div.shared", { hidden: true }, this.link, el("p.acts", {}, this.copy, this.open));
    this.dialog = el("dialog.sharing", { "aria-labelledby": "sharing" },
      el("form", { method: "dialog" },
        el("header", {}, el("h2", { id: "sharing" }, "Share what you saw"), el("button", { value: "close" }, "Close")),
        el("p", {}, asks ? own : whole), this.status, this.shared, el("p.acts", {}, this.again)));
    this.dialog.addEventListener("close", () => clearTimeout(this.looking));
  }

  // Share what a screening showed.
  show({ key }) {
    this.path = `/api/screenings/${key}/cut`;
    this.dialog.showModal();
    this.#share();
  }

  async #share() {
    this.#say("making", "The film is being put together. The link works when it is.");
    await this.#ask(() => send(this.path, {}));
  }

  async #ask(asked) {
    clearTimeout(this.looking);
    const { path } = this;
    try {
      const { address, state, words } = await asked();
      if (path !== this.path || !this.dialog.open) return;
      if (state === "ready") this.#ready(address);
      else if (state === "failed") this.#say("failed", `It could not be put together: ${words || "nobody knows why"}`);
      else if (state === "gone") this.#say("failed", "It was deleted.");
      else this.looking = setTimeout(() => this.#ask(() => json(path)), LOOK_MS);
    } catch (error) {
      if (path === this.path) this.#say("failed", [error.message, error.hint].filter(Boolean).map(sentence).join(" "));
    }
  }

  #ready(address) {
    this.link.value = address;
    this.open.href = address;
    this.#say("ready", "It is there.");
    this.copy.focus();
  }

  #say(state, words) {
    const had = this.dialog.contains(document.activeElement) && document.activeElement === this.again;
    this.dialog.dataset.state = state;
    this.shared.hidden = state !== "ready";
    this.again.hidden = state !== "failed";
    const told = sentence(words);
    if (this.status.textContent !== told) this.status.textContent = told;
    if (state === "failed") this.again.focus();
    else if (had) this.dialog.querySelector("header button").focus();
  }

  async #copy() {
    this.link.select();
    try {
      await navigator.clipboard.writeText(this.link.value);
      this.#say("ready", "The link is copied.");
    } catch {
      this.#say("ready", "The browser does not let the page copy: the link is marked, copy it by hand.");
      this.link.focus();
    }
  }
}
