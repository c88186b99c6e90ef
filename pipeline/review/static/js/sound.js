// The film's mix: pieces of whole samples, laid on the clock of the sound card, which is the player's clock
// whenever something is heard.

import { bytes, json } from "./api.js";

const AHEAD_S = 4; // of sound that is laid before it is heard
const LEAD_S = 0.06; // between starting and the first sample
const MOST_PIECES = 60;
const SCRUB_S = 0.08; // of sound heard with one frame
const FADE_S = 0.006;
const MOST_RATE = 4; // faster than that nobody understands anything

export class Sound {
  constructor(paths, fps) {
    this.paths = paths;
    this.fps = fps;
    this.told = null;
    this.muted = false;
    this.pieces = new Map(); // number → AudioBuffer, or a promise of one
    this.laid = [];
    this.playing = null;
  }

  // Look whether there is a mix (another one than before).
  async look() {
    const { sound } = await json(this.paths.sound);
    if (sound?.digest === this.told?.digest) return;
    this.stop();
    this.pieces.clear();
    this.told = sound;
  }

  get there() {
    return this.told !== null && "AudioContext" in globalThis;
  }

  setMuted(muted) {
    this.muted = muted;
    if (this.volume) this.volume.gain.value = muted ? 0 : 1;
  }

  // Sound can be heard only after a person has done something; called whenever one has.
  async wake() {
    if (!this.there) return false;
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: this.told.sample_rate, latencyHint: "interactive" });
      this.volume = this.context.createGain();
      this.volume.gain.value = this.muted ? 0 : 1;
      this.volume.connect(this.context.destination);
    }
    if (this.context.state !== "running") {
      await Promise.race([this.context.resume(), new Promise((done) => setTimeout(done, 250))]);
    }
    return this.context.state === "running";
  }

  // Begin at a film's frame; the clock to follow, or null where nothing can be heard.
  async start(frame, rate) {
    this.stop();
    if (rate <= 0 || rate > MOST_RATE || !(await this.wake())) return null;
    const from_s = frame / this.fps;
    await Promise.race([this.#piece(this.#number(from_s)), new Promise((done) => setTimeout(done, 400))]);
    const starts_at = this.context.currentTime + LEAD_S;
    this.playing = { from_s, rate, starts_at, next: this.#number(from_s) };
    this.keepOn();
    const late = this.context.outputLatency || 0;
    return () => frame + (this.context.currentTime - late - starts_at) * rate * this.fps;
  }

  // Lay what is heard next; called again and again while something plays.
  keepOn() {
    const { playing, context } = this;
    if (!playing) return;
    const { from_s, rate, starts_at } = playing;
    const heard_s = from_s + Math.max(0, context.currentTime - starts_at) * rate;
    while (this.#begins(playing.next) < heard_s + AHEAD_S * rate && playing.next < this.#count()) {
      const piece = this.pieces.get(playing.next);
      if (!(piece instanceof AudioBuffer)) {
        this.#piece(playing.next);
        return;
      }
      const begins = this.#begins(playing.next);
      const when = starts_at + (begins - from_s) / rate;
      const missed = Math.max(0, Math.max(context.currentTime, starts_at) - when) * rate;
      if (missed < piece.duration) this.#lay(piece, Math.max(when, context.currentTime, starts_at), missed, rate);
      playing.next++;
    }
  }

  stop() {
    for (const source of this.laid) source.stop();
    this.laid = [];
    this.playing = null;
  }

  // What a frame sounds like, when a person goes to it.
  async scrub(frame) {
    if (this.muted || !(await this.wake()) || this.playing) return;
    const from_s = frame / this.fps;
    const piece = await this.#piece(this.#number(from_s)).catch(() => null);
    if (!piece || this.playing) return;
    this.stop();
    const length = Math.max(SCRUB_S, 1 / this.fps);
    const now = this.context.currentTime;
    const fade = this.context.createGain();
    fade.gain.setValueAtTime(0, now);
    fade.gain.linearRampToValueAtTime(1, now + FADE_S);
    fade.gain.setValueAtTime(1, now + length - FADE_S);
    fade.gain.linearRampToValueAtTime(0, now + length);
    fade.connect(this.volume);
    this.#lay(piece, now, from_s - this.#begins(this.#number(from_s)), 1, fade, length);
  }

  #lay(piece, when, offset, rate, into = this.volume, length = undefined) {
    const source = this.context.createBufferSource();
    source.buffer = piece;
    source.playbackRate.value = rate;
    source.connect(into);
    if (length === undefined) source.start(when, offset);
    else source.start(when, offset, length);
    source.addEventListener("ended", () => {
      this.laid = this.laid.filter((one) => one !== source);
    });
    this.laid.push(source);
  }

  #count() {
    return Math.ceil(this.told.samples / this.told.piece_samples);
  }

  #number(seconds) {
    const number = Math.floor((seconds * this.told.sample_rate) / this.told.piece_samples);
    return Math.min(Math.max(number, 0), this.#count() - 1);
  }

  #begins(number) {
    return (number * this.told.piece_samples) / this.told.sample_rate;
  }

  async #piece(number) {
    const kept = this.pieces.get(number);
    if (kept) return kept;
    const coming = bytes(this.paths.piece(this.told.digest, number)).then((data) => {
      const { channels, sample_rate } = this.told;
      const samples = new Int16Array(data);
      const buffer = new AudioBuffer({
        numberOfChannels: channels,
        length: samples.length / channels,
        sampleRate: sample_rate,
      });
      for (let channel = 0; channel < channels; channel++) {
        const line = buffer.getChannelData(channel);
        for (let at = 0; at < line.length; at++) line[at] = samples[at * channels + channel] / 32768;
      }
      this.pieces.set(number, buffer);
      while (this.pieces.size > MOST_PIECES) this.pieces.delete(this.pieces.keys().next().value);
      return buffer;
    });
    this.pieces.set(number, coming);
    coming.catch(() => this.pieces.delete(number));
    return coming;
  }
}
