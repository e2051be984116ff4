/* EXIF: how a camera was held and when, read from a photograph and written into a smaller one. Nothing else is. */

const ORIENTATION = 0x0112;
const DETAILS = 0x8769;
const TAKEN_AT = 0x9003;
const TIME_ZONE = 0x9011;
const SHORT = 3;
const LONG = 4;
const TEXT = 2;
const SHORTEST_TEXT = 4;
const LONGEST_TEXT = 40;

/**
 * @typedef {object} Exif
 * @property {number} orientation 1 to 8
 * @property {string} takenAt as the camera wrote it, or ""
 * @property {string} timeZone the same
 */

/**
 * Throws RangeError where the block is broken.
 *
 * @param {Uint8Array} block from the byte order on
 * @returns {Exif}
 */
export function readExif(block) {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const isLittle = view.getUint16(0) === 0x4949;
  if (view.getUint16(2, isLittle) !== 42) throw new RangeError("no EXIF");
  const first = entriesAt(view, view.getUint32(4, isLittle), isLittle);
  const details = first.get(DETAILS);
  const inside = details ? entriesAt(view, view.getUint32(details + 8, isLittle), isLittle) : new Map();
  const turn = first.get(ORIENTATION);
  return {
    orientation: turn ? view.getUint16(turn + 8, isLittle) : 1,
    takenAt: textAt(view, inside.get(TAKEN_AT), isLittle),
    timeZone: textAt(view, inside.get(TIME_ZONE), isLittle),
  };
}

/**
 * @param {Exif} exif
 * @returns {Uint8Array} from the byte order on
 */
export function writeExif({ orientation, takenAt, timeZone }) {
  const texts = /** @type {const} */ ([
    [TAKEN_AT, takenAt],
    [TIME_ZONE, timeZone],
  ]).filter(([, text]) => text.length >= SHORTEST_TEXT);
  const details = 8 + 2 + 2 * 12 + 4;
  const after = details + 2 + texts.length * 12 + 4;
  const length = texts.reduce((sum, [, text]) => sum + text.length + 1, after);
  const view = new DataView(new ArrayBuffer(length));
  view.setUint16(0, 0x4949);
  view.setUint16(2, 42, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, 2, true);
  writeEntry(view, 10, ORIENTATION, SHORT, 1, orientation);
  writeEntry(view, 22, DETAILS, LONG, 1, details);
  view.setUint16(details, texts.length, true);
  let place = after;
  texts.forEach(([tag, text], index) => {
    writeEntry(view, details + 2 + 12 * index, tag, TEXT, text.length + 1, place);
    for (let number = 0; number < text.length; number++)
      view.setUint8(place + number, text.charCodeAt(number));
    place += text.length + 1;
  });
  return new Uint8Array(view.buffer);
}

/**
 * A JPEG with an EXIF block as its first segment.
 *
 * @param {Blob} jpeg
 * @param {Exif} exif
 * @returns {Blob}
 */
export function withExif(jpeg, exif) {
  const block = writeExif(exif);
  const length = 2 + 6 + block.length;
  const head = [0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0];
  const parts = [new Uint8Array(head), new Uint8Array(block), jpeg.slice(2)];
  return new Blob(parts, { type: jpeg.type });
}

/**
 * Where the entry of each tag begins.
 *
 * @param {DataView} view
 * @param {number} start
 * @param {boolean} isLittle
 * @returns {Map<number, number>}
 */
function entriesAt(view, start, isLittle) {
  const entries = new Map();
  const count = view.getUint16(start, isLittle);
  for (let index = 0; index < count; index++) {
    const place = start + 2 + 12 * index;
    entries.set(view.getUint16(place, isLittle), place);
  }
  return entries;
}

/**
 * @param {DataView} view
 * @param {number | undefined} entry
 * @param {boolean} isLittle
 * @returns {string}
 */
function textAt(view, entry, isLittle) {
  if (entry === undefined || view.getUint16(entry + 2, isLittle) !== TEXT) return "";
  const count = view.getUint32(entry + 4, isLittle);
  const place = count > 4 ? view.getUint32(entry + 8, isLittle) : entry + 8;
  if (count > LONGEST_TEXT) return "";
  const letters = Array.from({ length: count }, (_, index) => view.getUint8(place + index));
  return String.fromCharCode(...letters)
    .replace(/[^0-9:+\- Z]/g, "")
    .trim();
}

/**
 * @param {DataView} view
 * @param {number} place
 * @param {number} tag
 * @param {number} kind
 * @param {number} count
 * @param {number} value
 */
function writeEntry(view, place, tag, kind, count, value) {
  view.setUint16(place, tag, true);
  view.setUint16(place + 2, kind, true);
  view.setUint32(place + 4, count, true);
  if (kind === SHORT) view.setUint16(place + 8, value, true);
  else view.setUint32(place + 8, value, true);
}
