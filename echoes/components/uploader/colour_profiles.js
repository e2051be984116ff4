/* ICC profiles: which of the two colour spaces that a canvas has, if it is one of them. */

/** Red, green and blue of each, as profiles write them (XYZ, D50). */
const PRIMARIES = /** @type {const} */ ({
  srgb: [0.43607, 0.22249, 0.01392, 0.38515, 0.71687, 0.09708, 0.14307, 0.06061, 0.7141],
  "display-p3": [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407],
});
const NEAR = 0.003;
const HEAD = 128;
/** Tables, and code points of a high dynamic range, mean more than the primaries beside them. */
const OTHER_MEANINGS = ["A2B0", "A2B1", "A2B2", "D2B0", "D2B1", "D2B2", "cicp"];

/**
 * @param {Uint8Array | null} profile
 * @returns {PredefinedColorSpace | null} of no profile, sRGB, as everywhere
 */
export function colourSpaceOf(profile) {
  if (!profile) return "srgb";
  try {
    const found = primariesOf(profile);
    return found && (nearest(found, "srgb") ?? nearest(found, "display-p3"));
  } catch {
    return null; // A broken one: programs differ in what they make of it.
  }
}

/**
 * @param {number[]} found
 * @param {keyof typeof PRIMARIES} space
 */
function nearest(found, space) {
  const isNear = PRIMARIES[space].every((value, index) => Math.abs(value - (found[index] ?? NaN)) < NEAR);
  return isNear ? space : null;
}

/**
 * @param {Uint8Array} profile
 * @returns {number[] | null}
 */
function primariesOf(profile) {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  const word = (/** @type {number} */ place) => String.fromCharCode(...profile.subarray(place, place + 4));
  if (word(16) !== "RGB ") return null;
  const tags = new Map();
  for (let index = 0; index < view.getUint32(HEAD); index++) {
    const place = HEAD + 4 + 12 * index;
    tags.set(word(place), view.getUint32(place + 4));
  }
  if (OTHER_MEANINGS.some((tag) => tags.has(tag))) return null;
  const fixed = (/** @type {number} */ place) => view.getInt32(place) / 65536;
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((tag) => tags.get(tag));
  return columns.flatMap((place) => [fixed(place + 8), fixed(place + 12), fixed(place + 16)]);
}
