import { useEffect, useRef, useState } from "react";
import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";

export function SoundSample({ src, title }) {
  const audio = useRef(null);
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    const hush = (event) => event.detail !== audio.current && audio.current?.pause();
    window.addEventListener("echoes:sound", hush);
    return () => {
      window.removeEventListener("echoes:sound", hush);
    };
  }, []);

  const toggle = () => {
    if (isPlaying) return audio.current.pause();
    window.dispatchEvent(new CustomEvent("echoes:sound", { detail: audio.current }));
    audio.current.currentTime = 0;
    return audio.current.play().catch(() => setIsPlaying(false));
  };

  return (
    <>
      <button
        type="button"
        className="button second round"
        aria-label={isPlaying ? `Stop ${title}` : `Listen to ${title}`}
        onClick={toggle}
      >
        {isPlaying ? <Pause size={18} fill="currentColor" /> : <Play size={18} fill="currentColor" />}
      </button>
      <audio
        ref={audio}
        src={src}
        preload="none"
        onPlay={() => setIsPlaying(true)}
        onPause={() => setIsPlaying(false)}
        onEnded={() => setIsPlaying(false)}
      />
    </>
  );
}
