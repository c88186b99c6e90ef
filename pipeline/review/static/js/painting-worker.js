// Paints beside the page's own thread, which then has time for the person.

import { Painter } from "./paint.js";

let painter = null;

self.addEventListener("message", ({ data }) => {
  if (data.canvas) {
    painter = new Painter(data.canvas);
    return;
  }
  const { pictures, how, number } = data;
  painter.draw(pictures, how);
  for (const picture of pictures) picture?.close();
  self.postMessage({ drawn: number });
  // What was drawn reaches the page with the next frame of the browser.
  requestAnimationFrame(() => setTimeout(() => self.postMessage({ shown: number })));
});
