import { useEffect, useRef, useState } from "react";

/** Milliseconds after which keys that were pressed count as one choice. */
const WAIT = 500;
const STEP = 0.04;

/** @type {Record<string, [number, number]>} */
const WAYS = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** @param {number} part */
const within = (part) => Math.min(1, Math.max(0, part));

/** @param {number} part */
const percent = (part) => Math.round(100 * part);

/**
 * A button as large as the photo: a tap chooses the point under it; the arrow keys move the point.
 *
 * @param {object} props
 * @param {string} props.src
 * @param {string} props.ratio
 * @param {number} props.x
 * @param {number} props.y
 * @param {boolean} props.isChosen
 * @param {(x: number, y: number) => void} props.onPick
 */
export function FocusPicker({ src, ratio, x, y, isChosen, onPick }) {
  const [point, setPoint] = useState({ x, y });
  const waiting = useRef(/** @type {number | undefined} */ (undefined));

  useEffect(() => setPoint({ x, y }), [x, y]);
  useEffect(() => () => window.clearTimeout(waiting.current), []);

  /** @param {import("react").MouseEvent<HTMLButtonElement>} event */
  const tap = (event) => {
    if (event.detail === 0) return; // Enter and the space bar press the button without a place.
    const box = event.currentTarget.getBoundingClientRect();
    const picked = {
      x: within((event.clientX - box.left) / box.width),
      y: within((event.clientY - box.top) / box.height),
    };
    setPoint(picked);
    onPick(picked.x, picked.y);
  };

  /** @param {import("react").KeyboardEvent<HTMLButtonElement>} event */
  const move = (event) => {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const picked = { x: within(point.x + way[0]), y: within(point.y + way[1]) };
    setPoint(picked);
    window.clearTimeout(waiting.current);
    waiting.current = window.setTimeout(() => onPick(picked.x, picked.y), WAIT);
  };

  return (
    <button
      type="button"
      className={isChosen ? "focus-picker chosen" : "focus-picker"}
      style={{ "--shape": ratio }}
      aria-label={`What matters most: ${percent(point.x)}% from the left, ${percent(point.y)}% from the top. The arrow keys move it.`}
      onClick={tap}
      onKeyDown={move}
    >
      <img src={src} alt="" draggable={false} />
      <span
        className="focus-point"
        aria-hidden="true"
        style={{ left: `${100 * point.x}%`, top: `${100 * point.y}%` }}
      />
    </button>
  );
}
