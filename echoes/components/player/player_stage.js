/* Draws a moment of the film: the layer that plays, the next one over it while one becomes the other, their words, and the
   film's own fades over all. */

import { brightnessAt, frameAt, progressOf } from "./player_places.js";
import { draw } from "./player_transitions.js";

/** @import { Film } from "../messages.d.ts" */
/** @import { LayerPool } from "./player_pool.js" */

/** @typedef {{ index: number, time: number, isPlaying: boolean }} Moment */

export class Stage {
  /**
   * @param {LayerPool} pool
   * @param {{ veil: HTMLElement, curtain: HTMLElement }} parts
   */
  constructor(pool, { veil, curtain }) {
    this.pool = pool;
    this.veil = veil;
    this.curtain = curtain;
  }

  /**
   * @param {Film} film
   * @param {Moment} moment
   */
  show(film, { index, time, isPlaying }) {
    const isStill = !isPlaying && time === 0;
    const [current, next] = [this.pool.of(index), this.pool.of(index + 1)];
    for (const layer of this.pool.layers)
      if (layer !== current && layer !== next) layer.element.style.opacity = "0";
    const elements = { current: current.element, next: next.element, veil: this.veil };
    const transition = film.transitions[index];
    const filmWidth = current.video.videoWidth || next.video.videoWidth;
    draw(transition?.kind, progressOf(film, transition, time), elements, filmWidth);
    for (const layer of [current, next]) layer.letter(frameAt(film, time), film.fps, isStill);
    this.curtain.style.opacity = isStill ? "0" : String(1 - brightnessAt(film, time));
  }
}
