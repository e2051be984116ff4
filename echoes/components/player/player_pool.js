/* The layers that take turns: each shot is played by the next one of them, from the rendition that was chosen for it. */

import { Layer } from "./player_layer.js";
import { Sources } from "./player_sources.js";

/** @import { Shot, Words } from "../messages.d.ts" */
/** @import { LayerParts } from "./player_layer.js" */

const EVENTS = ["timeupdate", "ended", "canplay", "waiting", "progress"];

export class LayerPool {
  /** @type {Shot[]} */
  shots = [];
  /** @type {Words[]} of each shot */
  words = [];
  #listening = new AbortController();

  /**
   * @param {LayerParts[]} parts
   * @param {{ timeOf: () => number, onEvent: () => void }} film its time, and what follows its videos
   */
  constructor(parts, { timeOf, onEvent }) {
    this.layers = parts.map((each) => new Layer(each));
    this.sources = new Sources(/** @type {LayerParts} */ (parts[0]).element);
    this.timeOf = timeOf;
    const { signal } = this.#listening;
    for (const layer of this.layers) {
      for (const name of EVENTS) layer.video.addEventListener(name, onEvent, { signal });
      layer.video.addEventListener("error", () => this.replace(layer), { signal });
    }
  }

  /**
   * The layer of this shot.
   *
   * @param {number} index
   */
  of(index) {
    return /** @type {Layer} */ (this.layers[index % this.layers.length]);
  }

  /**
   * @param {number} index
   * @param {boolean} [again]
   */
  prepare(index, again = false) {
    const shot = this.shots[index];
    if (!shot) return;
    const within = Math.max(0, this.timeOf() - shot.film_start);
    this.of(index).prepare(shot, index, this.sources, this.words[index], again, within);
  }

  /**
   * A start that was cut short, by a pause of ours or a new address, is no refusal: the next tick sees to it. Nor is one
   * of a file in whose place there is another by now.
   *
   * @param {Layer} layer
   * @param {() => void} onRefused
   */
  start(layer, onRefused) {
    layer.play().catch(({ name }) => {
      const isReplaced = name === "NotSupportedError" && (!layer.video.error || this.replace(layer));
      if (name !== "AbortError" && !isReplaced) onRefused();
    });
  }

  /**
   * Starts the video of this shot for a moment, inside the tap, so that it may be played later on.
   *
   * @param {number} index
   * @param {() => boolean} isNeeded by then
   */
  wake(index, isNeeded) {
    const layer = this.of(index);
    if (!this.shots[index] || layer.isCard) return;
    layer.play().then(
      () => !isNeeded() && layer.rest(),
      () => {},
    );
  }

  /**
   * A light clip that cannot be had is no reason to have none. Another layer with the same clip, which is shown again,
   * may have found that out first.
   *
   * @param {Layer} layer
   */
  replace(layer) {
    if (!layer.shot) return false;
    const { clip } = layer.shot;
    const isAnother = layer.video.getAttribute("src") !== this.sources.of(clip);
    if (clip === null || !(isAnother || this.sources.giveUp(clip))) return false;
    this.prepare(this.shots.indexOf(layer.shot), true);
    return true;
  }

  /** @param {Layer} [but] goes on */
  pause(but) {
    for (const layer of this.layers) if (layer !== but) layer.pause();
  }

  stop() {
    this.#listening.abort();
    for (const layer of this.layers) layer.stop();
  }
}
