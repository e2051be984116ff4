/* How fast this tab sends, measured by what it sends. */

const LONGEST_GAP = 1000;
const SHORTEST = 2000;
const FEWEST_BYTES = 500_000;

/** Of all files together: several go side by side on one line. */
export class LineSpeed {
  /** Bytes in a second, once there was enough to tell. @type {number | null} */
  measured = null;
  #begun = 0;
  #last = -Infinity;
  #bytes = 0;

  /**
   * @param {number} bytes that have just gone
   * @param {number} [now] in milliseconds
   */
  sent(bytes, now = performance.now()) {
    if (bytes <= 0) return;
    if (now - this.#last > LONGEST_GAP) {
      this.#begun = now;
      this.#bytes = 0; // The first ones only fill the buffers of this machine.
    } else this.#bytes += bytes;
    this.#last = now;
    const time = now - this.#begun;
    if (time >= SHORTEST && this.#bytes >= FEWEST_BYTES) this.measured = (1000 * this.#bytes) / time;
  }
}

export const lineSpeed = new LineSpeed();
