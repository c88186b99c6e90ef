// Words that were not sent yet: they survive a reload, a lost connection, and looking at another shot. No page.

const EMPTY = { text: "", frames: "", region: null, drawing: [], reply_to: null };

// What somebody is about to say of a shot: a note, or a retake with all its wishes.
export class Draft extends EventTarget {
  constructor(key) {
    super();
    this.key = key;
    this.said = { ...EMPTY, ...kept(key) };
  }

  // Whether it would say nothing: frames alone do not.
  get isEmpty() {
    return Object.entries(this.said).every(([name, value]) => name === "frames" || name === "reply_to" || saysNothing(value));
  }

  set(changed) {
    Object.assign(this.said, changed);
    keep(this.key, this.said);
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.said = { ...EMPTY };
    sessionStorage.removeItem(this.key);
    this.dispatchEvent(new Event("change"));
  }
}

// Tells `change` when one of them does.
export class Drafts extends EventTarget {
  constructor(film) {
    super();
    this.film = film;
    this.open = new Map();
  }

  of(shot, kind) {
    const key = `shotfarm review/${this.film}/${shot}/${kind}`;
    if (!this.open.has(key)) {
      const draft = new Draft(key);
      draft.addEventListener("change", () => this.dispatchEvent(new Event("change")));
      this.open.set(key, draft);
    }
    return this.open.get(key);
  }
}

function saysNothing(value) {
  if (typeof value === "string") return !value.trim() || value === "same" || value === "1";
  return value === null || value === undefined || Object.keys(value).length === 0;
}

function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, said) {
  try {
    sessionStorage.setItem(key, JSON.stringify(said));
  } catch {
    // A full storage loses nothing that the page still shows.
  }
}

// "20-31" or "20" → [20, 31]; null for the whole shot. Throws what is wrong with it, in words.
export function framesOf(text, length) {
  if (!text.trim()) return null;
  const found = /^\s*(\d{1,7})(?:\s*[-–:]\s*(\d{1,7}))?\s*$/.exec(text);
  if (!found) throw new Error("Frames are such as 20-31, or 20 for a single one.");
  const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])];
  if (first > last || last >= length) throw new Error(`The shot has frames 0-${length - 1}.`);
  return [first, last];
}

export const framesIn = (frames) => (frames ? (frames[0] === frames[1] ? `${frames[0]}` : `${frames[0]}-${frames[1]}`) : "");
