import { readExif } from "./exif.js";

/** @import { Picture } from "./image_headers.js" */

const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
const APP1 = 0xe1;
const APP2 = 0xe2;
/** Baseline, extended and progressive; the others are lossless, or of hierarchies that no camera writes. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const EXIF = "Exif\0\0";
const ICC = "ICC_PROFILE\0";
/** More pictures in one file, brighter ones above all, and films: what a canvas would leave out. */
const MORE = ["MPF\0", "urn:iso:std:iso:ts:21496"];
const MORE_BY_XMP = ["hdrgm", "HDRGainMap", "MotionPhoto", "MicroVideo"];

/**
 * @param {Uint8Array} bytes of the whole file
 * @returns {Picture | null} null for one that is better left as it is
 */
export function readJpeg(bytes) {
  /** @type {Picture} */
  const picture = { width: 0, height: 0, exif: null, profile: null };
  /** @type {Uint8Array[]} */
  const profile = [];
  let place = 2;
  while (place < bytes.length) {
    if (bytes[place] !== 0xff) return null;
    const marker = bytes[place + 1] ?? 0;
    if (marker === 0xff) {
      place += 1;
      continue;
    }
    const length = ((bytes[place + 2] ?? 0) << 8) | (bytes[place + 3] ?? 0);
    const segment = bytes.subarray(place + 4, place + 2 + length);
    if (marker === SCAN) break;
    if (OTHER_FRAMES.has(marker) || (FRAMES.has(marker) && !readFrame(segment, picture))) return null;
    if (marker === APP1 && !readApp1(segment, picture)) return null;
    if (marker === APP2 && !readApp2(segment, profile)) return null;
    place += 2 + length;
  }
  if (!picture.width || !hasEnd(bytes, place)) return null;
  picture.profile = joined(profile);
  return picture;
}

/** @param {Uint8Array} bytes */
export function isJpeg(bytes) {
  return bytes[0] === 0xff && bytes[1] === START && bytes[2] === 0xff;
}

/**
 * Eight bits, and grey or three colours: not CMYK.
 *
 * @param {Uint8Array} segment
 * @param {Picture} picture
 */
function readFrame(segment, picture) {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  picture.height = view.getUint16(1);
  picture.width = view.getUint16(3);
  return view.getUint8(0) === 8 && [1, 3].includes(view.getUint8(5));
}

/**
 * @param {Uint8Array} segment
 * @param {Picture} picture
 */
function readApp1(segment, picture) {
  if (startsWith(segment, EXIF)) {
    picture.exif ??= readExif(segment.subarray(EXIF.length));
    return true;
  }
  const text = new TextDecoder("latin1").decode(segment);
  return !MORE_BY_XMP.some((word) => text.includes(word));
}

/**
 * @param {Uint8Array} segment
 * @param {Uint8Array[]} profile its pieces by their numbers, from 1
 */
function readApp2(segment, profile) {
  if (startsWith(segment, ICC)) profile[segment[ICC.length] ?? 0] = segment.subarray(ICC.length + 2);
  return !MORE.some((words) => startsWith(segment, words));
}

/**
 * @param {Uint8Array[]} pieces
 * @returns {Uint8Array | null}
 */
function joined(pieces) {
  const there = pieces.filter(Boolean);
  if (there.length === 0) return null;
  const profile = new Uint8Array(there.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of there) {
    profile.set(piece, place);
    place += piece.length;
  }
  return profile;
}

/**
 * Whether the end of the picture is there: browsers draw what breaks off with grey, the server says it.
 *
 * @param {Uint8Array} bytes
 * @param {number} scan
 */
function hasEnd(bytes, scan) {
  for (let place = bytes.indexOf(END, scan); place > 0; place = bytes.indexOf(END, place + 1))
    if (bytes[place - 1] === 0xff) return true;
  return false;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} words
 */
function startsWith(bytes, words) {
  return [...words].every((letter, index) => bytes[index] === letter.charCodeAt(0));
}
