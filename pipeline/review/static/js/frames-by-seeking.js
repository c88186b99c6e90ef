// The same as Frames, for browsers without WebCodecs: video elements that are sent to the middle of a frame's
// time. No browser promises which frame that shows.

import { json } from "./api.js";

const MOST_VIDEOS = 4;

export class FramesBySeeking {
  constructor(paths, arrived, fps) {
    this.paths = paths;
    this.arrived = arrived;
    this.fps = fps;
    this.videos = new Map(); // clip → {video, frame, busy}
    this.failed = new Map();
  }

  peek(clip, frame) {
    const one = this.videos.get(clip);
    return one && one.frame === frame && !one.busy ? one.video : null;
  }

  trouble(clip) {
    return this.failed.get(clip) ?? null;
  }

  want(wanted) {
    const first = new Map();
    for (const { clip, frame } of wanted) if (!first.has(clip)) first.set(clip, frame);
    for (const [clip, frame] of [...first].slice(0, MOST_VIDEOS)) this.#show(clip, frame);
  }

  close() {
    for (const { video } of this.videos.values()) video.removeAttribute("src");
    this.videos.clear();
  }

  #show(clip, frame) {
    let one = this.videos.get(clip);
    this.videos.delete(clip);
    if (!one) one = this.#open(clip);
    this.videos.set(clip, one);
    while (this.videos.size > MOST_VIDEOS) this.videos.delete(this.videos.keys().next().value);
    if (one.wanted === frame) return;
    one.wanted = frame;
    if (!one.busy) this.#seek(one);
  }

  #open(clip) {
    const video = document.createElement("video");
    const one = { video, frame: null, wanted: null, busy: true };
    video.muted = true;
    video.preload = "auto";
    video.addEventListener("loadeddata", () => this.#seek(one), { once: true });
    video.addEventListener("error", async () => {
      const told = await json(this.paths.clip(clip)).catch((error) => error);
      this.failed.set(clip, told instanceof Error ? told.message : "this browser cannot show the take");
      this.arrived();
    });
    video.src = `${this.paths.clip(clip)}/file`;
    return one;
  }

  #seek(one) {
    const { video, wanted } = one;
    one.busy = true;
    const there = () => {
      one.busy = false;
      one.frame = wanted;
      if (one.wanted !== wanted) this.#seek(one);
      this.arrived();
    };
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(there);
    else video.addEventListener("seeked", there, { once: true });
    video.currentTime = (wanted + 0.5) / this.fps;
  }
}
