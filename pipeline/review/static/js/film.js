// A film as the server told it, and where on its frames everything lies. No page in here.

export class Film {
  constructor(told) {
    Object.assign(this, told);
    this.fps = told.rate[0] / told.rate[1];
    this.inCut = told.shots.map((shot, place) => ({ shot, place })).filter(({ shot }) => shot.start !== null);
    // Remarks on frames of the cut, in its order: {from, to, kind} of the film, and {number, shot, place, into}.
    this.marks = this.inCut.flatMap(({ shot, place }) => marksOf(shot, place)).sort((one, other) => one.from - other.from || one.number - other.number);
  }

  // Whether there is no take of it at all.
  get isEmpty() {
    return this.shots.every(({ takes, there }) => !there && !takes.length);
  }

  // The span that a frame lies in; null outside the film.
  spanAt(frame) {
    const span = this.spans[lastAtOrBefore(this.spans, frame, (one) => one.at)];
    return span && frame < span.at + span.frames && frame >= span.at ? span : null;
  }

  // The place among all shots of the one whose body a frame lies in.
  shotAt(frame) {
    const found = lastAtOrBefore(this.inCut, frame, ({ shot }) => shot.start);
    return this.inCut[Math.max(0, found)]?.place ?? 0;
  }

  placeOf(id) {
    return this.shots.findIndex((shot) => shot.id === id);
  }

  // The next place in the cut, forwards (1) or backwards (-1).
  beside(place, by) {
    for (let other = place + by; other >= 0 && other < this.shots.length; other += by) {
      if (this.shots[other].start !== null) return other;
    }
    return null;
  }

  timecode(frame) {
    return timecode(frame, this.rate, this.drop);
  }
}

function marksOf({ id, start, marks }, place) {
  return marks.map(({ number, kind, first, last }) => ({ from: start + first, to: start + last, kind, number, shot: id, place, into: first }));
}

// What the cut shows: each frame's clip, and the frame of that.
export class CutLayer {
  constructor(film) {
    this.film = film;
    this.take = null;
  }
  at(frame) {
    const span = this.film.spanAt(frame);
    return span?.clip ? { clip: span.clip, frame: span.first + frame - span.at } : null;
  }
}

// A take under its shot's frames; around the shot, the cut.
export class TakeLayer {
  constructor(film, shot, take) {
    this.cut = new CutLayer(film);
    this.shot = shot;
    this.take = take;
  }
  at(frame) {
    const into = frame - this.shot.start;
    if (into < 0 || into >= this.shot.frames) return this.cut.at(frame);
    const { first, step, frames, clip } = this.take;
    const place = first + Math.floor((into * step[0]) / step[1]);
    return { clip, frame: Math.min(Math.max(place, 0), frames - 1) };
  }
}

export function lastAtOrBefore(list, value, of) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(list[middle]) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// SMPTE 12M; drop-frame leaves out the first numbers of every minute but each tenth.
export function timecode(frame, [n, d], drop) {
  const nominal = Math.ceil(n / d);
  let counted = frame;
  if (drop) {
    const dropped = nominal / 15;
    const minute = nominal * 60 - dropped;
    const ten = minute * 10 + dropped;
    const tens = Math.floor(frame / ten);
    const rest = frame % ten;
    counted += dropped * (9 * tens + Math.max(0, Math.floor((rest - dropped) / minute)));
  }
  const two = (number) => String(number).padStart(2, "0");
  const seconds = Math.floor(counted / nominal);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return `${parts.join(":")}${drop ? ";" : ":"}${two(counted % nominal)}`;
}
