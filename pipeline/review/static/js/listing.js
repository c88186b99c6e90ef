// Which shots the strip lists: the choices in the head of the page, and what comes of them.

import { counts, isFiltered, listed, STATES } from "./filters.js";

// Shows choices and strip; the places of the shots that are listed.
export function showListed(parts, { film, name, filter, live, paths, view }) {
  const found = counts(film, live);
  const states = STATES.filter(([state]) => !state || found.has(state) || filter.state === state);
  const counted = states.map(([state, words]) => [state, `${words} (${state ? (found.get(state) ?? 0) : film.shots.length})`]);
  fill(parts.state, counted, filter.state);
  fill(parts.scene, [["", "every scene"], ...film.scenes.map(({ id, slug }) => [id, `${id} ${slug}`])], filter.scene);
  const people = [...new Set(film.shots.flatMap(({ characters }) => characters))].sort();
  fill(parts.who, [["", "everybody"], ...people.map((name) => [name, name])], filter.who);
  const cuts = film.cuts ?? [];
  fill(parts.cut, cuts.map((name) => [name, `takes of ${name}`]), film.renderer);
  parts.cut.classList.remove("active");
  parts.cut.hidden = cuts.length < 2;
  parts.who.hidden = !people.length;
  parts.scene.hidden = film.scenes.length < 2;
  if (parts.find.value !== filter.find) parts.find.value = filter.find ?? "";
  const said = Object.entries({ ...filter, renderer: paths.renderer }).filter(([, value]) => value);
  parts.sheet.href = `/sheet/${encodeURIComponent(name)}?${new URLSearchParams(said)}`;
  const places = listed(film, filter, live);
  const words = isFiltered(filter) ? "No shot is like that." : "The film has no shots.";
  parts.strip.show(film, paths, places, words);
  parts.strip.choose(view.place);
  return places;
}

// A choice that is not the first is told apart.
function fill(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
  }
  select.value = chosen ?? "";
  select.classList.toggle("active", Boolean(chosen));
}
