// What happens on the farm and what others decide, for as long as the page is open: told again and again, with
// growing waits, when the connection is lost.

const FIRST_WAIT_S = 1;
const MOST_WAIT_S = 30;

// Tells `state` and `decided` with what the server said, `lost` with the seconds until it is asked again,
// `back` when it answers again, and `refused` when the session has ended.
export class Follow extends EventTarget {
  constructor(path) {
    super();
    this.path = path;
    this.wait = 0;
    this.#open();
    globalThis.addEventListener("online", () => this.again());
  }

  // Ask now.
  again() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.#open();
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }

  #open() {
    const source = (this.source = new EventSource(this.path));
    source.addEventListener("open", () => {
      if (this.wait) this.#tell("back");
      this.wait = 0;
    });
    for (const kind of ["state", "decided"]) {
      source.addEventListener(kind, ({ data }) => this.#tell(kind, JSON.parse(data)));
    }
    source.addEventListener("error", () => {
      // A browser gives up by itself only where it was answered with something else.
      const refused = source.readyState === EventSource.CLOSED;
      source.close();
      if (refused) this.#refused();
      else this.#later();
    });
  }

  // A session that has ended is told by the same path: what else it may be is asked for again.
  async #refused() {
    const answer = await fetch(this.path, { method: "HEAD", credentials: "same-origin" }).catch(() => null);
    if (answer && (answer.status === 401 || answer.status === 403)) this.#tell("refused");
    else this.#later();
  }

  #later() {
    this.wait = Math.min(MOST_WAIT_S, this.wait ? this.wait * 2 : FIRST_WAIT_S);
    this.#tell("lost", this.wait);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#open();
    }, this.wait * 1000);
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}
