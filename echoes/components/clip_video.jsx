import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import { useEffect, useRef, useState } from "react";

/**
 * Clips have no sound of their own; muted and inline is what phones let play. One plays at a time.
 *
 * @type {HTMLVideoElement | null}
 */
let playing = null;

/** @param {{ src: string, poster: string, label: string }} props */
export function ClipVideo({ src, poster, label }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.muted = true; // React sets the property, not the attribute that some phones look for.
    element.setAttribute("muted", "");
  }, []);

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
      className={isPlaying ? "clip-video playing" : "clip-video"}
      aria-label={`${isPlaying ? "Pause" : "Play"} ${label}`}
      onClick={toggle}
    >
      <video
        ref={video}
        src={src}
        poster={poster}
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
