// What follows from what: each event of the player, the view, the desk and the page, and what is done with it.

import * as address from "./address.js";
import { sentence } from "./dom.js";
import { stateOf } from "./strip.js";

export function wire(app) {
  ofPlayer(app);
  ofView(app);
  ofDesk(app);
  ofPanel(app);
  globalThis.addEventListener("keydown", (event) => app.key(event));
  globalThis.addEventListener("popstate", () => app.openAddress(address.said()));
}

function ofPlayer(app) {
  const { player, view, parts } = app;
  player.addEventListener("paint", ({ detail }) => {
    parts.screen.show(player.frame, detail);
    if (detail.every(({ clip }) => !clip)) app.card();
  });
  player.addEventListener("waiting", ({ detail }) => {
    const trouble = detail.map(({ clip, frame }) => clip && app.frames.trouble(clip, frame)).find(Boolean);
    if (trouble) parts.screen.say(sentence(trouble), "It is asked for again when you come back to it.");
    else parts.screen.wait();
  });
  player.addEventListener("change", () => app.showTransport());
  parts.screen.addEventListener("redraw", () => {
    view.amounts.wipe = parts.screen.split;
    if (!player.rate) player.paint();
  });
  parts.line.addEventListener("seek", ({ detail }) => player.seek(detail, { heard: true }));
}

function ofView(app) {
  const { view, parts } = app;
  parts.strip.addEventListener("choose", ({ detail }) => view.goTo(detail));
  view.addEventListener("layers", ({ detail }) => app.layers(detail));
  view.addEventListener("amount", () => app.amounts());
  view.addEventListener("moved", () => app.moved());
  view.addEventListener("changed", () => app.changed());
  view.addEventListener("arrived", () => {
    const { shot } = view;
    app.changed();
    parts.said.textContent = `shot ${shot.id}, ${stateOf(shot, app.live[shot.id]).words}`;
  });
}

function ofDesk(app) {
  const { desk } = app;
  for (const what of ["story", "trouble", "busy"]) desk.addEventListener(what, () => app.changed());
  desk.addEventListener("said", ({ detail: { words } }) => app.news.say(words));
}

function ofPanel(app) {
  const { view, desk, remarks } = app;
  const { panel } = app.parts;
  panel.addEventListener("act", ({ detail }) => app.perform({ name: detail }));
  panel.addEventListener("flip", ({ detail }) => view.flip(detail));
  panel.addEventListener("mode", ({ detail }) => view.setMode(detail));
  panel.addEventListener("second", ({ detail }) => view.setSecond(detail));
  panel.addEventListener("amount", ({ detail }) => view.setAmount(detail));
  panel.addEventListener("rerun", ({ detail }) => desk.rerun(detail));
  panel.addEventListener("cancel", ({ detail }) => desk.cancel(detail));
  panel.addEventListener("dismiss", () => desk.forget());
  panel.addEventListener("again", () => {
    const { kind } = desk.trouble.what;
    if (kind === "note" || kind === "retake") remarks.send();
    else desk.again();
  });
}
