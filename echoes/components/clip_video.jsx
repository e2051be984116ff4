import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import { useEffect, useRef, useState } from "react";

/**
 * Clips have no sound of their own; muted and inline is what phones let play. One plays at a time.
 *
 * @type {HTMLVideoElement | null}
 */
let playing = null;

/** @param {{ src: string, poster: string, label: string, begins: boolean }} props */
export function ClipVideo({ src, poster, label, begins }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.muted = true; // React sets the property, not the attribute that some phones look for.
    element.setAttribute("muted", "");
  }, []);

  useEffect(() => {
    if (!begins || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    video.current?.play().catch(() => {}); // The phone said no: it waits for a tap, as the others do.
    playing = video.current;
  }, [begins]);

  const toggle = () => {
    const element = video.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    if (playing && playing !== element) playing.pause();
    playing = element;
    element.play().catch(() => setIsPlaying(false)); // The phone said no, or the clip went away: the button stays.
  };

  return (
    <button
      type="button"
      className={`clip-video${isPlaying ? " playing" : ""}${begins ? " first" : ""}`}
      aria-label={`${isPlaying ? "Pause" : "Play"} ${label}`}
      onClick={toggle}
    >
      {poster && <img src={poster} alt="" loading="lazy" decoding="async" />}
      <video
        ref={video}
        src={src}
        preload="none"
        playsInline
        muted
        loop
        tabIndex={-1}
        onPlay={() => setIsPlaying(true)}
        onPause={() => setIsPlaying(false)}
      />
      <span className="play-mark" aria-hidden="true">
        {isPlaying ? <Pause size={22} fill="currentColor" /> : <Play size={22} fill="currentColor" />}
      </span>
    </button>
  );
}
