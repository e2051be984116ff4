import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import Maximize from "lucide-react/dist/esm/icons/maximize.mjs";
import Minimize from "lucide-react/dist/esm/icons/minimize.mjs";
import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import SkipBack from "lucide-react/dist/esm/icons/skip-back.mjs";
import SkipForward from "lucide-react/dist/esm/icons/skip-forward.mjs";
import Volume2 from "lucide-react/dist/esm/icons/volume-2.mjs";
import VolumeX from "lucide-react/dist/esm/icons/volume-x.mjs";
import { Engine } from "./player_engine.js";

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function useEngine({ film, clips, music }) {
  const parts = { first: useRef(null), second: useRef(null), veil: useRef(null), sound: useRef(null), echo: useRef(null) };
  const engine = useRef(null);
  const [, redraw] = useReducer((count) => count + 1, 0);
  const [second, setSecond] = useState(0);
  const bar = useRef(null);

  useEffect(() => {
    const showTime = (time) => {
      bar.current?.style.setProperty("--time", time);
      setSecond(Math.floor(time));
    };
    engine.current = new Engine({
      videos: [parts.first.current, parts.second.current],
      veil: parts.veil.current,
      audios: [parts.sound.current, parts.echo.current],
      onChange: redraw,
      onTime: showTime,
    });
    const hush = (event) => event.detail !== engine.current && engine.current.pause();
    window.addEventListener("echoes:sound", hush);
    return () => {
      window.removeEventListener("echoes:sound", hush);
      engine.current.stop();
    };
  }, []);

  useEffect(() => engine.current.load(film, clips, music), [film, clips, music]);
  return { parts, engine, second, bar };
}

/* Real full screen where there is one; iPhones have none for a page, so there it fills the window. */
function useFullScreen(box) {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const changed = () => setIsFull(document.fullscreenElement === box.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [box]);
  const toggle = useCallback(() => {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {}); // It had ended already.
    else if (isFull) setIsFull(false);
    else if (box.current.requestFullscreen) box.current.requestFullscreen().catch(() => setIsFull(true));
    else setIsFull(true);
  }, [box, isFull]);
  return [isFull, toggle];
}

function Segments({ film, index, seek, bar, words }) {
  const press = (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - left) / width) * film.duration;
    seek(film.shots.findLastIndex((shot) => shot.film_start <= at));
  };
  const keys = { ArrowRight: index + 1, ArrowUp: index + 1, ArrowLeft: index - 1, ArrowDown: index - 1, Home: 0 };
  const keyed = (event) => {
    const target = event.key === "End" ? film.shots.length - 1 : keys[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(target);
  };
  return (
    <div
      ref={bar}
      className="segments"
      role="slider"
      tabIndex={0}
      aria-label="Clip"
      aria-valuemin={1}
      aria-valuemax={film.shots.length}
      aria-valuenow={index + 1}
      aria-valuetext={words}
      onPointerDown={press}
      onKeyDown={keyed}
    >
      {film.shots.map((shot, place) => {
        const end = film.shots[place + 1]?.film_start ?? film.duration;
        return (
          <span
            key={place}
            style={{ flexGrow: end - shot.film_start, "--from": shot.film_start, "--long": end - shot.film_start }}
          />
        );
      })}
    </div>
  );
}

export function FilmPlayer({ film, clips, music, ratio }) {
  const box = useRef(null);
  const { parts, engine, second, bar } = useEngine({ film, clips, music });
  const [isFull, toggleFull] = useFullScreen(box);
  const [isMuted, setIsMuted] = useState(false);
  const { isPlaying = false, isWaiting = false, index = 0 } = engine.current ?? {};
  const count = film?.shots?.length ?? 0;
  const words = `Clip ${index + 1} of ${count}`;

  const toggle = () => {
    if (isPlaying) return engine.current.pause();
    window.dispatchEvent(new CustomEvent("echoes:sound", { detail: engine.current }));
    return engine.current.play();
  };
  const seek = (place) => engine.current.seek(place);
  const mute = () => {
    engine.current.sound.muted = !isMuted;
    setIsMuted(!isMuted);
  };
  const keyed = (event) => {
    const onButton = event.target.closest("button");
    const does = { " ": onButton ? null : toggle, k: toggle, m: mute, f: toggleFull };
    does.ArrowRight = () => seek(index + 1);
    does.ArrowLeft = () => seek(index - 1);
    if (isFull) does.Escape = toggleFull;
    if (event.metaKey || event.ctrlKey || event.altKey || !does[event.key]) return;
    event.preventDefault();
    does[event.key]();
  };

  return (
    <section
      ref={box}
      className={isFull ? "player full" : "player"}
      aria-label="Film player"
      data-state={isPlaying ? (isWaiting ? "waiting" : "playing") : "paused"}
      onKeyDown={keyed}
    >
      <div className="stage" style={{ aspectRatio: ratio }} onClick={toggle}>
        <video ref={parts.first} playsInline muted preload="metadata" tabIndex={-1} />
        <video ref={parts.second} playsInline muted preload="metadata" tabIndex={-1} />
        <div ref={parts.veil} className="stage-veil" />
        {!isPlaying && (
          <span className="play-mark big" aria-hidden="true">
            <Play size={34} fill="currentColor" />
          </span>
        )}
        {isWaiting && <span className="spinner" aria-hidden="true" />}
      </div>
      <audio ref={parts.sound} preload="metadata" />
      <audio ref={parts.echo} preload="metadata" />
      {film?.shots && <Segments film={film} index={index} seek={seek} bar={bar} words={words} />}
      <div className="player-bar">
        <button type="button" className="button quiet round" aria-label="Clip before" onClick={() => seek(index - 1)}>
          <SkipBack size={20} aria-hidden="true" />
        </button>
        <button type="button" className="button quiet round" aria-label={isPlaying ? "Pause" : "Play"} onClick={toggle}>
          {isPlaying ? <Pause size={24} fill="currentColor" /> : <Play size={24} fill="currentColor" />}
        </button>
        <button type="button" className="button quiet round" aria-label="Next clip" onClick={() => seek(index + 1)}>
          <SkipForward size={20} aria-hidden="true" />
        </button>
        <span className="player-time numbers">
          {clock(second)} / {clock(film?.duration ?? 0)}
          <span className="player-place"> · {words}</span>
        </span>
        {music && (
          <button type="button" className="button quiet round" aria-pressed={isMuted} aria-label="Mute the music" onClick={mute}>
            {isMuted ? <VolumeX size={20} aria-hidden="true" /> : <Volume2 size={20} aria-hidden="true" />}
          </button>
        )}
        <button type="button" className="button quiet round" aria-pressed={isFull} aria-label="Full screen" onClick={toggleFull}>
          {isFull ? <Minimize size={20} aria-hidden="true" /> : <Maximize size={20} aria-hidden="true" />}
        </button>
      </div>
    </section>
  );
}
