// What a media playlist says (RFC 8216): its initialisation, and its fragments one after another.

// {init, ended, entries: [{uri, at, length}]}; addresses are whole, times are seconds of the film.
// `since` is when the first one begins, where the playlist does not say it by its clock.
export function readPlaylist(text, base, since) {
  const address = (name) => new URL(name, base).href;
  const read = { init: "", ended: false, clock: null, entries: [] };
  let length = 0;
  let at = since;
  for (const line of text.split("\n").map((one) => one.trim())) {
    const [tag, value] = [line.slice(0, line.indexOf(":") + 1 || undefined), line.slice(line.indexOf(":") + 1)];
    if (tag === "#EXTINF:") length = Number.parseFloat(value);
    else if (tag === "#EXT-X-MAP:") read.init = address(/URI="([^"]*)"/.exec(value)[1]);
    else if (tag === "#EXT-X-PROGRAM-DATE-TIME:") read.clock ??= Date.parse(value) / 1000;
    else if (line === "#EXT-X-ENDLIST") read.ended = true;
    else if (line && !line.startsWith("#")) {
      read.entries.push({ uri: address(line), at, length });
      at += length;
    }
  }
  return read;
}
