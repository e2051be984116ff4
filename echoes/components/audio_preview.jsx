import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import { useEffect, useRef, useState } from "react";

/** @param {{ src: string, title: string }} props */
export function AudioPreview({ src, title }) {
  const audio = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const [isPlaying, setIsPlaying] = useState(false);

  useEffect(() => {
    /** @param {CustomEvent<object>} event */
    const pauseForOther = (event) => event.detail !== audio.current && audio.current?.pause();
    window.addEventListener("echoes:sound", pauseForOther);
    return () => {
      window.removeEventListener("echoes:sound", pauseForOther);
    };
  }, []);

  const toggle = () => {
    const element = audio.current;
    if (!element) return;
    if (isPlaying) {
      element.pause();
      return;
    }
    window.dispatchEvent(new CustomEvent("echoes:sound", { detail: element }));
    element.currentTime = 0;
    element.play().catch(() => setIsPlaying(false));
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
