import { useEffect, useRef } from "react";
import { draw } from "$/public/external/echoes/components/player/player_transitions.js";

const HELD = 700; // ms, before and after
const MOVING = 1300;

/**
 * One kind of transition between two posters, over and over; one moment of it for those who do not want that.
 *
 * @param {object} props
 * @param {string} props.kind
 * @param {string} props.before
 * @param {string} props.after
 */
export function TransitionPicture({ kind, before, after }) {
  const box = useRef(/** @type {HTMLSpanElement | null} */ (null));

  useEffect(() => {
    const [current, next, veil] = /** @type {HTMLElement[]} */ ([...(box.current?.children ?? [])]);
    if (!current || !next || !veil) return undefined;
    const parts = { current, next, veil };
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      draw(kind, 0.5, parts);
      return undefined;
    }
    let frame = 0;
    /** @param {number} now */
    const step = (now) => {
      const progress = ((now % (2 * HELD + MOVING)) - HELD) / MOVING;
      if (progress >= 1) draw("crossfade", 1, parts);
      else draw(kind, progress, parts);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [kind]);

  return (
    <span ref={box} className="transition-picture" aria-hidden="true">
      <img src={before} alt="" draggable={false} />
      <img src={after} alt="" draggable={false} />
      <span />
    </span>
  );
}
