// What the page is made of, and how it shows where the player is and what it waits for.

import { Asking } from "./asking.js";
import { button, el, icon } from "./dom.js";
import { helpDialog } from "./keys.js";
import { Sharing } from "./sharing.js";

const FADE_MS = 2600; // without a touch, after which the controls go

// Hours only where there are some.
export function clock(frame, fps) {
  const all = Math.floor(frame / fps);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export class Stage {
  constructor(root, film, does) {
    this.root = root;
    this.film = film;
    this.fps = film.rate[0] / film.rate[1];
    this.video = el("video", { playsInline: true, preload: "auto", tabIndex: -1, disablePictureInPicture: true });
    this.live = el("img.live", { alt: "", hidden: true });
    this.words = el("p.words");
    this.more = el("p.more");
    this.bar = el("div.bar", {}, el("i"));
    this.act = button("Play", does.act, { glyph: "play", kind: "act" });
    this.share = button("Share what you saw", does.share, { glyph: "arrow", kind: "share", key: "S" });
    this.sharing = new Sharing(film.asks);
    this.head = el("div.head", {}, el("h1", {}, film.title), el("p.logline", {}, film.logline));
    this.card = el("section.card", { "aria-live": "polite" }, this.head, this.live, this.words, this.bar, this.more, el("div.acts", {}, this.act, this.share));
    this.notice = el("p.notice", { role: "status", hidden: true });
    this.standIn = el("p.stand-in", { role: "status", hidden: true });
    this.does = does;
    this.asking = new Asking(does.answer, does.picture);
    this.line = this.#line(does);
    this.toggle = button("Play", does.toggle, { glyph: "play", kind: "icon", key: "Space" });
    this.time = el("span.time");
    this.scene = el("span.scene");
    this.mute = button("Mute", does.mute, { glyph: "sound", kind: "icon", key: "M" });
    this.volume = el("input.volume", {
      type: "range", min: 0, max: 100, step: 5, "aria-label": "Volume", oninput: () => does.volume(this.volume.value / 100),
    });
    this.full = button("Fill the screen", does.fullscreen, { glyph: "full", kind: "icon", key: "F" });
    this.keys = button("Keys", does.help, { glyph: "keys", kind: "icon", key: "?" });
    this.dialog = helpDialog();
    const heard = film.heard ? [this.mute, this.volume] : [];
    const row = el("div.row", {}, this.toggle, this.time, this.scene, ...heard, this.keys, this.full);
    this.title = el("p.title", {}, film.title);
    this.controls = el("footer.controls", {}, this.line, row);
    const top = el("div.top", {}, this.notice, this.title, this.standIn);
    root.replaceChildren(this.video, el("div.veil"), this.card, this.asking.root, top, this.controls, this.dialog, this.sharing.dialog);
    this.video.addEventListener("click", does.toggle);
    for (const what of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      root.addEventListener(what, () => this.wake());
    }
    this.wake();
  }

  // The controls are seen for a while.
  wake() {
    this.root.dataset.awake = "yes";
    clearTimeout(this.sleep);
    this.sleep = setTimeout(() => {
      const busy = this.controls.matches(":focus-within:has(:focus-visible), :hover") || this.isAside;
      if (busy) this.wake();
      else delete this.root.dataset.awake;
    }, FADE_MS);
  }

  // Whether something stands before the film.
  get isAside() {
    return this.dialog.open || this.sharing.dialog.open;
  }

  // How it stands: {state, frame, until, whole, there, wait, standIn, muted, volume, playing}.
  show(now) {
    const { root } = this;
    this.controls.hidden = false;
    if (root.dataset.state !== now.state) {
      root.dataset.state = now.state;
      this.wake();
    }
    this.#place(now);
    this.#ranges(now);
    this.#tell(now);
    this.asking.show(now.question, now.frame, this.fps);
    const [words, glyph] = now.playing ? ["Pause", "pause"] : ["Play", "play"];
    this.#button(this.toggle, words, glyph, "Space");
    this.#button(this.mute, now.muted ? "Unmute" : "Mute", now.muted ? "mute" : "sound", "M");
    this.volume.value = now.muted ? 0 : Math.round(now.volume * 100);
    this.#button(this.full, document.fullscreenElement ? "Leave the full screen" : "Fill the screen", "full", "F");
  }

  // As long as every place is taken: who waits is told their place, and when it begins.
  waitsOutside(words, more) {
    this.controls.hidden = true; // there is nothing to play yet
    this.root.dataset.state = "nothing";
    this.#tell({ state: "nothing", wait: { words, more }, act: null, key: "", standIn: "" });
  }

  // The film goes on otherwise.
  changed() {
    const line = this.#line(this.does);
    this.line.replaceWith(line);
    this.line = line;
    this.toldRanges = "";
  }

  // The connection, for as long as it is said; nothing when it is there.
  say(words) {
    this.notice.hidden = !words;
    if (this.notice.textContent !== words) this.notice.textContent = words;
  }

  #line(does) {
    this.there = el("div.there");
    this.given = el("div.given");
    this.played = el("div.played");
    this.seek = el("input", {
      type: "range", min: 0, max: this.film.frames - 1, step: 1, value: 0, "aria-label": "Place in the film",
      oninput: () => does.seek(Number(this.seek.value)),
    });
    this.hint = el("output.hint", { hidden: true, "aria-hidden": "true" });
    const marks = this.film.scenes.slice(1).map(({ start }) => {
      const mark = el("i");
      mark.style.left = this.#part(start);
      return mark;
    });
    const line = el("div.line", {}, el("div.rail", {}, this.there, this.given, this.played, ...marks), this.seek, this.hint);
    line.addEventListener("pointermove", (event) => this.#hint(line, event));
    line.addEventListener("pointerleave", () => { this.hint.hidden = true; });
    return line;
  }

  #hint(line, { clientX }) {
    const { left, width } = line.getBoundingClientRect();
    const part = Math.min(Math.max((clientX - left) / width, 0), 1);
    const frame = Math.round(part * (this.film.frames - 1));
    this.hint.textContent = `${clock(frame, this.fps)} ${this.sceneOf(frame)}`;
    this.hint.style.left = `${part * 100}%`;
    this.hint.hidden = false;
  }

  sceneOf(frame) {
    return this.film.scenes.findLast(({ start }) => start <= frame)?.slug ?? "";
  }

  #part(frame) {
    return `${(100 * frame) / this.film.frames}%`;
  }

  #place({ frame }) {
    const { frames } = this.film;
    const told = `${clock(frame === frames - 1 ? frames : frame, this.fps)} / ${clock(frames, this.fps)}`;
    if (this.time.textContent === told && this.seek.value === String(frame)) return;
    const scene = this.sceneOf(frame);
    this.time.textContent = told;
    this.scene.textContent = scene;
    this.seek.value = frame;
    this.seek.setAttribute("aria-valuetext", `${told}, ${scene}`);
    this.played.style.width = this.#part(frame + 1);
  }

  #ranges({ until, there }) {
    this.given.style.width = this.#part(until);
    const told = JSON.stringify(there);
    if (told === this.toldRanges) return;
    this.toldRanges = told;
    this.there.replaceChildren(
      ...there.map(([first, end]) => {
        const range = el("i");
        range.style.left = this.#part(first);
        range.style.width = this.#part(end - first);
        return range;
      }),
    );
  }

  // What is waited for, or what can be done.
  #tell({ state, wait, act, key, standIn }) {
    const set = (element, words) => {
      element.hidden = !words;
      if (element.textContent !== words) element.textContent = words;
    };
    set(this.standIn, standIn);
    set(this.words, wait?.words ?? "");
    set(this.more, wait?.more ?? "");
    this.bar.hidden = !wait?.take;
    this.bar.firstChild.style.width = `${Math.round(100 * (wait?.progress ?? 0))}%`;
    const picture = wait?.picture ? `/api/screenings/${key}/live/${wait.take}?n=${wait.picture}` : "";
    this.live.hidden = !picture;
    if (picture && this.live.getAttribute("src") !== picture) this.live.src = picture;
    this.head.hidden = !["nothing", "ready", "ended", "failed"].includes(state);
    this.act.hidden = !act;
    this.share.hidden = state !== "ended";
    if (act) this.#button(this.act, act.words, act.glyph, act.key);
    this.card.hidden = !(wait || act);
  }

  #button(made, words, glyph, key) {
    const label = key ? `${words} (${key})` : words;
    if (made.getAttribute("aria-label") === label && made.dataset.glyph === glyph) return;
    made.dataset.glyph = glyph;
    made.title = label;
    made.setAttribute("aria-label", label);
    made.querySelector("svg")?.replaceWith(icon(glyph));
    const said = made.querySelector("span");
    if (said) said.textContent = words;
  }
}
