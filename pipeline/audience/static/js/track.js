// Picture or sound of a screening in the browser's buffer: fetched around where somebody is, and let go behind.

import { readPlaylist } from "./playlist.js";

const EDGE_S = 0.02; // what buffers say of the ends of fragments may be off by so much
const AGAIN_MS = 1000; // before a fragment is asked for again that did not come

export class Track extends EventTarget {
  // `late`: seconds of the stream before the film's first frame.
  constructor(source, type, late) {
    super();
    this.buffer = source.addSourceBuffer(type);
    this.late = late;
    this.playlist = null;
    this.ready = null; // the initialisation that the buffer has
    this.work = Promise.resolve();
    this.busy = false;
    this.era = 0; // counts how often all was let go
  }

  // Let go of everything.
  async clear() {
    this.era += 1;
    this.playlist = null;
    this.screening = null;
    while (this.busy || this.buffer.updating) await new Promise((done) => setTimeout(done, 20));
    await this.#when(() => this.buffer.remove(0, Infinity));
  }

  // Fetch from another playlist from now on; what is there stays.
  async follow(path, since) {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    this.playlist = readPlaylist(await answer.text(), answer.url, since);
  }

  // The ranges of the film that are here, in seconds.
  get ranges() {
    const { buffered } = this.buffer;
    return Array.from({ length: buffered.length }, (_, n) => [buffered.start(n) - this.late, buffered.end(n) - this.late]);
  }

  // Until when all is here from a moment on; that moment where nothing is.
  until(at) {
    const range = this.ranges.find(([start, end]) => start <= at + EDGE_S && end > at + EDGE_S);
    return range ? range[1] : at;
  }

  // Fetch what is lacking between two moments, one fragment after another; tells `changed` with each.
  async fill(from, to) {
    if (this.busy || !this.playlist) return;
    this.busy = true;
    try {
      const { era } = this;
      for (let lacking = this.#lacking(from, to); lacking && era === this.era; lacking = this.#lacking(from, to)) {
        await this.#append(lacking);
        this.dispatchEvent(new Event("changed"));
      }
      this.failed = false;
    } catch {
      this.failed = true;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    } finally {
      this.busy = false;
    }
  }

  // Let go of what was seen long ago.
  async forget(before) {
    const first = this.ranges[0];
    if (before <= 0 || this.busy || this.buffer.updating || !first || first[0] > before - 10) return;
    await this.#when(() => this.buffer.remove(0, before + this.late));
  }

  // Fragments come whole: one is here when its middle is, and the moment that is wanted of it.
  #lacking(from, to) {
    if (!this.playlist) return null;
    const here = (moment) => this.until(moment) > moment;
    return this.playlist.entries.find(
      ({ at, length }) =>
        at < to && at + length > from + EDGE_S && !(here(at + length / 2) && here(Math.max(at + EDGE_S, from))),
    );
  }

  async #append(entry) {
    const { init } = this.playlist;
    if (this.ready !== init) {
      await this.#put(init);
      this.ready = init;
    }
    await this.#put(entry.uri);
  }

  async #put(uri) {
    const { era } = this;
    const answer = await fetch(uri, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const content = await answer.arrayBuffer();
    if (era !== this.era) return;
    await this.#when(() => this.buffer.appendBuffer(content));
  }

  // Do something with the buffer, and wait until it has done it.
  #when(act) {
    return new Promise((done, failed) => {
      this.buffer.addEventListener("updateend", done, { once: true });
      this.buffer.addEventListener("error", () => failed(new Error("the browser cannot play it")), { once: true });
      try {
        act();
      } catch (error) {
        failed(error);
      }
    });
  }
}
