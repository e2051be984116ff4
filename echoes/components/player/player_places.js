/* Where a moment of a film is: in which frame and shot, how far into a transition, and how bright. */

/** @import { Film, Transition } from "../messages.d.ts" */

/** A frame's own moment, as a number of seconds, may lie this share of a frame before it. */
const NEAR = 0.01;

/**
 * @param {Film | null} film
 * @param {number} time
 */
export const within = (film, time) => Math.max(0, Math.min(time, film?.duration ?? 0));

/**
 * The number of the shot; in a transition the earlier one is the one that plays.
 *
 * @param {Film | null} film
 * @param {number} time
 */
export function placeOf(film, time) {
  const shots = film?.shots ?? [];
  const place = shots.findIndex((shot) => shot.film_end > within(film, time));
  return place < 0 ? Math.max(0, shots.length - 1) : place;
}

/**
 * The frame that a film shows at a moment. What the player draws over its videos is drawn for whole frames too, as they
 * are.
 *
 * @param {Film} film
 * @param {number} time
 */
export const frameAt = (film, time) => Math.min(Math.floor(time * film.fps + NEAR), film.frames - 1);

/**
 * As compiler.picture.transitions.progress_at: away from the old shot at once, on the new one at the very end.
 *
 * @param {Film} film
 * @param {Transition | undefined} transition
 * @param {number} time
 */
export function progressOf(film, transition, time) {
  if (!transition?.frames) return 0;
  const offset = frameAt(film, time) - Math.round(transition.start * film.fps);
  return offset < 0 ? 0 : Math.min(1, (offset + 1) / (transition.frames + 1));
}

/**
 * As compiler.timeline.layout says it: 1 but in the film's fades.
 *
 * @param {Film} film
 * @param {number} time
 */
export function brightnessAt(film, time) {
  const frame = frameAt(film, time);
  const rising = (frame + 1) / (film.fade_in_frames + 1);
  const falling = (film.frames - frame) / (film.fade_out_frames + 1);
  return Math.max(0, Math.min(1, rising, falling));
}
