// What happens on the farm and what others decide, for as long as the page is open: told again and again, with
// growing waits, when the connection is lost.

const FIRST_WAIT_S = 1;
const MOST_WAIT_S = 30;
const SILENT_MS = 45_000; // the server says something three times as often: the line is dead
const UNSEEN_MS = 30_000; // of a page that nobody looks at: a browser has few lines to one server for all its pages

// Tells `state` and `decided` with what the server said, `lost` with the seconds until it is asked again,
// `back` when it answers again, and `refused` when the session has ended.
export class Follow extends EventTarget {
  // One that `rests` hangs up while nobody looks at the page for long.
  constructor(path, { rests = true } = {}) {
    super();
    this.path = path;
    this.rests = rests;
    this.wait = 0;
    this.#open();
    globalThis.addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  // Ask now.
  again() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.#open();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.#rest();
  }

  // Hang up, for as long as nothing is asked.
  #rest() {
    clearTimeout(this.silent);
    this.source.close();
  }

  #looked() {
    clearTimeout(this.unseen);
    if (this.closed || !this.rests) return;
    if (document.hidden) {
      this.unseen = setTimeout(() => {
        this.resting = !this.timer;
        if (this.resting) this.#rest();
      }, UNSEEN_MS);
    } else if (this.resting) {
      this.resting = false;
      this.#open();
    }
  }

  #open() {
    const source = (this.source = new EventSource(this.path));
    const heard = () => {
      clearTimeout(this.silent);
      this.silent = setTimeout(() => {
        source.close();
        this.#later();
      }, SILENT_MS);
    };
    heard();
    for (const kind of ["open", "state", "decided", "beat"]) source.addEventListener(kind, heard);
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
      this.#rest();
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
