// What is so for as long as it is said, over the page: what the film lacks, or that the server is gone.

import { canDecode } from "./frames.js";

const BY_TIME = "This browser shows takes by time, not by frame: the picture may be a frame off.";

export class Notice {
  constructor(element, again) {
    this.element = element;
    [this.line, this.button] = element.children;
    this.button.addEventListener("click", again);
    this.film = "";
    this.gone = "";
  }

  ofFilm(trouble) {
    this.film = trouble ? `This is the film before its last change: ${trouble}` : canDecode() ? "" : BY_TIME;
    this.#show();
  }

  // The connection: it is tried again after so many seconds.
  lost(seconds) {
    const when = seconds === 1 ? "in a second" : `in ${seconds} seconds`;
    this.gone = `The server does not answer. It is asked again ${when}; what you write is kept.`;
    this.#show({ again: true });
  }

  refused() {
    this.gone = "Your session has ended: open the link again. What you write is kept in this window.";
    this.#show();
  }

  back() {
    this.gone = "";
    this.#show();
  }

  #show({ again = false } = {}) {
    const words = this.gone || this.film;
    if (this.line.textContent !== words) this.line.textContent = words;
    this.button.hidden = !again;
    this.element.classList.toggle("lost", Boolean(this.gone));
    this.element.hidden = !words;
  }
}
