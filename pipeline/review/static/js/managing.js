// What producers look after: people, links that are shared, and who did what.

import { ask, moment } from "./asking.js";
import { el } from "./dom.js";
import { browser, field, form, living, ROLES, shownOnce, sure, table } from "./sections.js";

const WHAT = { viewer: "looks", reviewer: "notes and decides", producer: "manages too" };
const DAYS = 30; // of the trail

export async function managing() {
  const { films } = await ask("GET", "/api/films");
  return [people(), ...films.map(links), trail()];
}

function people() {
  const rows = ({ people: all }, change) =>
    table(
      ["Name", "Role", "Signed in", "Since"],
      all.map((one) => ({
        cells: [one.name, role(one, change), browsers(one.sessions), moment(one.made_at)],
        acts: [sure("Remove", `Remove ${one.name}?`, () => change("DELETE", `/api/people/${one.id}`))],
      })),
      "There is nobody.",
    );
  const fields = [
    field("Name", { name: "name", required: true, maxLength: 60, autocomplete: "off" }),
    field("Role", { name: "role", options: ROLES.map((one) => [one, `${one}: ${WHAT[one]}`]), value: "reviewer" }),
    field("First password", { name: "password", type: "password", required: true, autocomplete: "new-password" }),
  ];
  const add = (refresh) =>
    form("Add somebody", fields, async (given) => {
      const made = await ask("POST", "/api/people", given);
      await refresh();
      return `${made.name} may sign in now.`;
    });
  const made = living("People", "What somebody decided stays when they are removed.", "/api/people", rows, add);
  made.id = "people";
  return made;
}

function role(one, change) {
  const chosen = el(
    "select",
    { "aria-label": `Role of ${one.name}`, onchange: () => change("PATCH", `/api/people/${one.id}`, { role: chosen.value }) },
    ROLES.map((name) => el("option", { value: name }, name)),
  );
  chosen.value = one.role;
  return chosen;
}

function browsers(number) {
  return number ? `in ${number} ${number === 1 ? "browser" : "browsers"}` : "no";
}

function links({ id, title }) {
  const path = `/api/films/${encodeURIComponent(id)}/links`;
  const rows = ({ links: all }, change) => {
    const versions = all.some((one) => one.version);
    return table(
      ["For", "Shots", ...(versions ? ["Version"] : []), "Made by", "Opens"],
      all.map((one) => ({
        over: !one.holds,
        cells: [one.name, one.shots?.join(", ") ?? "all", ...(versions ? [one.version || "—"] : []), one.by, opens(one)],
        acts: one.holds ? [sure("End it", "End it now?", () => change("DELETE", `${path}/${one.id}`))] : [],
      })),
      "Nothing is shared.",
    );
  };
  const fields = [
    field("Whom it is for", { name: "name", required: true, maxLength: 60 }),
    field("Days", { name: "days", type: "number", min: 1, max: 366, defaultValue: 7, required: true }),
    field("Shots (none: all of them)", { name: "shots", placeholder: "2A, 3B" }),
  ];
  const make = (refresh) =>
    form("Make a link", fields, async ({ name, days, shots }) => {
      const only = shots.split(",").map((one) => one.trim()).filter(Boolean);
      const made = await ask("POST", path, { name, days: Number(days), shots: only.length ? only : null });
      await refresh();
      return shownOnce("Copy it now; it is never shown again.", made.url);
    });
  const why = "Whoever has such a link watches this film and leaves notes; they decide nothing, and see no other film.";
  const made = living(`Links to ${title}`, why, path, rows, make);
  made.id = `links-${id}`;
  return made;
}

const opens = (one) => (one.revoked_at ? `ended on ${moment(one.revoked_at)}` : `${one.holds ? "until" : "ended on"} ${moment(one.ends_at)}`);

function trail() {
  const rows = ({ entries }) =>
    table(
      ["When", "Who", "Did", "What", "From"],
      entries.reverse().map((one) => ({
        cells: [moment(one.at), one.who || "—", one.kind, one.kind === "signed in" ? browser(one.about) : one.about, one.address || "—"],
      })),
      "Nothing has happened.",
    );
  const made = living("Who did what", `In the last ${DAYS} days, the latest first.`, `/api/audit?days=${DAYS}`, rows);
  made.id = "trail";
  return made;
}
