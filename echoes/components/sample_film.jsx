import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import Volume2 from "lucide-react/dist/esm/icons/volume-2.mjs";
import VolumeX from "lucide-react/dist/esm/icons/volume-x.mjs";
import { useEffect, useRef, useState } from "react";

/** @import { ReactNode } from "react" */

/* How wide it stands on the page: .prints and .print in assets/styles/landing.css. */
const SIZES = "(min-width: 48rem) 34rem, 86vw";

/** Whether nobody minds that it moves, and is fetched, of its own accord. */
function mayBegin() {
  const wants = (/** @type {string} */ less) => window.matchMedia(less).matches;
  /** @type {{ saveData?: boolean, effectiveType?: string } | undefined} */
  const line = "connection" in navigator ? /** @type {any} */ (navigator.connection) : undefined;
  const isSlow = line?.saveData || /2g|3g/.test(line?.effectiveType ?? "");
  return !(isSlow || wants("(prefers-reduced-motion: reduce)") || wants("(prefers-reduced-data: reduce)"));
}

/**
 * Runs once the page itself has all it needs.
 *
 * @param {() => void} begin
 * @returns {() => void} takes it back
 */
function whenLoaded(begin) {
  const controller = new AbortController();
  if (document.readyState === "complete") {
    const timer = window.setTimeout(begin, 0);
    return () => window.clearTimeout(timer);
  }
  window.addEventListener("load", begin, { once: true, signal: controller.signal });
  return () => controller.abort();
}

/**
 * @param {object} props
 * @param {string} props.src
 * @param {string} props.poster
 * @param {string} props.posters
 * @param {string} props.label
 * @param {ReactNode} [props.children]
 */
export function SampleFilm({ src, poster, posters, label, children }) {
  const film = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [isPlaying, setIsPlaying] = useState(false);
  const [hasSound, setHasSound] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);

  useEffect(() => {
    const element = film.current;
    if (!element) return;
    element.muted = true; // React sets the property, not the attribute that some phones look for.
    element.setAttribute("muted", "");
    if (!mayBegin()) return;
    return whenLoaded(() => {
      element.play().catch(() => {}); // The phone wants a tap: the button is there.
    });
  }, []);

  /** @param {boolean} withSound @param {HTMLVideoElement} element */
  const hear = (withSound, element) => {
    element.muted = !withSound;
    setHasSound(withSound);
  };

  const toggle = () => {
    const element = film.current;
    if (!element) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    if (element.currentTime === 0) hear(true, element); // Whoever begins it by a tap may hear it.
    element.play().catch(() => setIsPlaying(false));
  };

  const toggleSound = () => {
    const element = film.current;
    if (!element) return;
    hear(!hasSound, element);
    if (hasSound) return;
    element.currentTime = 0; // The music from its beginning.
    element.play().catch(() => setIsPlaying(false));
  };

  const play = isPlaying ? "Pause the film" : "Play the film";
  const sound = hasSound ? "Turn the sound off" : "Turn the sound on";
  return (
    <div className="sample">
      <div className="sample-film">
        <picture>
          <source type="image/avif" srcSet={posters} sizes={SIZES} />
          <img src={poster} alt="" width="854" height="480" fetchPriority="high" />
        </picture>
        <video
          ref={film}
          src={src}
          aria-label={label}
          preload="none"
          playsInline
          muted
          loop
          hidden={hasFailed}
          tabIndex={-1}
          onPlay={() => setIsPlaying(true)}
          onPause={() => setIsPlaying(false)}
          onError={() => setHasFailed(true)}
        />
      </div>
      <div className="sample-foot">
        {children}
        {!hasFailed && (
          <div className="sample-tools">
            <button type="button" className="button round" aria-label={play} title={play} onClick={toggle}>
              {isPlaying ? <Pause size={20} /> : <Play size={20} fill="currentColor" />}
            </button>
            <button
              type="button"
              className="button round"
              aria-label={sound}
              title={sound}
              onClick={toggleSound}
            >
              {hasSound ? <Volume2 size={20} /> : <VolumeX size={20} />}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
