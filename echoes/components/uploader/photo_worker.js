/* A worker: makes one photograph smaller at a time, where that loses nothing that Echoes keeps. */
import { colourSpaceOf } from "./colour_profiles.js";
import { withExif } from "./exif.js";
import { readPicture } from "./image_headers.js";
import { keptSize } from "./kept_size.js";

/** @import { Picture } from "./image_headers.js" */

/**
 * @typedef {object} Question
 * @property {number} id
 * @property {File} file
 * @property {number} longest side of photographs as they are kept
 *
 * @typedef {object} Smaller
 * @property {Blob} photo
 * @property {string} hash of its bytes
 *
 * @typedef {object} Answer
 * @property {number} id
 * @property {Smaller | null} smaller null for what is sent as it is
 */

const QUALITY = 0.9;
const WORTH_IT = 2 / 3;
const FEWEST_BYTES = 1_000_000;
const MOST_PIXELS = 64_000_000;

/**
 * @param {File} file
 * @param {number} longest
 * @returns {Promise<Smaller | null>}
 */
async function makeSmaller(file, longest) {
  if (file.size < FEWEST_BYTES) return null;
  const picture = readPicture(new Uint8Array(await file.arrayBuffer()));
  const space = picture && colourSpaceOf(picture.profile);
  if (!picture || !space || picture.width * picture.height > MOST_PIXELS) return null;
  if (!(await isTrue(space))) return null;
  const drawn = await draw(file, picture, space, longest);
  if (drawn?.type !== "image/jpeg") return null;
  const photo = picture.exif?.takenAt ? withExif(drawn, { ...picture.exif, orientation: 1 }) : drawn;
  if (photo.size > WORTH_IT * file.size) return null;
  const bytes = new Uint8Array(await photo.arrayBuffer());
  if (colourSpaceOf(readPicture(bytes)?.profile ?? null) !== space) return null;
  return { photo, hash: hashOf(bytes) };
}

/**
 * @param {Blob} file
 * @param {Picture} picture
 * @param {PredefinedColorSpace} colorSpace
 * @param {number} longest
 */
async function draw(file, picture, colorSpace, longest) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const isTurned = (picture.exif?.orientation ?? 1) > 4;
  const upright = isTurned ? [picture.height, picture.width] : [picture.width, picture.height];
  if (bitmap.width !== upright[0] || bitmap.height !== upright[1]) {
    bitmap.close();
    return null;
  }
  const { width, height } = keptSize(bitmap.width, bitmap.height, longest);
  const context = contextOf(width, height, colorSpace);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

/**
 * In memory and not by a graphics card: large enough everywhere, and the same file gives the same bytes.
 *
 * @param {number} width
 * @param {number} height
 * @param {PredefinedColorSpace} colorSpace
 */
function contextOf(width, height, colorSpace) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { colorSpace, alpha: false, willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white"; // The paper on which the server lays what is transparent, too.
  context.fillRect(0, 0, width, height);
  return context;
}

/** @type {Map<PredefinedColorSpace, Promise<boolean>>} */
const known = new Map();

/**
 * Whether this browser turns photographs upright, and keeps the colours of this space: asked once, by a small
 * picture of its brightest green that lies on its side.
 *
 * @param {PredefinedColorSpace} space
 */
function isTrue(space) {
  const asked = known.get(space) ?? tryOut(space);
  known.set(space, asked);
  return asked;
}

/** @param {PredefinedColorSpace} colorSpace */
async function tryOut(colorSpace) {
  const drawing = contextOf(16, 8, colorSpace);
  drawing.fillStyle = colorSpace === "srgb" ? "rgb(0 255 0)" : "color(display-p3 0 1 0)";
  drawing.fillRect(0, 0, 16, 8);
  const lying = await drawing.canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  const turned = withExif(lying, { orientation: 6, takenAt: "", timeZone: "" });
  const bitmap = await createImageBitmap(turned, { imageOrientation: "from-image" });
  const context = contextOf(8, 16, colorSpace);
  context.drawImage(bitmap, 0, 0);
  const [red = 255, green = 0, blue = 255] = context.getImageData(4, 8, 1, 1, { colorSpace }).data;
  return bitmap.width === 8 && bitmap.height === 16 && red < 12 && green > 243 && blue < 12;
}

/**
 * FNV-1a: to tell whether an upload that broke off was of the same bytes.
 *
 * @param {Uint8Array} bytes
 */
function hashOf(bytes) {
  let hash = 0x811c9dc5;
  for (const value of bytes) hash = Math.imul(hash ^ value, 0x01000193);
  return `${bytes.length}-${(hash >>> 0).toString(16)}`;
}

self.addEventListener("message", async (/** @type {MessageEvent<Question>} */ { data }) => {
  const { id, file, longest } = data;
  /** @type {Answer} */
  const answer = { id, smaller: null };
  try {
    answer.smaller = await makeSmaller(file, longest);
  } catch (error) {
    console.warn("A photo could not be made smaller, and is sent as it is.", error);
  }
  self.postMessage(answer);
});
