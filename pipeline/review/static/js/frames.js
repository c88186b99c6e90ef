// Decoded frames by their numbers. What is wanted is said anew each time, most urgent first, and all else that
// was on its way is let go: a player that jumps from shot to shot leaves nothing behind that arrives late.

import { bytes, json } from "./api.js";

const MOST_BYTES = 320 * 2 ** 20; // of decoded pictures
const MOST_FETCHES = 6; // a browser opens as many connections to a server
const MOST_DECODERS = 4;
const AGAIN_MS = 2000; // after which what failed is tried again
const DECODE_MS = 30_000; // before a decoder that says nothing is given up

export const canDecode = () => "VideoDecoder" in globalThis;

export class Frames {
  constructor(paths, arrived) {
    this.paths = paths;
    this.arrived = arrived; // called when something came or failed
    this.indexes = new Map(); // clip → index, or the time at which asking failed
    this.groups = new Map(); // key → {frames, bytes}, the longest unused first
    this.coming = new Map(); // key → {stop, data}
    this.failed = new Map(); // key → {at, words}
    this.decoders = new Map(); // clip → decoder, the longest unused first
    this.wishes = [];
    this.bytes = 0;
    this.decoding = null;
  }

  // The picture of a clip's frame, if it is here. It stays the cache's own: draw it now.
  peek(clip, frame) {
    const index = this.indexes.get(clip);
    const key = index?.groups && keyOf(clip, groupOf(index, frame));
    const group = key && this.groups.get(key);
    if (!group) return null;
    this.groups.delete(key);
    this.groups.set(key, group);
    return group.frames.get(frame) ?? null;
  }

  // Why a frame will not come, in words.
  trouble(clip, frame) {
    const index = this.indexes.get(clip);
    const key = index?.groups ? keyOf(clip, groupOf(index, frame)) : clip;
    return this.failed.get(key)?.words ?? null;
  }

  // What is wanted from now on: [{clip, frame}], the most urgent first.
  want(wanted) {
    const wishes = new Map();
    for (const { clip, frame } of wanted) {
      const index = this.indexes.get(clip);
      if (!index) this.#askIndex(clip);
      if (!index?.groups) continue;
      const group = groupOf(index, frame);
      wishes.set(keyOf(clip, group), { key: keyOf(clip, group), clip, group });
    }
    this.wanted = wanted;
    this.wishes = [...wishes.values()];
    for (const [key, { stop }] of this.coming) {
      if (wishes.has(key)) continue;
      stop.abort();
      this.coming.delete(key);
    }
    this.#go();
  }

  close() {
    this.want([]);
    for (const decoder of this.decoders.values()) if (decoder.state !== "closed") decoder.close();
    this.decoders.clear();
    for (const key of [...this.groups.keys()]) this.#drop(key);
    this.closed = true;
  }

  #askIndex(clip) {
    const failed = this.failed.get(clip);
    if (failed && performance.now() - failed.at < AGAIN_MS) return;
    this.indexes.set(clip, {});
    json(this.paths.clip(clip)).then(
      (told) => {
        const description = Uint8Array.from(atob(told.description), (one) => one.charCodeAt(0));
        this.indexes.set(clip, { ...told, description });
        this.failed.delete(clip);
        if (this.wanted) this.want(this.wanted);
        this.arrived();
      },
      (error) => this.#failed(clip, error, () => this.indexes.delete(clip)),
    );
  }

  #failed(key, error, then = () => {}) {
    if (error.name === "AbortError") return;
    this.failed.set(key, { at: performance.now(), words: error.message });
    then();
    this.arrived();
  }

  #go() {
    if (this.closed) return;
    const now = performance.now();
    for (const wish of this.wishes) {
      if (this.coming.size >= MOST_FETCHES) break;
      const failed = this.failed.get(wish.key);
      if (failed && now - failed.at < AGAIN_MS) continue;
      if (!this.groups.has(wish.key) && !this.coming.has(wish.key)) this.#fetch(wish);
    }
    if (this.decoding) return;
    const ready = this.wishes.find(({ key }) => this.coming.get(key)?.data);
    if (ready) this.#decode(ready, this.coming.get(ready.key).data);
  }

  #fetch({ key, clip, group }) {
    const stop = new AbortController();
    const one = { stop, data: null };
    this.coming.set(key, one);
    bytes(this.paths.group(clip, group), { signal: stop.signal }).then(
      (data) => {
        one.data = data;
        this.#go();
      },
      (error) => {
        if (this.coming.get(key) === one) this.coming.delete(key);
        this.#failed(key, error);
        this.#go();
      },
    );
  }

  async #decode({ key, clip }, data) {
    const frames = new Map();
    this.decoding = { clip, frames, error: null };
    try {
      const decoder = await this.#decoder(clip);
      for (const chunk of chunksOf(data)) decoder.decode(chunk);
      await within(decoder.flush(), DECODE_MS, "the decoder does not answer");
      if (this.decoding.error) throw this.decoding.error;
      this.#keep(key, frames);
    } catch (error) {
      for (const frame of frames.values()) frame.close();
      const decoder = this.decoders.get(clip);
      this.decoders.delete(clip);
      if (decoder && decoder.state !== "closed") decoder.close();
      this.#failed(key, new Error(`this take cannot be decoded here: ${(this.decoding.error ?? error).message}`));
    } finally {
      this.decoding = null;
      this.coming.delete(key);
    }
    this.arrived();
    this.#go();
  }

  async #decoder(clip) {
    const kept = this.decoders.get(clip);
    this.decoders.delete(clip);
    if (kept?.state === "configured") {
      this.decoders.set(clip, kept);
      return kept;
    }
    const { codec, description, width, height } = this.indexes.get(clip);
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (this.decoding?.clip === clip) this.decoding.frames.set(frame.timestamp, frame);
        else frame.close();
      },
      error: (error) => {
        if (this.decoding?.clip === clip) this.decoding.error = error;
      },
    });
    // In software a picture is the same on every machine, and any number of them may be held.
    const config = { codec, description, codedWidth: width, codedHeight: height };
    const soft = { ...config, hardwareAcceleration: "prefer-software" };
    const { supported } = await VideoDecoder.isConfigSupported(soft);
    decoder.configure(supported ? soft : config);
    this.decoders.set(clip, decoder);
    while (this.decoders.size > MOST_DECODERS) {
      const [oldest, other] = this.decoders.entries().next().value;
      this.decoders.delete(oldest);
      if (other.state !== "closed") other.close();
    }
    return decoder;
  }

  #keep(key, frames) {
    const size = [...frames.values()].reduce((sum, frame) => sum + frame.allocationSize(), 0);
    this.groups.set(key, { frames, bytes: size });
    this.bytes += size;
    const wished = new Set(this.wishes.map((wish) => wish.key));
    for (const old of [...this.groups.keys()]) {
      if (this.bytes <= MOST_BYTES) break;
      if (old !== key && !wished.has(old)) this.#drop(old);
    }
  }

  #drop(key) {
    const group = this.groups.get(key);
    this.groups.delete(key);
    this.bytes -= group.bytes;
    for (const frame of group.frames.values()) frame.close();
  }
}

// What a promise gives; after so long without anything an error in words.
function within(promise, ms, words) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(words)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const keyOf = (clip, group) => `${clip}-${group}`;

function groupOf(index, frame) {
  let group = index.groups.length - 1;
  while (group > 0 && index.groups[group] > frame) group--;
  return group;
}

function* chunksOf(data) {
  const head = new DataView(data);
  const count = head.getUint32(0, true);
  let at = 4 + 12 * count;
  for (let number = 0; number < count; number++) {
    const [frame, size, key] = [0, 4, 8].map((part) => head.getUint32(4 + 12 * number + part, true));
    yield new EncodedVideoChunk({
      type: key ? "key" : "delta",
      timestamp: frame,
      data: new Uint8Array(data, at, size),
    });
    at += size;
  }
}
