// The line in the head of the page: what the farm does, and for a moment what somebody decided. Heard as well as seen.

const MOMENT_MS = 6000;

export class News {
  constructor(line) {
    this.line = line;
    this.state = ["", ""];
    this.timer = null;
  }

  // How things stand: said for as long as they do.
  stand(words, kind = "") {
    this.state = [words, kind];
    if (!this.timer || kind === "bad") this.#show(words, kind);
  }

  // Something that happened: said for a moment.
  say(words, kind = "good") {
    clearTimeout(this.timer);
    this.#show(words, kind);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#show(...this.state);
    }, MOMENT_MS);
  }

  #show(words, kind) {
    if (this.line.textContent !== words) this.line.textContent = words;
    this.line.title = words;
    this.line.dataset.kind = kind;
  }
}

// What a run does with shots, in a line: [words, kind].
export function progressIn({ shots, stages }) {
  if (stages.length) return [`Putting the film together: ${stages[0].name}`, ""];
  const all = Object.values(shots);
  const done = all.filter(({ state }) => state === "done").length;
  const failed = all.filter(({ state }) => state === "failed").length;
  if (all.length && done + failed < all.length) return [`Rendering: ${done} of ${all.length} shots`, ""];
  return failed ? [`${failed} failed`, "bad"] : ["", ""];
}
