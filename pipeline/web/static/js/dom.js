// Elements, made in few words: el("button.play", {title: "Play"}, "Play").

import { PATHS } from "./icons.js";

export function el(what, given = {}, ...inside) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag || "div");
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list" && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawn.append(path);
  return drawn;
}

// A button that says what it does, with its key.
export function button(words, does, { key, glyph, kind = "", ...given } = {}) {
  const title = key ? `${words} (${key})` : words;
  const inside = [...(glyph ? [icon(glyph)] : []), ...(kind.includes("icon") ? [] : [el("span", {}, words)])];
  return el(`button${kind ? `.${kind}` : ""}`, { type: "button", title, "aria-label": title, onclick: does, ...given }, inside);
}

// Give a canvas as many points as a screen shows of its host.
export function sharpen(canvas, host) {
  const scale = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(host.clientWidth * scale);
  canvas.height = Math.round(host.clientHeight * scale);
}

// What a person wrote: never markup, and its direction stays its own.
export const theirs = (tag, words) => el(tag, { dir: "auto" }, words);

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

// When something was: the hour today, else the day and the hour.
export function moment(at) {
  const when = new Date(at);
  const today = when.toDateString() === new Date().toDateString();
  const words = today ? HOUR.format(when) : `${DAY.format(when)}, ${HOUR.format(when)}`;
  return el("time", { dateTime: at, title: when.toLocaleString() }, words);
}

export const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");
