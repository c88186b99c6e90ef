// Signing in with a name and a password, and back to where somebody wanted to go.

import { ask, holdBack } from "./asking.js";

const WORDS = "Sign in";
const form = document.querySelector("form");
const said = document.querySelector(".said");
const button = document.querySelector(".go");
const query = new URLSearchParams(location.search);

if (query.has("ended")) say("Your session has ended.", "plain");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password } = form.elements;
  button.disabled = true;
  button.textContent = "Signing in …";
  say("");
  try {
    await ask("POST", "/api/session", { name: name.value, password: password.value });
    location.replace(wanted());
  } catch (error) {
    wrong(error);
  }
});

form.addEventListener("input", () => mark(false));

function wrong(error) {
  const { password } = form.elements;
  const wait = error.wait ?? 0;
  holdBack(button, wait, WORDS);
  if (error.status === 429) say("Too many tries. Try again when the time is up.");
  else if (error.status === 401) say("The name or the password is wrong.");
  else say(error.sentence ?? "Something went wrong on this page.");
  if (error.status === 401) {
    mark(true);
    password.focus();
    password.select();
  }
  if (!("sentence" in error)) throw error;
}

function mark(wrongly) {
  for (const field of [form.elements.name, form.elements.password]) field.setAttribute("aria-invalid", String(wrongly));
}

function say(words, kind = "bad") {
  said.textContent = words;
  said.dataset.kind = kind;
}

// A page of this server and of no other, whatever the address says.
function wanted() {
  const said = query.get("to") ?? "/";
  const to = new URL(URL.canParse(said, location.origin) ? said : "/", location.origin);
  return to.origin === location.origin && !to.pathname.startsWith("/login") ? to.pathname + to.search : "/";
}
