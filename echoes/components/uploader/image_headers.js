import { readExif } from "./exif.js";
import { isJpeg, readJpeg } from "./jpeg_headers.js";

/** @import { Exif } from "./exif.js" */

/**
 * @typedef {object} Picture
 * @property {number} width as it is stored, before it is turned upright
 * @property {number} height
 * @property {Exif | null} exif
 * @property {Uint8Array | null} profile ICC
 */

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Moving, of colours that browsers and the server take for different ones, or of more than eight bits. */
const NOT_PLAIN_PNG = ["acTL", "iCCP", "cICP", "mDCV", "cLLI", "gAMA", "cHRM"];
const VP8X_MOVES = 0x02;

/**
 * What a file says of itself, if a browser draws it truly: JPEG, PNG and WebP of eight bits that hold one
 * still picture, from their first to their last byte.
 *
 * @param {Uint8Array} bytes of the whole file
 * @returns {Picture | null} null for what is better sent as it is
 */
export function readPicture(bytes) {
  try {
    if (isJpeg(bytes)) return readJpeg(bytes);
    const picture = PNG.every((value, index) => bytes[index] === value) ? readPng(bytes) : readWebp(bytes);
    // Not every browser turns these.
    return picture?.exif && picture.exif.orientation !== 1 ? null : picture;
  } catch (error) {
    if (error instanceof RangeError) return null; // A number in the file leads beyond its end.
    throw error;
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {Picture | null}
 */
function readPng(bytes) {
  const view = viewOf(bytes);
  const picture = { width: view.getUint32(16), height: view.getUint32(20), exif: null, profile: null };
  /** @type {Map<string, Uint8Array>} */
  const chunks = new Map();
  for (let place = 8; !chunks.has("IEND"); ) {
    const length = view.getUint32(place);
    chunks.set(word(bytes, place + 4), bytes.subarray(place + 8, place + 8 + length));
    place += 12 + length;
  }
  if (view.getUint8(24) > 8) return null;
  const plain = chunks.has("sRGB") ? NOT_PLAIN_PNG.slice(0, -2) : NOT_PLAIN_PNG;
  if (plain.some((name) => chunks.has(name))) return null;
  const exif = chunks.get("eXIf");
  return { ...picture, exif: exif ? readExif(exif) : null };
}

/**
 * @param {Uint8Array} bytes
 * @returns {Picture | null}
 */
function readWebp(bytes) {
  const view = viewOf(bytes);
  if (word(bytes, 0) !== "RIFF" || word(bytes, 8) !== "WEBP") return null;
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) return null;
  /** @type {Map<string, Uint8Array>} */
  const chunks = new Map();
  for (let place = 12; place + 8 <= end; ) {
    const length = view.getUint32(place + 4, true);
    chunks.set(word(bytes, place), bytes.subarray(place + 8, place + 8 + length));
    place += 8 + length + (length % 2);
  }
  const extended = chunks.get("VP8X");
  if (!extended || viewOf(extended).getUint8(0) & VP8X_MOVES) return extended ? null : plainWebp(chunks);
  const side = (/** @type {number} */ place) => 1 + (viewOf(extended).getUint32(place, true) & 0xffffff);
  const exif = chunks.get("EXIF");
  return {
    width: side(4),
    height: 1 + (viewOf(extended).getUint32(6, true) >>> 8),
    exif: exif ? readExif(exif) : null,
    profile: chunks.get("ICCP") ?? null,
  };
}

/**
 * @param {Map<string, Uint8Array>} chunks
 * @returns {Picture | null}
 */
function plainWebp(chunks) {
  const lossy = chunks.get("VP8 ");
  const lossless = chunks.get("VP8L");
  if (lossy) {
    const view = viewOf(lossy);
    const [width, height] = [view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff];
    return { width, height, exif: null, profile: null };
  }
  if (!lossless) return null;
  const bits = viewOf(lossless).getUint32(1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff), exif: null, profile: null };
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} place
 */
function word(bytes, place) {
  return String.fromCharCode(...bytes.subarray(place, place + 4));
}
