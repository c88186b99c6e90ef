// The address says what is seen, so that a link shows the same.

const SETTLED_MS = 250;
const FILTERS = ["state", "scene", "who", "find"];

export const said = () => Object.fromEntries(new URLSearchParams(location.search));

export const filterOf = (address) => Object.fromEntries(FILTERS.map((name) => [name, address[name] ?? ""]));

let settling = null;

// Write it once nothing has changed for a moment; `what` gives its parts then, in order.
export function write(what) {
  clearTimeout(settling);
  settling = setTimeout(() => {
    const given = Object.entries(what()).filter(([, value]) => value !== "" && value !== undefined);
    history.replaceState(null, "", `?${new URLSearchParams(given)}`);
  }, SETTLED_MS);
}
