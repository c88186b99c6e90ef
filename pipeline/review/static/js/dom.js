// Elements, made in few words: el("button.play", {title: "Play"}, "Play").

export function el(what, given = {}, ...inside) {
  const [tag, ...classes] = what.split(".");
  const made = document.createElement(tag || "div");
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list" && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M15 5l-8 7 8 7z",
  forward: "M9 5l8 7-8 7z",
  previous: "M6 5h2.4v14H6zM19 5l-9.4 7 9.4 7z",
  next: "M15.6 5H18v14h-2.4zM5 5l9.4 7L5 19z",
  loop: "M7 7h9.2V4.2L21 8.4l-4.8 4.2V9.8H9v3.4H6.2V7.8A.8.8 0 0 1 7 7zm10 10H7.8v2.8L3 15.6l4.8-4.2v2.8H15v-3.4h2.8v5.4a.8.8 0 0 1-.8.8z",
  sound: "M4 9.5h3.4L12 5.6v12.8l-4.6-3.9H4zM14.6 8.2a5 5 0 0 1 0 7.6l-1.1-1.4a3.2 3.2 0 0 0 0-4.8zM17 5.6a8.4 8.4 0 0 1 0 12.8l-1.1-1.4a6.6 6.6 0 0 0 0-10z",
  mute: "M4 9.5h3.4L12 5.6v12.8l-4.6-3.9H4zM14.4 9.8l1.3-1.3 2.3 2.3 2.3-2.3 1.3 1.3-2.3 2.2 2.3 2.3-1.3 1.3-2.3-2.3-2.3 2.3-1.3-1.3 2.3-2.3z",
  circle: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm0 2.4a5.6 5.6 0 1 0 0 11.2 5.6 5.6 0 0 0 0-11.2z",
};

export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawn.append(path);
  return drawn;
}
