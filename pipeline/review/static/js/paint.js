// Pictures onto a canvas: one, or several side by side, wiped, laid over each other, or subtracted. It needs no
// page, so that a worker can do it as well.

export const GAP = 8; // pixels of the film between two pictures side by side
const GROUND = "#0b0b0c";

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
  }

  // Pictures in their order, null where there is none; how: {size: [width, height] of the film, mode, split of a
  // wipe, opacity of the second over the first, gain of a difference}.
  draw(pictures, how) {
    const { canvas, context } = this;
    const [width, height] = how.size;
    const side = how.mode === "side" && pictures.length > 1;
    const wide = side ? width * pictures.length + GAP * (pictures.length - 1) : width;
    if (canvas.width !== wide || canvas.height !== height) {
      canvas.width = wide;
      canvas.height = height;
    }
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1;
    const covered = !side && pictures[0];
    if (!covered) {
      context.fillStyle = GROUND;
      context.fillRect(0, 0, wide, height);
    }
    const [first, second] = pictures;
    if (side) pictures.forEach((one, number) => this.#put(one, number * (width + GAP), how.size));
    else this.#put(first, 0, how.size);
    if (side || pictures.length < 2) return;
    if (how.mode === "wipe") {
      context.save();
      context.beginPath();
      context.rect(width * how.split, 0, width, height);
      context.clip();
      this.#put(second, 0, how.size);
      context.restore();
    } else if (how.mode === "overlay") {
      context.globalAlpha = how.opacity;
      this.#put(second, 0, how.size);
    } else if (how.mode === "difference") {
      context.globalCompositeOperation = "difference";
      this.#put(second, 0, how.size);
      context.globalCompositeOperation = "lighter";
      for (let gain = 1; gain < how.gain; gain *= 2) context.drawImage(canvas, 0, 0);
    }
    context.globalAlpha = 1;
    context.globalCompositeOperation = "source-over";
  }

  // A picture of any size fills the frame, what is too much is cut off: as the assembly brings takes to a film.
  #put(picture, left, [width, height]) {
    if (!picture) return;
    const wide = picture.displayWidth ?? picture.videoWidth;
    const high = picture.displayHeight ?? picture.videoHeight;
    if (wide === width && high === height) {
      this.context.drawImage(picture, left, 0);
      return;
    }
    const scale = Math.max(width / wide, height / high);
    const [w, h] = [width / scale, height / scale];
    this.context.drawImage(picture, (wide - w) / 2, (high - h) / 2, w, h, left, 0, width, height);
  }
}
