// The page of a shared film: it waits until the film is there, and the keys of the film.

import { json } from "./api.js";
import { keyList, keysDialog } from "./keys_dialog.js";

const LOOK_MS = 700;
const SKIP_S = 5;
const FAR_S = 10;

const here = `${location.origin}${location.pathname}`;

async function wait() {
  try {
    const { state } = await json(`${here}/state`);
    if (state !== "making") {
      location.reload();
      return;
    }
  } catch (error) {
    if (error.status === 410) {
      location.reload();
      return;
    }
  }
  setTimeout(wait, LOOK_MS);
}

function show(film) {
  const told = document.getElementById("told");
  const tell = (words) => { told.textContent = words; };
  const copy = document.getElementById("copy");
  const keys = document.getElementById("keys");
  const dialog = keysDialog(keyList([
    ["Space K", "play or pause"],
    ["← →", "five seconds"],
    ["J L", "ten seconds"],
    ["M", "mute"],
    ["F", "fill the screen"],
    ["?", "these keys"],
  ]));
  document.body.append(dialog);
  const play = () => film.play().catch((error) => {
    if (error.name === "NotAllowedError") tell("The browser wants a press on the film before it plays.");
  });
  const skip = (seconds) => { film.currentTime = Math.min(Math.max(0, film.currentTime + seconds), film.duration || 0); };
  const toggle = () => (film.paused ? play() : film.pause());
  const works = {
    " ": toggle,
    k: toggle,
    ArrowLeft: () => skip(-SKIP_S),
    ArrowRight: () => skip(SKIP_S),
    j: () => skip(-FAR_S),
    l: () => skip(FAR_S),
    m: () => { film.muted = !film.muted; },
    f: () => (document.fullscreenElement ? document.exitFullscreen() : film.requestFullscreen?.()),
    "?": () => dialog.showModal(),
  };
  globalThis.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || dialog.open) return;
    if (event.key === " " && event.target.matches("a, button")) return;
    const does = works[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
  film.addEventListener("playing", () => tell(""));
  const refused = () => tell("The film cannot be played: it is gone, or the server is. Load the page again.");
  film.addEventListener("error", refused);
  film.querySelector("source").addEventListener("error", refused);
  keys.addEventListener("click", () => dialog.showModal());
  keys.hidden = false;
  if (!navigator.clipboard) return; // it is for pages that were fetched safely
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(here);
      tell("The link is copied.");
    } catch {
      tell(`The browser does not let the page copy. The link is ${here}`);
    }
  });
  copy.hidden = false;
}

if (document.body.dataset.state === "making") wait();
const film = document.getElementById("film");
if (film) show(film);
