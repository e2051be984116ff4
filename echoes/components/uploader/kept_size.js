/* How large photographs are kept: as `kept_size` in echoes/photos/decoding/scaling.py; a test compares them. */

const NARROW = 0.35;
const LONGEST_SIDE = 16_000;

/**
 * @param {number} width
 * @param {number} height
 * @param {number} longest
 */
export function keptSize(width, height, longest) {
  const bySide = longest / Math.max(width, height);
  const byArea = longest / Math.sqrt(width * height);
  const wanted = Math.max(bySide, Math.min(byArea, (longest * NARROW) / Math.min(width, height)));
  const scale = Math.min(1, wanted, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
