/* What is fetched ahead of the film, in its order, and how long a film that ran dry waits: so long that it need not wait
   again. */

import { Loader } from "./player_loader.js";

/** @import { Shot } from "../messages.d.ts" */
/** @import { Layer } from "./player_layer.js" */
/** @import { Sources } from "./player_sources.js" */

/** Film seconds that are fetched ahead, and the most that a film waits for. */
const FURTHEST = 90;
/** More than is needed by calculation: lines waver, and music comes the same way. */
const SPARE = 1.4;
const LEAST = 1;

/** @typedef {{ index: number, time: number, shots: Shot[], sources: Sources, isPlaying: boolean }} View
 *   where the film is */

/**
 * Whether a film that waits can go on: what is loaded, and what comes while that is played, lasts to its end.
 *
 * @param {{ ahead: number, remaining: number, rate: number }} known film seconds that are loaded and that are left, and
 *   how many of them come in a second
 */
export function canGoOn({ ahead, remaining, rate }) {
  const needed = LEAST + SPARE * remaining * Math.max(0, 1 - rate);
  return ahead >= Math.min(needed, remaining - 0.1, FURTHEST);
}

export class Ahead {
  #loader = new Loader();
  /** When it ran dry, and up to which film second was loaded then. */
  #dry = { at: 0, loaded: 0 };
  isDry = false;

  /** @param {Layer[]} layers which take turns */
  constructor(layers) {
    this.layers = layers;
  }

  /**
   * One clip at a time, the nearest first, so that none is late because of one that is needed later.
   *
   * @param {View} view
   * @param {(index: number) => void} prepare on its layer
   * @param {() => void} onLoaded
   */
  fetch(view, prepare, onLoaded) {
    const { index, time, shots, sources } = view;
    for (let ahead = 1; ahead < this.layers.length; ahead += 1) {
      if (!this.#layerOf(index + ahead - 1)?.isLoaded) return;
      prepare(index + ahead);
    }
    if (!this.#layerOf(index + this.layers.length - 1)?.isLoaded) return;
    const later = shots.slice(index + this.layers.length);
    const soon = later.filter(({ film_start }) => film_start < time + FURTHEST);
    this.#loader.fetch(
      soon.map(({ clip }) => sources.of(clip)),
      onLoaded,
    );
  }

  /** @param {View} view */
  runDry(view) {
    view.sources.stalled();
    this.reconsider(view, false);
    this.#loader.dropOthers(view.shots.map(({ clip }) => view.sources.of(clip)));
    this.isDry = true;
    this.#dry = { at: performance.now(), loaded: this.#loadedUntil(view) };
  }

  /**
   * A film that ran dry waits until what is left comes in time.
   *
   * @param {View} view
   * @param {number} duration
   */
  isRefilling(view, duration) {
    if (!this.isDry || (this.#loader.isOff && this.layers.every((layer) => layer.isLoaded))) return false;
    const [until, since] = [this.#loadedUntil(view), (performance.now() - this.#dry.at) / 1000];
    const rate = since > 0 ? (until - this.#dry.loaded) / since : 0;
    return !canGoOn({ ahead: until - view.time, remaining: duration - view.time, rate });
  }

  /**
   * Which rendition of each clip is played. What is seen stays as it is; so does what is there already, unless more of it
   * could be seen.
   *
   * @param {View} view
   * @param {boolean} isLarger
   */
  reconsider({ index, shots, sources, isPlaying }, isLarger) {
    const seen = isPlaying ? [shots[index]?.clip, shots[index + 1]?.clip] : [];
    sources.reconsider((clip) => seen.includes(clip) || (!isLarger && this.#has(sources.of(clip))));
  }

  /** @param {string} src */
  #has(src) {
    const isIt = (/** @type {Layer} */ { video, isLoaded }) => video.getAttribute("src") === src && isLoaded;
    return this.#loader.has(src) || this.layers.some(isIt);
  }

  stop() {
    this.#loader.stop();
  }

  /** @param {number} index */
  #layerOf(index) {
    return this.layers[index % this.layers.length];
  }

  /**
   * Up to which second of the film all is there.
   *
   * @param {View} view
   */
  #loadedUntil({ index, time, shots, sources }) {
    let until = time;
    for (const [place, shot] of shots.entries()) {
      if (place < index) continue;
      const layer = place < index + this.layers.length ? this.#layerOf(place) : undefined;
      if (layer?.shot === shot && !layer.isLoaded) return Math.max(until, shot.film_start + layer.loaded);
      if (layer?.shot !== shot && shot.clip && !this.#loader.has(sources.of(shot.clip))) return until;
      until = shot.film_end;
    }
    return until;
  }
}
