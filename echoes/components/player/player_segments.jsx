/* The bar under the player: a slider over the film's shots, by pointer and keys. */

/**
 * @import { KeyboardEvent, PointerEvent, RefObject } from "react"
 * @import { Film } from "../messages.d.ts"
 */

/**
 * @param {object} props
 * @param {Film} props.film
 * @param {number} props.index
 * @param {(index: number) => void} props.seek
 * @param {(time: number) => void} props.seekTo
 * @param {RefObject<HTMLDivElement | null>} props.bar
 * @param {string} props.place
 */
export function Segments({ film, index, seek, seekTo, bar, place: said }) {
  /** @param {PointerEvent<HTMLElement>} event */
  const scrub = (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seekTo(((event.clientX - left) / width) * film.duration);
  };
  /** @param {PointerEvent<HTMLElement>} event */
  const press = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub(event);
  };
  /** @param {PointerEvent<HTMLElement>} event */
  const drag = (event) => event.currentTarget.hasPointerCapture(event.pointerId) && scrub(event);
  /** @type {Record<string, number>} */
  const keys = {
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    Home: 0,
  };
  /** @param {KeyboardEvent} event */
  const keyed = (event) => {
    const target = event.key === "End" ? film.shots.length - 1 : keys[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(target);
  };
  return (
    <div
      ref={bar}
      className="segments"
      role="slider"
      tabIndex={0}
      aria-label="Clip"
      aria-valuemin={1}
      aria-valuemax={film.shots.length}
      aria-valuenow={index + 1}
      aria-valuetext={said}
      onPointerDown={press}
      onPointerMove={drag}
      onKeyDown={keyed}
    >
      {film.shots.map((shot, place) => {
        const end = film.shots[place + 1]?.film_start ?? film.duration;
        return (
          <span
            key={shot.film_start}
            style={{
              flexGrow: end - shot.film_start,
              "--from": shot.film_start,
              "--long": end - shot.film_start,
            }}
          />
        );
      })}
    </div>
  );
}
