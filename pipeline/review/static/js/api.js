// What the server is asked, and how it says that something went wrong.

export class Refused extends Error {
  constructor(status, words, hint) {
    super(words);
    this.status = status;
    this.hint = hint ?? "";
  }
}

async function asked(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "the server does not answer", "is `shotfarm review` still running?");
  }
  if (answer.ok) return answer;
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // No words came along: the status has to do.
  }
  throw new Refused(answer.status, told.error ?? `the server answered ${answer.status}`, told.hint);
}

export const json = async (path, options) => (await asked(path, options)).json();
export const bytes = async (path, options) => (await asked(path, options)).arrayBuffer();

const FORM = 1; // of what /media sends; see routes/media.py

export class FilmPaths {
  constructor(film) {
    this.film = encodeURIComponent(film);
  }
  get told() {
    return `/api/films/${this.film}`;
  }
  get sound() {
    return `${this.told}/sound`;
  }
  get events() {
    return `${this.told}/events`;
  }
  live(digest, picture) {
    return `${this.told}/live/${digest}?n=${picture}`;
  }
  clip(digest) {
    return `/media/${FORM}/${this.film}/clips/${digest}`;
  }
  group(digest, number) {
    return `${this.clip(digest)}/groups/${number}`;
  }
  still(digest, frame) {
    return `${this.clip(digest)}/still?frame=${frame}`;
  }
  piece(digest, number) {
    return `/media/${FORM}/${this.film}/sounds/${digest}/${number}`;
  }
}
