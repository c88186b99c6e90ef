// Opening a link that somebody was sent. What it is made of stands after the hash, which no server is sent;
// it leaves the address at once, so that it stays in no history.

import { ask, day, holdBack, sentence } from "./asking.js";
import { el } from "./dom.js";

const link = decodeURIComponent(location.hash.slice(1));
const place = document.querySelector(".opens");
history.replaceState(null, "", location.pathname);
window.addEventListener("hashchange", () => location.reload()); // another link, into the same window

if (link) look();
else refuse("This link is not whole", "Open it as it was sent to you, to its last letter.");

async function look() {
  try {
    invite(await ask("POST", "/api/share/look", { link }));
  } catch (error) {
    if (error.sentence === undefined) throw error;
    refuse(sentence(error.message).replace(/\.$/, ""), error.hint && sentence(error.hint), error.status === 0 && look);
  }
}

function invite({ title, shots, name, ends_at, signed_in_as: me }) {
  const said = el("p.said", { role: "alert" });
  const button = el("button.go", {}, "Watch");
  const field = el("input", { name: "guest", autocomplete: "name", maxLength: 60, autofocus: true });
  const form = el(
    "form",
    { onsubmit: (event) => open(event, field, button, said) },
    el("label", {}, "Your name, if you like: it stands beside your notes", field),
    said,
    button,
  );
  const what = shots ? ` · ${shots.length === 1 ? "shot" : "shots"} ${shots.join(", ")}` : "";
  place.replaceChildren(
    el("h1", {}, title),
    el("p.for", {}, `Shared with ${name}${what}`),
    form,
    el("p.aside", {}, `You can watch and leave notes until ${day(ends_at)}.`),
    ...(me ? [el("p.aside", {}, `You are signed in as ${me}: the link signs you out, unless you open it in a private window.`)] : []),
  );
  field.focus();
}

async function open(event, field, button, said) {
  event.preventDefault();
  button.disabled = true;
  button.textContent = "Opening …";
  said.textContent = "";
  try {
    await ask("POST", "/api/share", { link, name: field.value });
    location.replace("/");
  } catch (error) {
    holdBack(button, error.wait ?? 0, "Watch");
    said.textContent = error.sentence ?? "Something went wrong on this page.";
    if (error.sentence === undefined) throw error;
  }
}

function refuse(words, more, again) {
  const retry = again ? el("button", { onclick: again }, "Try again") : null;
  place.replaceChildren(el("h1", {}, words), el("p.words", {}, more ?? ""), ...(retry ? [el("p.aside", {}, retry)] : []));
}
