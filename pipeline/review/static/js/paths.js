// Where the server has what it tells of a film.

const FORM = 1; // of what /media sends; see routes/media.py

export class FilmPaths {
  // A film by its name; in the cut of a renderer, or in the one that the server was started with.
  constructor(film, renderer = "") {
    this.film = encodeURIComponent(film);
    this.renderer = renderer;
  }
  get base() {
    return `/api/films/${this.film}`;
  }
  get told() {
    return this.#cut(this.base);
  }
  get sound() {
    return this.#cut(`${this.base}/sound`);
  }
  get events() {
    return this.#cut(`${this.base}/events`);
  }
  get runs() {
    return `${this.base}/runs`;
  }
  run(id) {
    return `${this.runs}/${encodeURIComponent(id)}`;
  }
  shot(id) {
    return this.#cut(this.#shot(id));
  }
  form(id) {
    return this.#cut(`${this.#shot(id)}/form`);
  }
  decisions(id) {
    return `${this.#shot(id)}/decisions`;
  }
  proposals(id) {
    return `${this.#shot(id)}/proposals`;
  }
  retakes(id) {
    return `${this.#shot(id)}/retakes`;
  }
  difference(id, a, b) {
    return `${this.#shot(id)}/difference?a=${a}&b=${b}`;
  }
  live(digest, picture) {
    return `${this.base}/live/${digest}?n=${picture}`;
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
  #shot(id) {
    return `${this.base}/shots/${encodeURIComponent(id)}`;
  }
  #cut(path) {
    return this.renderer ? `${path}?renderer=${encodeURIComponent(this.renderer)}` : path;
  }
}
