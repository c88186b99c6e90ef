// What each name of keys.js does.

import { WHY_NOT } from "./acts.js";

export function commandsOf(app) {
  const { player, view, desk, remarks, parts, sound } = app;
  const ends = () => [player.range[0], player.range[1] - 1];
  return {
    toggle: () => player.toggle(),
    forwards: () => player.shuttle(1),
    backwards: () => player.shuttle(-1),
    stop: () => player.stop(),
    back: (by) => player.step(-by),
    on: (by) => player.step(by),
    first: () => player.seek(ends()[0], { heard: true }),
    last: () => player.seek(ends()[1], { heard: true }),
    previous: () => app.beside(-1),
    next: () => app.beside(1),
    in: () => player.mark(0),
    out: () => player.mark(1),
    unmark: () => player.clearMarks(),
    loop: () => {
      player.loop = !player.loop;
      app.showTransport();
    },
    mute: () => {
      sound.setMuted(!sound.muted);
      app.showTransport();
    },
    slower: () => view.faster(-1),
    faster: () => view.faster(1),
    scope: () => view.nextScope(),
    flip: (number) => view.flip(number),
    compare: () => view.nextMode(),
    less: () => view.nudge(-1),
    more: () => view.nudge(1),
    cut: () => app.nextCut(),
    approve: () => desk.decide({ kind: view.take?.circled ? "unapprove" : "approve", take: view.take?.number || null }),
    retake: () => remarks.retake(),
    omit: () => desk.decide({ kind: view.shot.omitted ? "restore" : "omit" }),
    note: () => remarks.write(),
    undo: () => desk.decide({ kind: desk.story && !desk.story.undoes && desk.story.redoes ? "redo" : "undo" }),
    redo: () => desk.story?.redoes && desk.may("decide") && desk.decide({ kind: "redo" }),
    draw: () => remarks.draw(),
    unstroke: () => remarks.drawing && remarks.unstroke(),
    leave: () => (remarks.drawing || remarks.retaking) && remarks.leave(),
    noteBefore: () => remarks.beside(-1),
    noteAfter: () => remarks.beside(1),
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : app.requestFullscreen()),
    find: () => parts.find.focus(),
    help: () => parts.help.showModal(),
  };
}

const ACTS = new Set(["approve", "retake", "omit", "note", "undo"]);
const GOING = new Set(["back", "on", "first", "last", "previous", "next"]);

// Do what a key or a button asks for; what a role may not is said instead.
export function perform(app, commands, { name, by = 1 }) {
  const { acts } = app.parts.panel;
  if (ACTS.has(name) && !acts.can(name)) {
    const words = acts.buttons[name].title;
    app.news.say(words === WHY_NOT ? words : `${words.replace(/ \(.*\)$/, "")}: not possible here.`, "bad");
    return;
  }
  commands[name](by);
  if (GOING.has(name)) app.parts.strip.choose(app.view.place);
}
