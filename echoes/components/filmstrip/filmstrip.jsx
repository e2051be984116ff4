import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import { useCallback, useEffect, useRef, useState } from "react";
import { paint, Trim } from "./filmstrip_trim.js";

/** @import { CSSProperties } from "react" */
/** @import { Edge, Part } from "./filmstrip_trim.js" */

const FRAMES_SHOWN = 8;

/**
 * The clip above its filmstrip: while a handle is moved, the picture is the one at which the part begins or ends.
 *
 * @param {object} props
 * @param {string} props.src
 * @param {string} props.poster
 * @param {string} props.ratio
 * @param {number} props.frames
 * @param {number} props.fps
 * @param {number} props.shortest
 * @param {number} props.start
 * @param {number} props.end
 * @param {(start: number, end: number) => void} props.onTrim
 */
export function Filmstrip({ src, poster, ratio, frames, fps, shortest, start, end, onTrim }) {
  const strip = useRef(/** @type {HTMLDivElement | null} */ (null));
  const first = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const last = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const trim = useRef(/** @type {Trim | null} */ (null));
  const [part, setPart] = useState(/** @type {Part} */ ({ start, end, frames, shortest }));
  const [isPlaying, setIsPlaying] = useState(false);
  const latest = useRef({ part, fps, onTrim });
  latest.current = { part, fps, onTrim };

  const show = useCallback((/** @type {number} */ frame) => {
    const element = video.current;
    if (!element) return;
    element.pause();
    element.currentTime = (frame + 0.5) / latest.current.fps;
  }, []);

  useEffect(() => {
    if (!strip.current || !first.current || !last.current) return undefined;
    const handles = { start: first.current, end: last.current };
    const made = new Trim(strip.current, handles, latest.current.part, {
      onMove: (moved, edge) => {
        setPart(moved);
        show(edge === "start" ? moved.start : moved.end - 1);
      },
      onDone: (moved) => latest.current.onTrim(moved.start, moved.end),
    });
    trim.current = made;
    return () => made.stop();
  }, [show]);

  useEffect(() => {
    trim.current?.follow({ start, end, frames, shortest });
    if (trim.current) setPart(trim.current.part);
  }, [start, end, frames, shortest]);

  /* Without pictures of its own, the strip shows the poster, which lies under them. */
  useEffect(() => {
    const stop = new AbortController();
    if (canvas.current && src) paint(canvas.current, src, FRAMES_SHOWN, stop.signal).catch(() => {});
    return () => stop.abort();
  }, [src]);

  const toggle = () => {
    const element = video.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    const time = element.currentTime * fps;
    if (time < part.start || time >= part.end - 1) element.currentTime = part.start / fps;
    element.play().catch(() => setIsPlaying(false)); // The phone said no, or the clip went away: the button stays.
  };

  const stopAtEnd = () => {
    const element = video.current;
    if (element && !element.paused && element.currentTime * fps >= part.end - 0.5) element.pause();
  };

  /** @param {Edge} edge */
  const handle = (edge) => {
    const seconds = part[edge] / fps;
    return {
      role: "slider",
      tabIndex: 0,
      className: `filmstrip-handle ${edge}`,
      "aria-label": edge === "start" ? "Where the clip begins" : "Where the clip ends",
      "aria-valuemin": 0,
      "aria-valuemax": Number((frames / fps).toFixed(2)),
      "aria-valuenow": Number(seconds.toFixed(2)),
      "aria-valuetext": `${seconds.toFixed(2)} seconds`,
    };
  };

  const style = /** @type {CSSProperties} */ ({
    "--from": `${(100 * part.start) / frames}%`,
    "--to": `${(100 * part.end) / frames}%`,
    "--ratio": ratio,
    "--poster": poster ? `url("${poster}")` : "none",
  });
  return (
    <div className="filmstrip" style={style}>
      <button
        type="button"
        className={isPlaying ? "clip-video playing" : "clip-video"}
        aria-label={isPlaying ? "Pause" : "Play this part"}
        onClick={toggle}
      >
        <video
          ref={video}
          src={src}
          poster={poster}
          preload="metadata"
          playsInline
          muted
          tabIndex={-1}
          onPlay={() => setIsPlaying(true)}
          onPause={() => setIsPlaying(false)}
          onTimeUpdate={stopAtEnd}
        />
        <span className="play-mark" aria-hidden="true">
          {isPlaying ? <Pause size={22} fill="currentColor" /> : <Play size={22} fill="currentColor" />}
        </span>
      </button>
      <div ref={strip} className="filmstrip-frames">
        <canvas ref={canvas} width={FRAMES_SHOWN * 120} height={112} />
        <span className="filmstrip-part" aria-hidden="true" />
        <span ref={first} {...handle("start")} />
        <span ref={last} {...handle("end")} />
      </div>
      <p className="small soft numbers filmstrip-length">
        {((part.end - part.start) / fps).toFixed(1)} s of {(frames / fps).toFixed(1)} s
      </p>
    </div>
  );
}
