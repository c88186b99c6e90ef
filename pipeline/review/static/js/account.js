// What people change of themselves, and producers of others.

import { ask, moment } from "./asking.js";
import { el } from "./dom.js";
import { managing } from "./managing.js";
import { browser, field, form, living, ROLES, section, shownOnce, sure, table } from "./sections.js";

const sheet = document.querySelector(".sheet");
const out = document.querySelector(".out");

start();

async function start() {
  let me;
  try {
    me = await ask("GET", "/api/me");
  } catch (error) {
    if (error.status === 401) return location.replace(`/login?${new URLSearchParams({ to: "/account" })}`);
    return sheet.replaceChildren(el("p.said", { role: "alert" }, error.sentence));
  }
  document.querySelector(".me").textContent = `${me.name} · ${me.role}`;
  out.hidden = !me.signed_in;
  out.addEventListener("click", async () => {
    await ask("DELETE", "/api/session");
    location.replace("/login");
  });
  const parts = [];
  if (me.has_account) parts.push(sessions(), password(), tokens(me));
  if (me.shares && me.rights.includes("manage")) parts.push(...(await managing()));
  if (!parts.length) parts.push(section("Nothing to look after here", nothing(me)));
  sheet.replaceChildren(...parts);
  document.querySelector(`${location.hash || "#none"}`)?.scrollIntoView();
}

function nothing(me) {
  return me.role === "client"
    ? "You came by a link, so there is no password and nothing to sign out of but this visit."
    : "This server is for whoever started it. Start it with --host or --public-url, and people sign in.";
}

function sessions() {
  const rows = ({ sessions: all }, change) =>
    table(
      ["Browser", "From", "Last seen", "Ends"],
      all.map((one) => ({
        cells: [browser(one.agent), one.address, one.this ? "now, here" : moment(one.seen_at), moment(one.ends_at)],
        acts: one.this ? [] : [sure("Sign out", "Sign it out?", () => change("DELETE", `/api/me/sessions/${one.id}`))],
      })),
      "",
    );
  return living("Where you are signed in", "", "/api/me/sessions", rows);
}

function password() {
  const secret = (name, words, complete) =>
    field(words, { name, type: "password", autocomplete: complete, maxLength: 500, required: true });
  const fields = [
    secret("old", "Your password", "current-password"),
    secret("new", "A new one", "new-password"),
    secret("again", "Once more", "new-password"),
  ];
  const why = "Ten letters at least; a few words do. You are signed out everywhere else then, and your tokens hold no more.";
  const sent = async ({ old, new: fresh, again }) => {
    if (fresh !== again) return Promise.reject(Object.assign(new Error(), { sentence: "The two new ones are not the same." }));
    await ask("POST", "/api/me/password", { old, new: fresh });
    return "You have another password.";
  };
  return section("Password", why, form("Change", fields, sent));
}

function tokens(me) {
  const rows = ({ tokens: all }, change) =>
    table(
      ["For", "May as much as a", "Last used", "Ends"],
      all.map((one) => ({
        cells: [one.name, one.role, moment(one.used_at) || "never", moment(one.ends_at) || "when it is revoked"],
        acts: [sure("Revoke", "Revoke it?", () => change("DELETE", `/api/me/tokens/${one.id}`))],
      })),
      "There are none.",
    );
  const may = ROLES.slice(0, ROLES.indexOf(me.role) + 1).map((role) => [role, role]);
  const fields = [
    field("What it is for", { name: "name", required: true, maxLength: 60 }),
    field("May as much as a", { name: "role", options: may, value: me.role }),
    field("Days (none: until it is revoked)", { name: "days", type: "number", min: 1, max: 366 }),
  ];
  const make = (refresh) =>
    form("Make a token", fields, async ({ name, role, days }) => {
      const made = await ask("POST", "/api/me/tokens", { name, role, days: days ? Number(days) : null });
      await refresh();
      return shownOnce("Copy it now; it is never shown again.", made.text);
    });
  const why = el("span", {}, "With one, a script of yours uses the same API: ", el("a", { href: "/api/docs" }, "what it can ask"), ".");
  return living("Tokens", why, "/api/me/tokens", rows, make);
}
