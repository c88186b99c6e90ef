// What the server is asked, and how it says that something went wrong.

const PATIENCE_MS = 60_000; // with a server that took what it was asked and says nothing

export class Refused extends Error {
  constructor(status, told = {}) {
    super(told.error ?? `the server answered ${status}`);
    this.status = status; // of HTTP; 0 when no answer came
    this.hint = told.hint ?? "";
    this.told = told;
  }

  get lost() {
    return this.status === 0;
  }

  // What the others decided meanwhile, and how the shot stands since: {conflict, story}; else null.
  get conflict() {
    return this.told.conflict ? this.told : null;
  }
}

async function asked(path, { signal, ...options } = {}, read = (answer) => answer.json()) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let answer;
  try {
    answer = await fetch(path, {
      credentials: "same-origin",
      ...options,
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    if (answer.ok) return await read(answer);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, { error: "the server does not answer", hint: "does its command still run?" });
  }
  let told = {};
  try {
    told = await answer.json();
  } catch {
    // No words came along: the status has to do.
  }
  throw new Refused(answer.status, told);
}

export const json = (path, options) => asked(path, options);
export const bytes = (path, options) => asked(path, options, (answer) => answer.arrayBuffer());

// A change, or a question that is too long for an address.
export function send(path, body, { method = "POST", signal } = {}) {
  const headers = { "X-Shotfarm": "1", "Content-Type": "application/json" };
  return json(path, {
    method,
    headers,
    signal,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}
