import { useEffect, useRef, useState } from "react";

/** Milliseconds after which keys that were pressed count as one change. */
const WAIT = 400;

/** @param {number} seconds */
function inWords(seconds) {
  const whole = Math.round(seconds * 10) / 10;
  const minutes = Math.floor(whole / 60);
  const rest = `${Number((whole - 60 * minutes).toFixed(1))} seconds`;
  return minutes ? `${minutes} ${minutes === 1 ? "minute" : "minutes"} ${rest}` : rest;
}

/**
 * Bars from the middle, both ways, as one path in a box of one unit a peak.
 *
 * @param {number[]} peaks
 */
function drawn(peaks) {
  const loudest = Math.max(...peaks, 0.05);
  return peaks
    .map((peak, place) => {
      const half = Math.max(1, (48 * peak) / loudest);
      return `M${place + 0.5} ${50 - half}V${50 + half}`;
    })
    .join("");
}

/**
 * A range input over the picture of a track: a drag, the arrow keys and a screen reader all move its start.
 *
 * @param {object} props
 * @param {number[]} props.peaks
 * @param {number} props.duration
 * @param {number} props.latest
 * @param {number} props.start
 * @param {(start: number) => void} props.onStart
 */
export function Waveform({ peaks, duration, latest, start, onStart }) {
  const [moved, setMoved] = useState(start);
  const told = useRef(start);
  const waiting = useRef(/** @type {number | undefined} */ (undefined));

  useEffect(() => {
    told.current = start;
    setMoved(start);
  }, [start]);

  useEffect(() => () => window.clearTimeout(waiting.current), []);

  /** @param {number} seconds */
  const move = (seconds) => {
    setMoved(seconds);
    window.clearTimeout(waiting.current);
    waiting.current = window.setTimeout(() => {
      if (seconds === told.current) return;
      told.current = seconds;
      onStart(seconds);
    }, WAIT);
  };

  const share = duration > 0 ? (100 * moved) / duration : 0;
  return (
    <div className="waveform">
      <div className="waveform-track" style={{ "--from": `${share}%` }}>
        <svg viewBox={`0 0 ${peaks.length || 1} 100`} preserveAspectRatio="none" aria-hidden="true">
          <path d={drawn(peaks)} vectorEffect="non-scaling-stroke" />
        </svg>
        <input
          type="range"
          min={0}
          max={duration}
          step={0.1}
          value={moved}
          aria-label="Where the music begins"
          aria-valuetext={inWords(moved)}
          onChange={(event) => move(Math.min(Number(event.currentTarget.value), latest))}
        />
      </div>
      <p className="small soft numbers" aria-hidden="true">
        {moved ? `Begins after ${inWords(moved)}` : "Begins at the start"}
      </p>
    </div>
  );
}
