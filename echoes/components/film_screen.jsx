import { useEffect, useRef } from "react";
import { FilmScreen as Screen } from "./film_screen.js";

export function FilmScreen({ src, poster, label, ratio }) {
  const video = useRef(null);
  const screen = useRef(null);

  useEffect(() => {
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
