// What plays a screening: picture and sound by Media Source Extensions, as far as the film is there. A browser
// without them is given the stream's own playlist.

import { Track } from "./track.js";

const AHEAD_S = 30; // so much is fetched before it is seen
const BEHIND_S = 60; // and so much is kept of what was
const ENOUGH_S = 2; // is here before it goes on, where nobody can say when more comes
const LOOK_MS = 100;
const AGAIN_MS = 1000; // before a playlist is asked for again that did not come
const UNSHOWN = 4; // frames before the last one that is here, which a decoder shows when it gets more

// Tells `changed` whenever something of it is otherwise, and `moved` with each frame that is seen.
export class Player extends EventTarget {
  constructor(video, film) {
    super();
    this.video = video;
    this.film = film;
    this.fps = film.rate[0] / film.rate[1];
    this.late = film.delay / this.fps;
    this.wants = false; // whether the person wants it to play
    this.asked = false; // whether the browser lets it, without being touched
    this.frame = 0;
    this.until = 0; // the film's frame before which all is there
    this.whole = false;
    this.tracks = [];
    for (const what of ["play", "pause", "ended", "waiting", "playing", "seeking", "seeked", "volumechange"]) {
      video.addEventListener(what, () => this.#told());
    }
    setInterval(() => this.#look(), LOOK_MS);
    this.#watchFrames();
  }

  static get Source() {
    return globalThis.ManagedMediaSource ?? globalThis.MediaSource;
  }

  // A screening, from a frame of the film on: {since, picture, sound, stream}.
  async open(screening, frame) {
    this.screening = screening;
    this.until = screening.since;
    this.whole = false;
    this.told = "";
    this.frame = frame;
    if (!Player.Source) {
      this.video.src = screening.stream;
      return;
    }
    if (this.source) this.#place();
  }

  // How the screening stands; nothing is fetched before the first of it is there.
  async stands(state) {
    this.state = state;
    this.until = state.until;
    this.whole = state.whole;
    this.#told();
    if (!Player.Source || !state.codec || this.following) return;
    const now = `${this.screening.key} ${state.until} ${state.sound} ${state.way} ${state.sounds}`;
    if (now === this.told || state.until <= this.screening.since) return;
    this.following = true;
    try {
      if (!this.source) await this.#begin(state.codec);
      await this.#follow(state);
      this.told = now;
    } catch {
      if (!this.tracks.length) this.source = null; // it did not open
      this.told = "";
      setTimeout(() => this.stands(this.state), AGAIN_MS);
    } finally {
      this.following = false;
    }
    this.#look();
    this.#told();
    if (this.state !== state) this.stands(this.state); // what was said meanwhile
  }

  get wait() {
    return this.state?.wait ?? null;
  }

  // Whether the frame that it is at is here, with its sound.
  get isHere() {
    return this.ahead > 0;
  }

  // Seconds that are here after the moment that it is at.
  get ahead() {
    if (!Player.Source) return this.video.readyState > 2 ? 1 : 0;
    if (!this.tracks.length) return 0;
    return Math.min(...this.tracks.map((track) => track.until(this.time))) - this.time;
  }

  // Of the film, in seconds.
  get time() {
    return this.frame / this.fps;
  }

  get end() {
    return this.film.frames / this.fps;
  }

  get isPlaying() {
    return this.wants && !this.video.paused;
  }

  // It would play, and more has to come first.
  get isHeld() {
    return this.wants && this.video.paused;
  }

  get hasEnded() {
    return this.whole && this.frame >= this.film.frames - 1 && this.video.paused;
  }

  play() {
    this.wants = true;
    if (this.frame >= this.film.frames - 1) this.seek(0);
    this.#look();
    this.#told();
  }

  stop() {
    this.wants = false;
    this.video.pause();
    this.#told();
  }

  toggle() {
    if (this.wants) this.stop();
    else this.play();
  }

  // Begin again, on whatever way: what is here is of another one.
  async restart() {
    this.wants = false;
    this.video.pause();
    this.whole = false; // else it would be at its end once more
    this.frame = 0;
    this.#place();
    await Promise.all(this.tracks.map((track) => track.clear()));
  }

  // Go to a frame of the film; `elsewhere` is told where this screening does not have it.
  seek(frame) {
    const { frames } = this.film;
    const last = Math.min(this.state?.question?.first ?? frames, frames) - 1; // nobody passes a question
    const wanted = Math.min(Math.max(Math.round(frame), 0), Math.max(last, this.screening.since));
    this.frame = wanted;
    this.video.pause();
    if (wanted < this.screening.since || (wanted >= this.until && !this.whole)) {
      this.dispatchEvent(new CustomEvent("elsewhere", { detail: wanted }));
    }
    this.#place();
    this.#look();
    this.#told();
    this.dispatchEvent(new Event("moved"));
  }

  async #begin(codec) {
    const source = (this.source = new Player.Source());
    const types = [`video/mp4; codecs="${codec}"`, ...(this.film.heard ? ['audio/mp4; codecs="mp4a.40.2"'] : [])];
    this.video.disableRemotePlayback = true; // a managed source is opened without another screen alone
    this.video.src = URL.createObjectURL(source);
    await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
    source.duration = this.film.asks ? Infinity : this.end + this.late; // nobody knows how long it will be
    this.tracks = types.map((type) => new Track(source, type, this.late));
    for (const track of this.tracks) track.addEventListener("changed", () => this.#came());
    this.#place();
  }

  async #follow(state) {
    const [picture, sound] = this.tracks;
    const since = this.screening.since / this.fps;
    await picture.follow(this.screening.picture, since);
    const isKnown = sound?.screening === this.screening.key && !this.film.asks;
    if (!sound || !state.sound || isKnown || (this.film.asks && !state.sounds)) return;
    await sound.follow(this.screening.sound, since);
    const apart = sound.playlist.clock - picture.playlist.clock; // sound begins in the middle of its fragments
    for (const entry of sound.playlist.entries) entry.at += apart;
    sound.screening = this.screening.key;
  }

  // Put the element where the film is.
  #place() {
    if (!this.tracks.length) return;
    const moment = this.#moment;
    if (Math.abs(this.video.currentTime - moment) > 0.4 / this.fps) this.video.currentTime = moment;
  }

  // Where the element is while it shows the frame: in its middle.
  get #moment() {
    return (this.frame + 0.5) / this.fps + this.late;
  }

  #came() {
    if (this.video.currentTime < this.late) this.#place();
    this.#look();
    this.#told();
  }

  // Fetch, play, hold: whatever is due.
  #look() {
    const at = this.time;
    for (const track of this.tracks) {
      track.fill(at, at + AHEAD_S);
      track.forget(at - BEHIND_S);
    }
    this.#close();
    if (!this.wants) return;
    if (this.#hasReachedEnd()) {
      const last = this.film.frames - 1;
      const isShown = this.frame === last;
      this.wants = false;
      this.video.pause();
      this.frame = last;
      // A browser that was held up ends, and the picture of a moment ago stays, also where the clock is right.
      if (this.tracks.length && !isShown) this.video.currentTime = this.#moment;
      this.#told();
    } else if (this.video.paused && this.#hasEnough()) {
      this.#start();
    } else if (!this.video.paused && this.#isAtFrontier()) {
      this.video.pause();
      const shown = Math.floor((this.video.currentTime - this.late) * this.fps); // no frame is told of any more
      this.frame = Math.max(this.frame, Math.min(shown, this.until - 1));
      this.dispatchEvent(new Event("moved"));
      this.#told();
    }
  }

  // Nothing comes after what is here: without being told, a browser does not show the last frames.
  #close() {
    const { source, tracks, end } = this;
    const isHere = (track) => !track.busy && !track.buffer.updating && track.until(this.time) > end - 2 / this.fps;
    if (this.whole && source?.readyState === "open" && tracks.every(isHere)) source.endOfStream();
  }

  async #start() {
    if (this.starting) return;
    this.starting = true;
    const next = (this.frame + 1) / this.fps + this.late;
    if (this.video.currentTime > next + 0.5 / this.fps) this.video.currentTime = next + 0.25 / this.fps;
    try {
      await this.video.play();
      this.asked = true;
    } catch (error) {
      if (error.name === "NotAllowedError") this.wants = false; // somebody has to touch the page first
    } finally {
      this.starting = false;
      this.#told();
    }
  }

  #hasEnough() {
    const { ahead, wait } = this;
    if (ahead <= 0) return false;
    const asks = this.state?.question && this.until >= this.state.question.due; // all that comes before an answer is there
    const edge = asks ? this.until / this.fps : this.end;
    if (this.whole || asks || ahead >= ENOUGH_S) return ahead >= Math.min(ENOUGH_S, edge - this.time - 0.1);
    return wait !== null && wait.goes_on_s !== null && wait.goes_on_s <= ahead;
  }

  // What comes next is being made. By the clock as well: it goes on without a picture for as long as there is sound.
  #isAtFrontier() {
    const edge = this.until - UNSHOWN;
    return !this.whole && (this.frame >= edge || (this.video.currentTime - this.late) * this.fps >= edge + 1);
  }

  #hasReachedEnd() {
    if (!this.whole) return false;
    return this.video.ended || this.video.currentTime - this.late >= this.end - 0.5 / this.fps;
  }

  #watchFrames() {
    const { video } = this;
    const seen = (moment) => {
      const frame = Math.min(Math.max(Math.floor((moment - this.late) * this.fps + 0.5), 0), this.film.frames - 1);
      if (frame === this.frame || (this.isHeld && frame < this.frame)) return;
      this.frame = frame;
      this.dispatchEvent(new Event("moved"));
    };
    if (video.requestVideoFrameCallback) {
      const each = (_, { mediaTime }) => {
        // A picture may still come after it was held: it does not go on before that one.
        if (!video.seeking && (!video.paused || this.isHeld)) seen(mediaTime);
        if (this.wants && !video.paused && this.#isAtFrontier()) this.#look();
        video.requestVideoFrameCallback(each);
      };
      video.requestVideoFrameCallback(each);
    } else {
      video.addEventListener("timeupdate", () => {
        if (!video.seeking && !video.paused) seen(video.currentTime - 0.5 / this.fps);
      });
    }
  }

  #told() {
    this.dispatchEvent(new Event("changed"));
  }
}
