// Parts that the pages of people are made of: a section, a table, a form that says what came of it.

import { ask } from "./asking.js";
import { el } from "./dom.js";

export const ROLES = ["viewer", "reviewer", "producer"]; // of people, from the least to the most

export function section(title, why, ...inside) {
  return el("section", {}, el("h2", {}, title), why ? el("p.why", {}, why) : null, ...inside);
}

// Rows of cells: words, an element, or a list of buttons for the last one.
export function table(headings, rows, none) {
  if (!rows.length) return el("p.wait", {}, none);
  const head = el("tr", {}, headings.map((words) => el("th", { scope: "col" }, words)));
  const body = rows.map(({ cells, acts = [], over = false }) =>
    el(over ? "tr.over" : "tr", {}, cells.map((cell) => el("td", {}, cell)), el("td.acts", {}, acts)),
  );
  if (rows.some(({ acts }) => acts)) head.append(el("th", {}));
  return el("div.scroll", {}, el("table", {}, el("thead", {}, head), el("tbody", {}, body)));
}

export function field(words, given = {}) {
  const option = ([value, said]) => el("option", { value, defaultSelected: value === given.value }, said);
  const input = given.options
    ? el("select.field", { name: given.name }, given.options.map(option))
    : el("input.field", given);
  return el("label", {}, words, input);
}

// What is filled in goes to `sent`; what goes wrong is said under it, and so are its words when it went well.
export function form(words, fields, sent) {
  const said = el("p.said", { role: "status" });
  const button = el("button.go", {}, words);
  const made = el("form", {}, fields, button, said);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await told(said, () => sent(Object.fromEntries(new FormData(made))), () => made.reset());
    button.disabled = false;
  });
  return made;
}

export async function told(said, act, after = () => {}) {
  said.textContent = "";
  try {
    const done = await act();
    after();
    said.dataset.kind = "good";
    said.replaceChildren(done ?? "");
  } catch (error) {
    said.dataset.kind = "bad";
    said.textContent = error.sentence ?? "Something went wrong on this page.";
    if (error.sentence === undefined) throw error;
  }
}

// A text that is shown once, to be copied.
export function shownOnce(words, text) {
  const button = el("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  });
  return el("span", {}, words, el("span.once", {}, el("code", {}, text), navigator.clipboard ? button : null));
}

// Asks once more before it is done: the first press says what it would do.
export function sure(words, question, act) {
  const button = el("button", { type: "button" }, words);
  button.addEventListener("blur", () => (button.textContent = words));
  button.addEventListener("click", () => {
    if (button.textContent === question) act();
    else button.textContent = question;
  });
  return button;
}

// A section whose table is asked for anew after each change.
export function living(title, why, path, shown, ...more) {
  const place = el("div", {}, el("p.wait", {}, "Looking up …"));
  const said = el("p.said", { role: "alert" });
  const refresh = async () => {
    try {
      place.replaceChildren(shown(await ask("GET", path), change));
    } catch (error) {
      place.replaceChildren(el("p.said", { role: "alert" }, error.sentence ?? String(error)));
    }
  };
  const change = async (method, at, body) => {
    said.textContent = "";
    try {
      await ask(method, at, body);
    } catch (error) {
      said.textContent = error.sentence ?? String(error);
    }
    await refresh();
  };
  refresh();
  return section(title, why, place, said, ...more.map((make) => make(refresh)));
}

// Of what a browser calls itself, the part that people know.
export function browser(agent) {
  const known = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/.exec(agent);
  const system = /Windows|Mac OS X|Android|iPhone|iPad|Linux/.exec(agent);
  const names = { Edg: "Edge", OPR: "Opera" };
  return known ? `${names[known[1]] ?? known[1]} ${known[2]}${system ? `, ${system[0]}` : ""}` : agent || "—";
}
