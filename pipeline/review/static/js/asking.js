// What the pages of people ask the server, and how they say what came of it.

export class Said extends Error {
  constructor(words, hint = "", { status = 0, wait = 0 } = {}) {
    super(words);
    this.hint = hint ?? "";
    this.status = status; // of HTTP; 0 when no answer came
    this.wait = wait; // in seconds, before the next try
  }

  get sentence() {
    return sentence(this.message) + (this.hint ? ` ${sentence(this.hint)}` : "");
  }
}

export async function ask(method, path, body) {
  const headers = { "X-Shotfarm": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Said("the server does not answer", "try again in a moment");
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const { error = `the server answered ${answer.status}`, hint, wait_s: wait = 0 } = told;
  throw new Said(error, hint, { status: answer.status, wait });
}

export const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? "" : ".");

const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const day = (written) => DAY.format(new Date(written));
export const moment = (written) => (written ? MOMENT.format(new Date(written)) : "");

// Keeps a form from being sent while it must wait, and counts that down on its button.
export function holdBack(button, seconds, words) {
  clearInterval(button.waits);
  let left = seconds;
  const show = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Wait ${inWords(left)}` : words;
    if (left <= 0) clearInterval(button.waits);
    left -= 1;
  };
  show();
  button.waits = setInterval(show, 1000);
}

const inWords = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`);
