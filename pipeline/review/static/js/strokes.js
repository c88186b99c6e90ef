// Drawings on a picture: strokes in parts of it, so that they lie right at every size. No page in here.

export const TOOLS = [
  ["pen", "Pen"],
  ["line", "Line"],
  ["arrow", "Arrow"],
  ["box", "Box"],
  ["ellipse", "Ellipse"],
  ["text", "Text"],
  ["region", "Region"],
];
export const COLOURS = [
  ["#ff5a4e", "red"],
  ["#ffd24a", "yellow"],
  ["#5fe08a", "green"],
  ["#5cc8ff", "blue"],
  ["#ffffff", "white"],
];
export const WIDTHS = [
  [0.003, "thin"],
  [0.006, "medium"],
  [0.012, "thick"],
];
export const MOST_POINTS = 5000;
export const MOST_STROKES = 500;
const NEAR = 0.002; // of the picture: points closer than that say nothing new
const HEAD = 5; // widths of its line that the head of an arrow is long
const LETTERS = 6; // widths of a line that letters are high

const within = (value) => Math.min(1, Math.max(0, value));
const rounded = (value) => Math.round(within(value) * 1e5) / 1e5;

// Parts of the picture from a place on the page.
export const pointIn = (box, x, y) => [rounded((x - box.left) / box.width), rounded((y - box.top) / box.height)];

// A stroke that goes on to a point: all of them for a pen, the first and the last for every other tool.
export function going(stroke, point) {
  const { points } = stroke;
  if (stroke.tool !== "pen") return { ...stroke, points: [points[0], point] };
  const [x, y] = points.at(-1);
  if (Math.hypot(point[0] - x, point[1] - y) < NEAR || points.length >= MOST_POINTS) return stroke;
  return { ...stroke, points: [...points, point] };
}

// Whether it is more than a touch: a line without length shows nothing.
export function isDrawn({ tool, points, text }) {
  if (tool === "text") return Boolean(text);
  if (tool === "pen") return true;
  return points.length > 1 && Math.hypot(points[1][0] - points[0][0], points[1][1] - points[0][1]) > NEAR;
}

// Left, top, width and height between two corners; null where that is nothing.
export function regionBetween([ax, ay], [bx, by]) {
  const [left, top] = [Math.min(ax, bx), Math.min(ay, by)];
  const [width, height] = [rounded(Math.abs(ax - bx)), rounded(Math.abs(ay - by))];
  return width > NEAR && height > NEAR ? [left, top, width, height] : null;
}

// Paint a stroke into an area {left, top, width, height} of a canvas.
export function paintStroke(context, stroke, area) {
  const place = ([x, y]) => [area.left + x * area.width, area.top + y * area.height];
  const line = Math.max(1, stroke.width * area.height);
  const points = stroke.points.map(place);
  const trace = () => {
    context.beginPath();
    shape(context, stroke, points, line);
  };
  context.lineCap = context.lineJoin = "round";
  // A dark edge keeps it readable on every picture.
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.lineWidth = line + Math.max(2, line * 0.5);
  if (stroke.tool === "text") {
    context.font = `600 ${Math.max(11, line * LETTERS)}px "Source Sans", system-ui, sans-serif`;
    context.textBaseline = "top";
    context.strokeText(stroke.text, ...points[0]);
    context.fillStyle = stroke.colour;
    context.fillText(stroke.text, ...points[0]);
    return;
  }
  trace();
  context.stroke();
  context.strokeStyle = stroke.colour;
  context.lineWidth = line;
  trace();
  context.stroke();
}

// A region: all around it is darkened.
export function paintRegion(context, [x, y, width, height], area) {
  const box = [area.left + x * area.width, area.top + y * area.height, width * area.width, height * area.height];
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.rect(...box);
  context.fillStyle = "rgb(0 0 0 / 45%)";
  context.fill("evenodd");
  context.setLineDash([6, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = "#ffffff";
  context.strokeRect(...box);
  context.restore();
}

function shape(context, { tool }, points, line) {
  const [from, to = from] = [points[0], points.at(-1)];
  if (tool === "box") {
    context.rect(from[0], from[1], to[0] - from[0], to[1] - from[1]);
  } else if (tool === "ellipse") {
    const radius = [Math.abs(to[0] - from[0]) / 2, Math.abs(to[1] - from[1]) / 2];
    context.ellipse((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, ...radius, 0, 0, 2 * Math.PI);
  } else {
    context.moveTo(...from);
    for (const point of points.slice(1)) context.lineTo(...point);
    if (points.length === 1) context.lineTo(from[0] + 0.01, from[1]);
    if (tool === "arrow") head(context, from, to, line);
  }
}

function head(context, from, to, line) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const long = Math.max(10, line * HEAD);
  for (const turn of [-0.5, 0.5]) {
    context.moveTo(...to);
    context.lineTo(to[0] - long * Math.cos(angle + turn), to[1] - long * Math.sin(angle + turn));
  }
}
