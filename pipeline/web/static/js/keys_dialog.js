// The dialog that says which keys there are; what is inside comes from the page whose keys they are.

import { el } from "./dom.js";

export function keysDialog(...inside) {
  const dialog = el(
    "dialog.help",
    { "aria-label": "Keys" },
    el(
      "form",
      { method: "dialog" },
      el("header", {}, el("h2", {}, "Keys"), el("button", { value: "close" }, "Close")),
      ...inside,
    ),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

// A list of keys, [[keys with a space between them, what they do in words]]; "–" stands between the first and the last of some.
export function keyList(rows) {
  const shown = (key) => (key === "–" ? " – " : el("kbd", {}, key));
  return el("dl", {}, rows.flatMap(([keys, words]) => [el("dt", {}, keys.split(" ").map(shown)), el("dd", {}, words)]));
}
