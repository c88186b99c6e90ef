// Paints beside the page's own thread, which then has time for the person.

import { Painter } from "./paint.js";

const UNSEEN_MS = 1000; // without a frame of the browser: nobody looks at the page

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
  let told = false;
  const tell = () => {
    if (!told) self.postMessage({ shown: number });
    told = true;
  };
  requestAnimationFrame(() => setTimeout(tell));
  setTimeout(tell, UNSEEN_MS);
});
