// Which shots the strip lists.

import { stateOf } from "./strip.js";

export const STATES = [
  ["", "all shots"],
  ["missing", "not rendered"],
  ["rendering", "rendering"],
  ["failed", "failed"],
  ["for-review", "for review"],
  ["retake", "retake"],
  ["approved", "approved"],
  ["stale", "stale"],
  ["omitted", "omitted"],
];

// What a shot is listed under: one of which a retake is asked for misses that take too, until it is rendered.
function statesOf(shot, live) {
  const states = new Set([stateOf(shot, live).state]);
  if (!shot.omitted && shot.status === "retake") states.add("retake");
  if (!shot.omitted && shot.stale.length) states.add("stale");
  return states;
}

// Places of the shots that fit {state, scene, who, find}, in the order of the film.
export function listed(film, filter, live) {
  const words = (filter.find ?? "").trim().toLowerCase().split(/\s+/).filter(Boolean);
  return film.shots.flatMap((shot, place) => {
    if (filter.state && !statesOf(shot, live[shot.id]).has(filter.state)) return [];
    if (filter.scene && film.scenes[shot.scene].id !== filter.scene) return [];
    if (filter.who && !shot.characters.includes(filter.who)) return [];
    if (words.length) {
      const slug = film.scenes[shot.scene].slug;
      const text = [shot.id, slug, shot.action, ...shot.characters].join(" ").toLowerCase();
      if (!words.every((word) => text.includes(word))) return [];
    }
    return [place];
  });
}

export function counts(film, live) {
  const found = new Map();
  for (const shot of film.shots) {
    for (const state of statesOf(shot, live[shot.id])) found.set(state, (found.get(state) ?? 0) + 1);
  }
  return found;
}

export const isFiltered = (filter) => Boolean(filter.state || filter.scene || filter.who || filter.find);
