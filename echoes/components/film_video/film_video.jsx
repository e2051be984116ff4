import { useEffect, useRef } from "react";
import { FilmScreen as Screen } from "./film_video.js";

/** @param {{ src: string, poster: string, label: string, ratio: string }} props */
export function FilmVideo({ src, poster, label, ratio }) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const screen = useRef(/** @type {Screen | null} */ (null));

  useEffect(() => {
    if (!video.current) return;
    screen.current ??= new Screen(video.current);
    screen.current.offer(src);
  }, [src]);

  return (
    <video
      ref={video}
      className="screen"
      style={{ "--ratio": ratio }}
      poster={poster}
      aria-label={label}
      preload="metadata"
      controls
      playsInline
    />
  );
}
