// Every key, what it does, and the page that says so.

import { el } from "./dom.js";
import { keyList, keysDialog } from "./keys_dialog.js";

// [group, [[keys as they are shown, what it does in words, the name of it, keys as the browser has them]]]
export const KEYS = [
  [
    "Play",
    [
      ["Space", "play or stop", "toggle", [" "]],
      ["L", "forwards, faster with each press", "forwards", ["l"]],
      ["J", "backwards, faster with each press", "backwards", ["j"]],
      ["K", "stop", "stop", ["k"]],
      ["− =", "slower or faster", null, []],
      ["P", "again and again", "loop", ["p"]],
      ["M", "mute", "mute", ["m"]],
      ["I O", "in and out: what plays", null, []],
      ["X", "no in and out", "unmark", ["x"]],
    ],
  ],
  [
    "Go",
    [
      ["← →", "one frame", null, []],
      ["Shift ← →", "ten frames", null, []],
      ["↑ ↓", "the shot before, the next one", null, []],
      ["Home End", "the first frame, the last one", null, []],
      [", .", "the note before, the next one", null, []],
    ],
  ],
  [
    "Decide",
    [
      ["A", "approve the take, or take the circle away", "approve", ["a"]],
      ["R", "ask for a retake", "retake", ["r"]],
      ["N", "write a note", "note", ["n"]],
      ["D", "draw on the frame", "draw", ["d"]],
      ["Shift O", "omit the shot, or bring it back", null, []],
      ["U", "undo the last decision of the shot", "undo", ["u"]],
      ["Shift U", "decide again what was undone", null, []],
    ],
  ],
  [
    "See",
    [
      ["S", "cut, shot, or shot with what is around it", "scope", ["s"]],
      ["1 – 9", "a take of the shot", null, []],
      ["C", "compare in the next way", "compare", ["c"]],
      ["[ ]", "less or more: wipe, opacity, gain", null, []],
      ["V", "the takes of the next renderer: drafts, finals", "cut", ["v"]],
      ["F", "fill the screen", "fullscreen", ["f"]],
      ["/", "find a shot", "find", ["/"]],
      ["?", "these keys", "help", ["?"]],
    ],
  ],
];

const MORE = {
  ArrowLeft: "back",
  ArrowRight: "on",
  ArrowUp: "previous",
  ArrowDown: "next",
  Home: "first",
  End: "last",
  i: "in",
  o: "out",
  "-": "slower",
  "=": "faster",
  "+": "faster",
  "[": "less",
  "]": "more",
  ",": "noteBefore",
  ".": "noteAfter",
  Backspace: "unstroke",
  Escape: "leave",
};

const KEPT = "shotfarm review/letters";

// Whether letters work by themselves: who speaks to the machine, or has a trembling hand, may want them off.
const letters = () => localStorage.getItem(KEPT) !== "off";

const SHIFTED = { o: "omit", u: "redo" };

const WORKS = new Map([
  ...KEYS.flatMap(([, rows]) => rows.flatMap(([, , name, keys]) => keys.map((key) => [key, name]))),
  ...Object.entries(MORE),
]);

// What a key press asks for: {name, by} or null. Text fields keep their keys, controls those that work them.
export function asked(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const tag = event.target.tagName;
  const type = event.target.type;
  if (tag === "TEXTAREA" || (tag === "INPUT" && type !== "range") || event.target.isContentEditable) return null;
  if ((tag === "SELECT" || type === "range") && /^(Arrow|Home|End|Page)/.test(event.key)) return null;
  if (/^(BUTTON|SELECT|SUMMARY|A)$/.test(tag) && (event.key === " " || event.key === "Enter")) return null;
  if (event.key.length === 1 && event.key !== " " && event.key !== "?" && !letters()) return null;
  if (/^[1-9]$/.test(event.key)) return { name: "flip", by: Number(event.key) - 1 };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const name = (event.shiftKey && SHIFTED[key]) || WORKS.get(key);
  return name ? { name, by: event.shiftKey ? 10 : 1 } : null;
}

export function helpDialog() {
  return keysDialog(
    el("div.columns", {}, KEYS.map(([group, rows]) => el("section", {}, el("h3", {}, group), keyList(rows)))),
    el(
      "label.letters-work",
      {},
      el("input", {
        type: "checkbox",
        checked: letters(),
        onchange: ({ target }) => localStorage.setItem(KEPT, target.checked ? "on" : "off"),
      }),
      " Letters and signs work as keys",
    ),
  );
}
