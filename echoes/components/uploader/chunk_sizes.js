/* How much of a file goes in one request. Proxies refuse large ones, and some lines break in them. */

export const SMALLEST = 256 * 1024;
export const LARGEST = 64 * 1024 * 1024;
const SUCCESSES = 3;
const MOST_SUCCESSES = 96;

/** Of all files that this tab sends, for they all go the same way. */
export class ChunkSizes {
  size = LARGEST;
  #successes = 0;
  #needed = SUCCESSES;
  #hasGrown = false;

  /**
   * After a chunk of so many bytes that did not go through: half of it, down to the smallest. What was too much
   * after it had grown is tried again after twice as many successes.
   *
   * @param {number} sent
   * @returns {boolean} whether there is a smaller one to try
   */
  shrink(sent) {
    this.#successes = 0;
    if (sent <= SMALLEST) return false;
    const half = Math.max(SMALLEST, Math.ceil(sent / 2));
    if (half < this.size) {
      if (this.#hasGrown) this.#needed = Math.min(2 * this.#needed, MOST_SUCCESSES);
      this.#hasGrown = false;
      this.size = half;
    }
    return true;
  }

  /**
   * The end of a file, which is less than a whole chunk, says nothing about the line.
   *
   * @param {number} sent
   */
  succeeded(sent) {
    if (sent < this.size || this.size >= LARGEST) return;
    this.#successes += 1;
    if (this.#successes < this.#needed) return;
    this.#successes = 0;
    this.#hasGrown = true;
    this.size = Math.min(2 * this.size, LARGEST);
  }
}
