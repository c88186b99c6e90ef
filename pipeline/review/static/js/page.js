// The parts of the page, and where they lie. What they do is asked of the application.

import { button as made, el, icon } from "./dom.js";
import { helpDialog } from "./keys.js";
import "./panel.js";
import { SCOPES, SPEEDS } from "./view.js";
import "./timeline.js";

// `act(name)` does what a key of that name does; `filtered(changed)` what a filter asks for.
export function partsOf(app, film) {
  const { act, filtered } = app;
  const glyph = (name, words, key, does, given = {}) => made(words, does, { glyph: name, key, kind: "icon", ...given });
  const filter = (label, name) => el("select", { "aria-label": label, onchange: ({ target }) => filtered({ [name]: target.value }) });
  return {
    title: el("h1", {}, film.title),
    length: el("span.length"),
    news: el("span.news", { role: "status" }),
    me: el("a.me", { href: "/account", title: "Your account" }),
    find: el("input", { type: "search", placeholder: "Find a shot", "aria-label": "Find a shot", oninput: ({ target }) => filtered({ find: target.value }) }),
    cut: el("select.cut", { "aria-label": "Whose takes", title: "Whose takes (V)", onchange: ({ target }) => app.setCut(target.value) }),
    state: filter("Which shots", "state"),
    scene: filter("Which scene", "scene"),
    who: filter("With whom", "who"),
    sheet: el("a.link", { target: "_blank", rel: "noopener", title: "A contact sheet of the shots that are listed, to print" }, "Sheet"),
    notice: el("div.notice", { role: "status", hidden: true }, el("span"), el("button", { type: "button", hidden: true }, "Try now")),
    screen: el("review-screen"),
    panel: el("shot-panel"),
    line: el("time-line"),
    strip: el("shot-strip"),
    timecode: el("span.timecode"),
    counter: el("span.counter"),
    marks: el("span.marks"),
    play: glyph("play", "Play", "Space", act("toggle")),
    loop: glyph("loop", "Again and again", "P", act("loop"), { "aria-pressed": "false" }),
    mute: glyph("sound", "Mute", "M", act("mute")),
    speed: el(
      "select.speed",
      { "aria-label": "Speed", title: "Speed (− =)", onchange: ({ target }) => app.view.setSpeed(Number(target.value)) },
      SPEEDS.map((speed) => el("option", { value: speed, selected: speed === 1 }, `${speed}×`)),
    ),
    scopes: SCOPES.map(([name, words, title]) =>
      el("button", { type: "button", title: `See ${title} (S)`, onclick: () => app.view.setScope(name) }, words),
    ),
    help: helpDialog(),
    said: el("p.spoken", { "aria-live": "polite" }),
    glyph,
  };
}

export function laidOut(app, parts) {
  const { act, names } = app;
  return [
    el(
      "header.top",
      {},
      el("img.logo", { src: "/static/icon.svg", alt: "" }),
      names.length > 1 ? filmsOf(app) : parts.title,
      parts.length,
      parts.news,
      el("div.filters", {}, parts.find, parts.cut, parts.state, parts.scene, parts.who),
      parts.me,
      parts.sheet,
      made("Keys", act("help"), { key: "?", kind: "keys" }),
    ),
    parts.notice,
    el("main", {}, el("div.stage", {}, parts.screen, transportOf(app, parts), parts.line), parts.panel),
    parts.strip,
    parts.help,
    parts.said,
  ];
}

function transportOf({ act }, { glyph, ...parts }) {
  return el(
    "div.transport",
    { role: "group", "aria-label": "Player" },
    el(
      "div.buttons",
      {},
      glyph("previous", "The shot before", "↑", act("previous")),
      glyph("back", "One frame back", "←", act("back")),
      parts.play,
      glyph("forward", "One frame on", "→", act("on")),
      glyph("next", "The next shot", "↓", act("next")),
      parts.loop,
      parts.mute,
      parts.speed,
    ),
    el("div.place", {}, parts.timecode, parts.counter),
    el("div.ends", {}, parts.marks, el("div.scopes", { role: "group", "aria-label": "What plays" }, parts.scopes)),
  );
}

function filmsOf({ names, name }) {
  const option = ({ id, title }) => el("option", { value: id, selected: id === name }, title);
  const go = ({ target }) => {
    location.search = new URLSearchParams({ film: target.value });
  };
  return el("select.film", { "aria-label": "Film", onchange: go }, names.map(option));
}

// How the player stands: what it does, where in and out are, and what plays.
export function showTransport(parts, { player, film, sound, view }) {
  const playing = player.rate !== 0;
  const words = playing ? "Stop (Space)" : "Play (Space)";
  if (parts.play.title !== words) {
    parts.play.replaceChildren(icon(playing ? "pause" : "play"));
    parts.play.title = words;
    parts.play.setAttribute("aria-label", words);
  }
  parts.loop.setAttribute("aria-pressed", String(player.loop));
  parts.mute.replaceChildren(icon(sound.muted || !sound.there ? "mute" : "sound"));
  parts.mute.setAttribute("aria-pressed", String(sound.muted));
  parts.mute.disabled = !sound.there;
  parts.mute.title = sound.there ? "Mute (M)" : "The film has no mix yet";
  parts.speed.value = player.speed;
  const ends = [];
  if (playing && player.rate !== player.speed) {
    ends.push(el("span.rate", {}, `${player.rate > 0 ? "" : "−"}${Math.abs(player.rate)}×`));
  }
  const [from, to] = player.marks;
  if (from !== null) ends.push(el("span", {}, el("b", {}, "In "), film.timecode(from)));
  if (to !== null) ends.push(el("span", {}, el("b", {}, "Out "), film.timecode(to)));
  parts.marks.replaceChildren(...ends);
  SCOPES.forEach(([name], number) => parts.scopes[number].setAttribute("aria-pressed", String(name === view.scope)));
  parts.length.textContent = `${film.timecode(film.frames)} · ${film.inCut.length} shots`;
}
