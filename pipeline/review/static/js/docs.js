// What scripts can ask: the operations of the server's own description, by their groups.

import { ask } from "./asking.js";
import { el } from "./dom.js";
import { section } from "./sections.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const sheet = document.querySelector(".sheet");
const find = document.querySelector("#find");

start();

async function start() {
  let told;
  try {
    told = await ask("GET", "/api/openapi.json");
  } catch (error) {
    return sheet.replaceChildren(el("p.said", { role: "alert" }, error.sentence));
  }
  const groups = new Map();
  for (const [path, methods] of Object.entries(told.paths))
    for (const method of METHODS.filter((one) => methods[one])) {
      const what = methods[method];
      const tag = what.tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(method, path, what, told.components?.schemas ?? {}));
    }
  const sections = [...groups].map(([tag, made]) => section(tag.charAt(0).toUpperCase() + tag.slice(1), "", ...made));
  sheet.replaceChildren(intro(told), ...sections, el("p.wait.none", { hidden: true }, "No operation is like that."));
  find.addEventListener("input", () => narrow(sections));
}

function intro(told) {
  const example = `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/api/films`;
  return section(
    `${told.info.title} ${told.info.version}`,
    el(
      "span",
      {},
      "Scripts use what the page uses. Make a token on ",
      el("a", { href: "/account" }, "your page"),
      " or by ",
      el("code", {}, "shotfarm review token add"),
      ", and send it as a bearer. What goes wrong is told as ",
      el("code", {}, '{"error": …, "hint": …}'),
      ". For programs: ",
      el("a", { href: "/api/openapi.json" }, "openapi.json"),
      ".",
    ),
    el("pre", {}, example),
  );
}

function operation(method, path, what, schemas) {
  const inside = el("div.inside", {});
  const made = el(
    "details.operation",
    {},
    el("summary", {}, el("span.method", { "data-method": method }, method.toUpperCase()), el("code", {}, path), el("span.what", {}, firstOf(what))),
    inside,
  );
  made.dataset.words = `${method} ${path} ${what.description ?? what.summary ?? ""}`.toLowerCase();
  made.addEventListener("toggle", () => made.open && !inside.childElementCount && inside.append(...details(what, schemas)), { once: true });
  return made;
}

function firstOf(what) {
  return (what.description ?? what.summary ?? "").split(/(?<=[.!?])\s/)[0];
}

function details(what, schemas) {
  const parts = [el("p", {}, what.description ?? what.summary ?? "")];
  if (what.parameters?.length) {
    const words = ({ name, in: where, required, schema }) => `${name} (${where}${required ? "" : ", optional"}): ${kind(schema)}`;
    parts.push(el("h3", {}, "Parameters"), el("pre", {}, what.parameters.map(words).join("\n")));
  }
  const sent = what.requestBody?.content?.["application/json"]?.schema;
  if (sent) parts.push(el("h3", {}, "Sent"), el("pre", {}, shape(sent, schemas)));
  for (const [status, answer] of Object.entries(what.responses ?? {})) {
    if (status === "422") continue; // every one that is sent something: what is wrong with it, in words
    const [form, { schema } = {}] = Object.entries(answer.content ?? {})[0] ?? [];
    parts.push(el("h3", {}, `Answer ${status}${form ? `, ${form}` : ""}`));
    if (schema && Object.keys(schema).length) parts.push(el("pre", {}, shape(schema, schemas)));
  }
  return parts;
}

// A schema as an example of its form: names, kinds, and what is nested, a few levels deep.
function shape(schema, schemas, depth = 0) {
  const found = resolved(schema, schemas);
  const gap = "  ".repeat(depth + 1);
  if (found.properties && depth < 4) {
    const needed = new Set(found.required ?? []);
    const lines = Object.entries(found.properties).map(([name, one]) => {
      const note = one.description ? `  // ${one.description.replaceAll("\n", " ")}` : "";
      return `${gap}${name}${needed.has(name) ? "" : "?"}: ${shape(one, schemas, depth + 1)}${note}`;
    });
    return `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
  }
  if (found.type === "array" && found.items) return `[ ${shape(found.items, schemas, depth)}, … ]`;
  const one = (found.anyOf ?? found.oneOf ?? []).map((each) => shape(each, schemas, depth));
  return one.length ? one.join(" | ") : kind(found);
}

function resolved(schema, schemas) {
  const name = schema.$ref?.split("/").pop();
  return name ? (schemas[name] ?? {}) : schema;
}

function kind(schema = {}) {
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(kind).join(" | ");
  if (schema.$ref) return schema.$ref.split("/").pop();
  return (schema.format ? `${schema.type} (${schema.format})` : schema.type) ?? "anything";
}

function narrow(sections) {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let some = false;
  for (const one of sections) {
    const made = [...one.querySelectorAll(".operation")];
    for (const each of made) each.hidden = !words.every((word) => each.dataset.words.includes(word));
    one.hidden = made.every(({ hidden }) => hidden);
    some ||= !one.hidden;
  }
  document.querySelector(".none").hidden = some;
}
