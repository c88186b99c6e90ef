// What a retake asks for, and what it would have made again: said before it runs. It stands beside the picture, so
// that frames can be looked at, marked and drawn on meanwhile.

import { button, el, sentence, theirs } from "./dom.js";
import { framesOf } from "./drafts.js";
import { fieldOf, optionsOf, rawOf, valueOf } from "./schema-fields.js";
import "./where.js";

const REST_MS = 300; // of not typing, before it is asked what would be made again
const SEEDS = [
  ["same", "as now"],
  ["new", "a new one"],
  ["own", "this one"],
];

// Tells `send` and `leave`, and asks `propose` of what it was given.
export class RetakeForm extends HTMLElement {
  // {draft, form: what can be asked for, shot, length, take: what it builds upon, propose(what, signal), drawing}
  open(given) {
    Object.assign(this, given);
    this.options = this.#optionsNow();
    this.#build();
    this.refresh(given);
    this.#radius();
    this.words.focus();
  }

  // Something of it, or of what is looked at, has changed.
  refresh({ drawing = this.drawing, busy = false } = {}) {
    this.drawing = drawing;
    this.where.show(this.draft, this.length, drawing);
    this.keeping.hidden = !this.by?.changes_takes;
    const { takes = 1 } = this.draft.said;
    const trouble = this.trouble;
    this.sending.setAttribute("aria-disabled", String(Boolean(trouble) || busy));
    this.sending.querySelector("span").textContent = Number(takes) > 1 ? `Ask for ${takes} takes` : "Ask for a take";
    this.sending.setAttribute("aria-label", `${this.sending.textContent} (Ctrl Enter)`);
    if (this.wrong.textContent !== trouble) this.wrong.textContent = trouble;
    const key = JSON.stringify(trouble ? null : this.wish());
    if (key === this.asked) return;
    this.asked = key;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.#radius(), REST_MS);
  }

  get ready() {
    return this.sending.getAttribute("aria-disabled") !== "true";
  }

  // Why it cannot be asked for yet, in words.
  get trouble() {
    try {
      this.wish();
      return "";
    } catch (error) {
      return error.message;
    }
  }

  // What the server is asked for. Throws what is wrong, in words.
  wish() {
    const { said } = this.draft;
    if (this.where.trouble) throw new Error(this.where.trouble);
    const number = (text, words) => {
      if (!/^\s*\d{1,16}\s*$/.test(String(text))) throw new Error(`${words}: a whole number`);
      return Number(text);
    };
    const takes = number(said.takes ?? 1, "takes");
    if (takes < 1 || takes > this.form.most_takes) throw new Error(`takes: 1 to ${this.form.most_takes}`);
    const options = {};
    for (const option of this.options) {
      const raw = said.options?.[option.name];
      if (raw !== undefined && raw !== this.#now(option)) options[option.name] = valueOf(option, raw);
    }
    return {
      kind: "retake",
      text: said.text.trim(),
      frames: framesOf(said.frames, this.length),
      region: said.region,
      drawing: said.drawing,
      take: this.take?.number || null,
      add_prompt: (said.add_prompt ?? "").trim(),
      seed: said.seeded === "own" ? number(said.seed ?? "", "seed") : null,
      new_seed: said.seeded === "new",
      options,
      renderer: said.renderer || null,
      first_frame: said.first_frame || null,
      last_frame: said.last_frame || null,
      references: Object.fromEntries(Object.entries(said.references ?? {}).filter(([, all]) => all.length)),
      takes,
      keep_rest: Boolean(said.keep_rest && this.by?.changes_takes),
    };
  }

  #optionsNow() {
    const wanted = this.draft.said.renderer || this.form.renderer;
    this.by = this.form.renderers.find(({ name }) => name === wanted) ?? this.form.renderers[0];
    return optionsOf(this.by?.schema);
  }

  #now(option) {
    return rawOf(option, this.by.values?.[option.name] ?? option.fallback);
  }

  #build() {
    const { said } = this.draft;
    this.setAttribute("role", "form");
    this.setAttribute("aria-label", `Retake of shot ${this.shot.id}`);
    this.where = el("remark-where");
    this.keeping = el(
      "label.field.short",
      { hidden: true },
      el("input", { type: "checkbox", checked: Boolean(said.keep_rest), onchange: ({ target }) => this.draft.set({ keep_rest: target.checked }) }),
      " Change this take as these words say, and keep the rest of it",
    );
    this.wrong = el("p.wrong", { role: "alert" });
    this.words = this.#area("text", "What is wrong, and what it should be", 3);
    this.told = el("div.radius", { role: "status", "aria-label": "What is made again" });
    this.sending = button("Ask for a take", () => this.#tell("send"), { key: "Ctrl Enter", kind: "main" });
    this.replaceChildren(
      el(
        "header",
        {},
        el("h3", {}, "Retake"),
        el("span.kind", {}, this.take?.number ? `builds on take ${this.take.number}` : "of the storyboard’s take"),
        button("Close", () => this.#tell("leave"), { kind: "icon", glyph: "close", key: "Esc" }),
      ),
      el(
        "div.fields",
        {},
        this.words,
        this.keeping,
        this.where,
        el("label.field", {}, el("span", {}, "Words for the prompt"), this.#area("add_prompt", "Words that are added to the prompt", 2)),
        this.form.action ? theirs("p.now", this.form.action) : null,
        this.#seed(),
        el(
          "label.field.short",
          {},
          el("span", {}, "Takes"),
          this.#input("takes", { type: "number", min: 1, max: this.form.most_takes, value: said.takes ?? 1, "aria-label": "How many takes" }),
        ),
        this.#more(),
      ),
      el("div.foot", {}, this.told, this.wrong, el("div.row.end", {}, this.sending)),
    );
    this.onkeydown = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.#tell("send");
      } else if (event.key === "Escape" && !event.defaultPrevented) {
        event.preventDefault();
        this.#tell("leave");
      }
    };
  }

  #area(name, words, rows) {
    return el("textarea", {
      rows,
      dir: "auto",
      maxLength: name === "text" ? 20_000 : 4000,
      placeholder: words,
      "aria-label": words,
      value: this.draft.said[name] ?? "",
      oninput: ({ target }) => this.draft.set({ [name]: target.value }),
    });
  }

  #input(name, given) {
    return el("input", { ...given, oninput: ({ target }) => this.draft.set({ [name]: target.value }) });
  }

  #seed() {
    const { seeded = "same", seed = "" } = this.draft.said;
    const own = this.#input("seed", { type: "text", inputMode: "numeric", size: 12, value: seed, "aria-label": "The seed", placeholder: String(this.form.seed ?? ""), disabled: seeded !== "own" });
    const choice = el(
      "select",
      {
        "aria-label": "Seed",
        onchange: ({ target }) => {
          own.disabled = target.value !== "own";
          this.draft.set({ seeded: target.value });
          if (target.value === "own") own.focus();
        },
      },
      SEEDS.map(([value, words]) => el("option", { value, selected: value === seeded }, words)),
    );
    return el("div.field.short", {}, el("span", {}, "Seed"), choice, own);
  }

  // What is asked for more rarely.
  #more() {
    const { said } = this.draft;
    const { form } = this;
    const rows = el("div.options", {}, this.#optionRows());
    const choose = (name, label, words, choices) =>
      choices.length
        ? el(
            "label.field.short",
            {},
            el("span", {}, label),
            el(
              "select",
              {
                "aria-label": label,
                onchange: ({ target }) => {
                  this.draft.set({ [name]: target.value });
                  if (name !== "renderer") return;
                  this.draft.set({ options: {} });
                  this.options = this.#optionsNow();
                  rows.replaceChildren(...this.#optionRows());
                },
              },
              [["", words], ...choices.map((one) => [one, one])].map(([value, shown]) =>
                el("option", { value, selected: value === (said[name] ?? "") }, shown),
              ),
            ),
          )
        : null;
    const others = form.renderers.map(({ name }) => name).filter((name) => name !== form.renderer);
    const open = ["renderer", "first_frame", "last_frame"].some((name) => said[name]) || Object.keys(said.options ?? {}).length;
    return el(
      "details",
      { open: Boolean(open) },
      el("summary", {}, "Options, references, renderer"),
      choose("renderer", "Renderer", form.renderer, others),
      choose("first_frame", "First frame", form.first_frame ?? "none", form.pictures),
      choose("last_frame", "Last frame", form.last_frame ?? "none", form.pictures),
      ...(form.pictures.length ? form.characters.map((one) => this.#references(one)) : []),
      rows,
    );
  }

  #references({ id, name, references }) {
    const chosen = this.draft.said.references?.[id] ?? [];
    const change = ({ target }) => {
      const all = [...target.selectedOptions].map(({ value }) => value).filter(Boolean);
      this.draft.set({ references: { ...this.draft.said.references, [id]: all } });
    };
    const now = references.length ? references.join(", ") : "none";
    return el(
      "label.field",
      {},
      el("span", {}, theirs("bdi", name), `: references (now ${now})`),
      el(
        "select",
        { multiple: true, size: Math.min(4, this.form.pictures.length), "aria-label": `References of ${name}`, onchange: change },
        this.form.pictures.map((one) => el("option", { value: one, selected: chosen.includes(one) }, one)),
      ),
    );
  }

  #optionRows() {
    if (!this.by?.schema) return [el("p.none", {}, "The options of this renderer are not known here.")];
    return this.options.map((option) => {
      const now = this.#now(option);
      const row = () => {
        const raw = this.draft.said.options?.[option.name] ?? now;
        return fieldOf(option, raw, now, (value) => {
          this.draft.set({ options: { ...this.draft.said.options, [option.name]: value } });
          made.querySelector(".was").textContent = value === now ? "" : `now ${now === "" ? "none" : now}`;
        });
      };
      const made = row();
      return made;
    });
  }

  // What would be made again, for as long as nothing else is typed.
  async #radius() {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    if (this.trouble) return;
    this.told.classList.add("old");
    try {
      const radius = await this.propose(this.wish(), asking.signal);
      this.#tellRadius(radius);
    } catch (error) {
      if (error.name === "AbortError" || asking.signal.aborted) return;
      this.told.replaceChildren(el("p.bad", {}, sentence(error.message)), error.hint ? el("p.none", {}, sentence(error.hint)) : "");
    }
    this.told.classList.remove("old");
  }

  #tellRadius({ words, wishes = [], cost }) {
    const takes = wishes.map((wish, number) => `take ${number + 1}: ${wish.join(", ") || "as the storyboard says"}`);
    this.told.replaceChildren(
      el("p.head", {}, "What it touches"),
      el("ul", {}, words.map((one) => el("li", {}, one))),
      cost && !words.some((one) => one.includes(cost)) ? el("p", {}, cost) : "",
      takes.length ? el("details", {}, el("summary", {}, "What each take is asked for"), el("ul", {}, takes.map((one) => theirs("li", one)))) : "",
    );
  }

  #tell(what) {
    this.dispatchEvent(new CustomEvent(what, { bubbles: true }));
  }
}

customElements.define("retake-form", RetakeForm);
