/* Fetches clips ahead of those that wait on the player's layers, one at a time, into the browser's cache. What lies in a
   bucket, which lets no page read its files, is fetched by the layers alone. */

/** @param {string} src */
const isOurs = (src) => new URL(src, location.href).origin === location.origin;

export class Loader {
  /** @type {Set<string>} */
  #loaded = new Set();
  /** @type {AbortController | null} */
  #fetching = null;
  /** What is on its way. */
  #src = "";
  /** Nothing can be fetched here. */
  isOff = false;

  /** @param {string} src */
  has(src) {
    return this.#loaded.has(src);
  }

  /**
   * The first of these that is not there yet, unless one is on its way.
   *
   * @param {string[]} sources in the order in which they are needed
   * @param {() => void} onLoaded
   */
  fetch(sources, onLoaded) {
    const next = sources.find((src) => src && !this.#loaded.has(src));
    if (!next || this.#fetching || this.isOff) return;
    if (!isOurs(next)) {
      this.isOff = true;
      return;
    }
    const fetching = new AbortController();
    this.#fetching = fetching;
    this.#src = next;
    this.#read(next, fetching.signal).then(
      () => {
        this.#loaded.add(next);
        this.#fetching = null;
        onLoaded();
      },
      () => {
        this.isOff = this.isOff || !fetching.signal.aborted;
        this.#fetching = null;
      },
    );
  }

  /**
   * What is on its way and no longer needed is not waited for.
   *
   * @param {string[]} sources that are needed
   */
  dropOthers(sources) {
    if (!sources.includes(this.#src)) this.#fetching?.abort();
  }

  stop() {
    this.#fetching?.abort();
  }

  /**
   * @param {string} src
   * @param {AbortSignal} signal
   */
  async #read(src, signal) {
    const answer = await fetch(src, { priority: "low", signal });
    if (!answer.ok) throw new Error(`answered with ${answer.status}`);
    await answer.arrayBuffer();
  }
}
