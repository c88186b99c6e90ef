"use strict";
{
  const film = document.getElementById("film");
  const told = document.getElementById("told");
  const chapters = [...document.querySelectorAll("a[data-at]")];
  const { rate, language, words } = JSON.parse(document.getElementById("facts").textContent);
  const STEP_S = 5;
  const PATIENCE_MS = 1000;

  const tell = (text) => { told.textContent = text; };

  /* Without range requests a server gives a film from its beginning only: nothing of it can be sought. */
  const canSeek = () => film.readyState === 0 || (film.seekable.length > 0 && film.seekable.end(film.seekable.length - 1) > 0);

  const play = () => film.play().catch((error) => {
    if (error.name === "NotAllowedError") tell("The browser wants a press on the film before it plays.");
  });

  function go(seconds) {
    if (!canSeek()) {
      tell("This server gives the film from its beginning only (it answers no range requests), so nobody can go to a place in it.");
      return false;
    }
    film.currentTime = Math.min(Math.max(0, seconds), film.duration || seconds);
    return true;
  }

  function step(by) {
    film.pause();
    go((Math.floor(film.currentTime * rate + 1e-6) + by + 0.5) / rate);
  }

  /* A page on a disk may not read the files of its subtitles: their words are in the page. */
  function takeWordsFromPage() {
    const seconds = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    for (const element of film.querySelectorAll("track")) element.remove();
    for (const [tag, text] of Object.entries(words)) {
      const track = film.addTextTrack("subtitles", nameOf(tag), tag);
      track.mode = "disabled";
      for (const block of text.split("\n\n").slice(1)) {
        const [times, ...rows] = block.trimEnd().split("\n");
        const [from, to] = times.split(" --> ").map(seconds);
        track.addCue(new VTTCue(from, to, rows.join("\n")));
      }
    }
  }

  function nameOf(tag) {
    try {
      return new Intl.DisplayNames([tag], { type: "language" }).of(tag) || tag;
    } catch {
      return tag;
    }
  }

  const subtitles = () => [...film.textTracks].filter((track) => track.kind === "subtitles");

  function show(wanted) {
    for (const track of subtitles()) track.mode = track === wanted ? "showing" : "disabled";
  }

  function nextSubtitles() {
    const tracks = subtitles();
    const next = tracks[tracks.findIndex((track) => track.mode === "showing") + 1];
    show(next);
    if (tracks.length) tell(next ? `Subtitles: ${nameOf(next.language)}` : "No subtitles");
  }

  /* Whoever reads another language than the film speaks gets its subtitles at once. */
  function showForReader() {
    const main = (tag) => tag.split("-")[0].toLowerCase();
    for (const own of navigator.languages) {
      if (main(own) === main(language)) return;
      const tracks = subtitles();
      const found = tracks.find((track) => track.language === own) || tracks.find((track) => main(track.language) === main(own));
      if (found) return show(found);
    }
  }

  function markChapter() {
    const now = film.currentTime + 0.5 / rate;
    const current = chapters.findLast((link) => Number(link.dataset.at) <= now);
    for (const link of chapters) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  const keys = {
    k: () => (film.paused ? play() : film.pause()),
    j: () => go(film.currentTime - STEP_S),
    l: () => go(film.currentTime + STEP_S),
    ",": () => step(-1),
    ".": () => step(1),
    m: () => { film.muted = !film.muted; },
    c: nextSubtitles,
    f: () => (document.fullscreenElement ? document.exitFullscreen() : film.requestFullscreen?.()),
  };

  film.addEventListener("keydown", (event) => {
    const does = keys[event.key.toLowerCase()];
    if (!does || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does();
  });
  for (const link of chapters) {
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (!go(Number(link.dataset.at))) return;
      tell("");
      film.focus({ preventScroll: true });
      film.scrollIntoView({ block: "nearest" });
      play();
    });
  }
  film.addEventListener("timeupdate", markChapter);
  film.addEventListener("seeked", markChapter);
  let fetching = 0;
  film.addEventListener("waiting", () => {
    clearTimeout(fetching);
    fetching = setTimeout(() => tell("The film is being fetched."), PATIENCE_MS);
  });
  for (const event of ["playing", "canplay", "pause"]) {
    film.addEventListener(event, () => {
      clearTimeout(fetching);
      if (event === "playing") tell("");
    });
  }
  const refused = () => tell("The film cannot be played. Is its file beside this page, and whole?");
  film.addEventListener("error", refused);
  film.querySelector("source").addEventListener("error", refused);

  for (const element of film.querySelectorAll("track[kind=subtitles]")) element.label = nameOf(element.srclang);
  if (location.protocol === "file:") takeWordsFromPage();
  showForReader();
  document.getElementById("keys").hidden = false;
}
