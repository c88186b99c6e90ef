// Fields for the options of a renderer, from the JSON schema of them: what is allowed, what stands now, what is asked.

import { el } from "./dom.js";

// {name, label, about, kind: boolean | choice | number | text | json, choices, least, most, whole, nullable} each.
export function optionsOf(schema) {
  return Object.entries(schema?.properties ?? {}).map(([name, given]) => {
    const { found, nullable } = resolved(given, schema.$defs ?? {});
    return {
      name,
      label: name.replaceAll("_", " "),
      about: given.description ?? found.description ?? "",
      fallback: given.default,
      nullable,
      ...kindOf(found),
    };
  });
}

function resolved(given, named) {
  let found = given;
  let nullable = false;
  for (let by = 0; by < 20; by++) {
    const several = found.anyOf ?? found.oneOf ?? found.allOf;
    if (found.$ref) {
      found = named[found.$ref.split("/").at(-1)] ?? {};
    } else if (several) {
      const real = several.filter(({ type }) => type !== "null");
      nullable ||= real.length < several.length;
      if (real.length !== 1) return { found: {}, nullable };
      [found] = real;
    } else {
      break;
    }
  }
  return { found, nullable };
}

function kindOf({ type, enum: choices, const: only, minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  if (choices) return { kind: "choice", choices };
  if (only !== undefined) return { kind: "choice", choices: [only] };
  if (type === "boolean") return { kind: "boolean" };
  if (type === "integer" || type === "number") {
    const least = minimum ?? exclusiveMinimum;
    return { kind: "number", whole: type === "integer", least, most: maximum ?? exclusiveMaximum };
  }
  return { kind: type === "string" ? "text" : "json" };
}

// What a field says, as the value of its option. Throws what is wrong with it, in words.
export function valueOf(option, raw) {
  const { kind, label, choices, nullable, whole, least, most } = option;
  if (kind === "boolean") return Boolean(raw);
  if (raw === "" && nullable) return null;
  if (kind === "choice") return choices.find((one) => String(one) === raw);
  if (kind === "number") {
    const value = Number(raw);
    if (raw === "" || !Number.isFinite(value)) throw new Error(`${label}: a number`);
    if (whole && !Number.isInteger(value)) throw new Error(`${label}: a whole number`);
    if (least !== undefined && value < least) throw new Error(`${label}: ${least} or more`);
    if (most !== undefined && value > most) throw new Error(`${label}: ${most} or less`);
    return value;
  }
  if (kind === "text") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    throw new Error(`${label}: a value as JSON writes it`);
  }
}

// As a field shows a value.
export function rawOf(option, value) {
  if (option.kind === "boolean") return Boolean(value);
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// A row with a field; `changed` is told what it says from now on.
export function fieldOf(option, raw, now, changed) {
  const { kind, label, about, name } = option;
  const given = { "data-option": name, title: about, "aria-label": label };
  const tell = ({ target }) => changed(kind === "boolean" ? target.checked : target.value);
  let field;
  if (kind === "boolean") {
    field = el("input", { type: "checkbox", checked: raw, onchange: tell, ...given });
  } else if (kind === "choice") {
    const values = [...(option.nullable ? [""] : []), ...option.choices.map(String)];
    field = el("select", { onchange: tell, ...given }, values.map((one) => el("option", { value: one, selected: one === raw }, one || "–")));
  } else if (kind === "number") {
    const step = option.whole ? 1 : "any";
    field = el("input", { type: "number", value: raw, step, min: option.least, max: option.most, oninput: tell, ...given });
  } else {
    field = el("input", { type: "text", value: raw, oninput: tell, autocomplete: "off", ...given });
  }
  const was = raw === now ? "" : `now ${now === "" ? "none" : now}`;
  return el("label.option", { title: about }, el("span", {}, label), field, el("span.was", {}, was));
}
