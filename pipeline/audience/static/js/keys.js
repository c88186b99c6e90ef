// Every key of the player, and the page that says so.

import { keyList, keysDialog } from "./keys_dialog.js";

const ROWS = [
  ["Space K", "play or pause"],
  ["← →", "five seconds"],
  ["J L", "ten seconds"],
  [", .", "one frame"],
  ["Home End", "the beginning, as far as the film is there"],
  ["↑ ↓", "louder, softer"],
  ["M", "mute"],
  ["F", "fill the screen"],
  ["1 2 3 4", "an answer, where the film asks"],
  ["S", "share what you saw, at its end"],
  ["?", "these keys"],
];

const WORKS = {
  1: ["choose", 0],
  2: ["choose", 1],
  3: ["choose", 2],
  4: ["choose", 3],
  " ": ["toggle"],
  k: ["toggle"],
  ArrowLeft: ["skip", -5],
  ArrowRight: ["skip", 5],
  j: ["skip", -10],
  l: ["skip", 10],
  ",": ["step", -1],
  ".": ["step", 1],
  Home: ["first"],
  End: ["last"],
  ArrowUp: ["louder", 0.1],
  ArrowDown: ["louder", -0.1],
  m: ["mute"],
  f: ["fullscreen"],
  s: ["share"],
  "?": ["help"],
};

// What a key press asks for: [name, by] or null. Buttons keep the keys that press them, the volume those that move it.
export function asked(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const { tagName, className } = event.target;
  if (tagName === "INPUT" && event.target.type !== "range") return null;
  if (tagName === "BUTTON" && (event.key === " " || event.key === "Enter")) return null;
  if (className === "volume" && /^(Arrow|Home|End|Page)/.test(event.key)) return null;
  return WORKS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

export const helpDialog = () => keysDialog(keyList(ROWS));
