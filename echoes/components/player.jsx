import Maximize from "lucide-react/dist/esm/icons/maximize.mjs";
import Minimize from "lucide-react/dist/esm/icons/minimize.mjs";
import Pause from "lucide-react/dist/esm/icons/pause.mjs";
import Play from "lucide-react/dist/esm/icons/play.mjs";
import SkipBack from "lucide-react/dist/esm/icons/skip-back.mjs";
import SkipForward from "lucide-react/dist/esm/icons/skip-forward.mjs";
import Volume2 from "lucide-react/dist/esm/icons/volume-2.mjs";
import VolumeX from "lucide-react/dist/esm/icons/volume-x.mjs";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { Engine } from "./player_engine.js";

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/**
 * @import { KeyboardEvent, PointerEvent, RefObject } from "react"
 * @import { Clips, Film, Jump, Words } from "./messages.d.ts"
 */

/** @param {HTMLDivElement | null} element */
function layerOf(element) {
  const [video, words] = [element?.querySelector("video"), element?.querySelector("img")];
  return element && video && words ? { element, video, words } : null;
}

/** @param {{ film: Film | null, clips: Clips, music: string, words: Words[] }} props */
function useEngine({ film, clips, music, words }) {
  const first = useRef(/** @type {HTMLDivElement | null} */ (null));
  const second = useRef(/** @type {HTMLDivElement | null} */ (null));
  const veil = useRef(/** @type {HTMLDivElement | null} */ (null));
  const curtain = useRef(/** @type {HTMLDivElement | null} */ (null));
  const sound = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const echo = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const bar = useRef(/** @type {HTMLDivElement | null} */ (null));
  const engine = useRef(/** @type {Engine | null} */ (null));
  const [, redraw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  const [seconds, setSeconds] = useState(0);

  useEffect(() => {
    const [one, two] = [layerOf(first.current), layerOf(second.current)];
    if (!one || !two || !veil.current || !curtain.current || !sound.current || !echo.current)
      return undefined;
    const made = new Engine({
      layers: [one, two],
      veil: veil.current,
      curtain: curtain.current,
      audios: [sound.current, echo.current],
      onChange: redraw,
      onTime: (time) => {
        bar.current?.style.setProperty("--time", String(time));
        setSeconds(Math.floor(time));
      },
    });
    engine.current = made;
    /** @param {CustomEvent<object>} event */
    const pauseForOther = (event) => event.detail !== made && made.pause();
    window.addEventListener("echoes:sound", pauseForOther);
    return () => {
      window.removeEventListener("echoes:sound", pauseForOther);
      made.stop();
    };
  }, []);

  useEffect(() => engine.current?.load(film, clips, music, words), [film, clips, music, words]);
  return { parts: { first, second, veil, curtain, sound, echo }, engine, seconds, bar };
}

/**
 * Real full screen where there is one; iPhones have none for a page, so there it fills the window.
 *
 * @param {RefObject<HTMLElement | null>} box
 * @returns {[isFull: boolean, toggle: () => void]}
 */
function useFullScreen(box) {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const changed = () => setIsFull(document.fullscreenElement === box.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [box]);
  const toggle = useCallback(() => {
    if (document.fullscreenElement)
      document.exitFullscreen().catch(() => {}); // It had ended already.
    else if (isFull) setIsFull(false);
    else if (box.current?.requestFullscreen) box.current.requestFullscreen().catch(() => setIsFull(true));
    else setIsFull(true);
  }, [box, isFull]);
  return [isFull, toggle];
}

/**
 * @param {object} props
 * @param {Film} props.film
 * @param {number} props.index
 * @param {(index: number) => void} props.seek
 * @param {(time: number) => void} props.seekTo
 * @param {RefObject<HTMLDivElement | null>} props.bar
 * @param {string} props.place
 */
function Segments({ film, index, seek, seekTo, bar, place: said }) {
  /** @param {PointerEvent<HTMLElement>} event */
  const scrub = (event) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seekTo(((event.clientX - left) / width) * film.duration);
  };
  /** @param {PointerEvent<HTMLElement>} event */
  const press = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    scrub(event);
  };
  /** @param {PointerEvent<HTMLElement>} event */
  const drag = (event) => event.currentTarget.hasPointerCapture(event.pointerId) && scrub(event);
  /** @type {Record<string, number>} */
  const keys = {
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    Home: 0,
  };
  /** @param {KeyboardEvent} event */
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
      aria-valuetext={said}
      onPointerDown={press}
      onPointerMove={drag}
      onKeyDown={keyed}
    >
      {film.shots.map((shot, place) => {
        const end = film.shots[place + 1]?.film_start ?? film.duration;
        return (
          <span
            key={shot.film_start}
            style={{
              flexGrow: end - shot.film_start,
              "--from": shot.film_start,
              "--long": end - shot.film_start,
            }}
          />
        );
      })}
    </div>
  );
}

/**
 * @param {object} props
 * @param {Film | { shots?: undefined } | null} props.film empty until the server has said it
 * @param {Clips} props.clips
 * @param {string} props.music
 * @param {Words[]} props.words
 * @param {string} props.ratio
 * @param {Jump} [props.jump] to what was changed
 */
export function FilmPlayer({ film: told, clips, music, words, ratio, jump }) {
  const film = told?.shots ? told : null;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const { parts, engine, seconds, bar } = useEngine({ film, clips, music, words });
  const [isFull, toggleFull] = useFullScreen(box);
  const jumped = useRef(jump?.number);
  useEffect(() => {
    if (jump && jump.number !== jumped.current) engine.current?.seekTo(jump.time);
    jumped.current = jump?.number;
  }, [jump, engine]);
  const [isMuted, setIsMuted] = useState(false);
  const { isPlaying = false, isWaiting = false, index = 0 } = engine.current ?? {};
  const count = film?.shots.length ?? 0;
  const place = `Clip ${index + 1} of ${count}`;

  const toggle = () => {
    if (isPlaying) {
      engine.current?.pause();
      return;
    }
    window.dispatchEvent(new CustomEvent("echoes:sound", { detail: engine.current }));
    engine.current?.play();
  };
  /** @param {number} to */
  const seek = (to) => engine.current?.seek(to);
  /** @param {number} time */
  const seekTo = (time) => engine.current?.seekTo(time);
  const mute = () => {
    if (engine.current) engine.current.sound.muted = !isMuted;
    setIsMuted(!isMuted);
  };
  /** @param {KeyboardEvent} event */
  const keyed = (event) => {
    const onButton = event.target instanceof Element && event.target.closest("button");
    /** @type {Record<string, (() => void) | null>} */
    const does = { " ": onButton ? null : toggle, k: toggle, m: mute, f: toggleFull };
    does.ArrowRight = () => seek(index + 1);
    does.ArrowLeft = () => seek(index - 1);
    if (isFull) does.Escape = toggleFull;
    const wanted = does[event.key];
    if (event.metaKey || event.ctrlKey || event.altKey || !wanted) return;
    event.preventDefault();
    wanted();
  };

  return (
    <section
      ref={box}
      className={isFull ? "player full" : "player"}
      aria-label="Film player"
      data-state={isPlaying ? (isWaiting ? "waiting" : "playing") : "paused"}
      onKeyDown={keyed}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: A second way; the button below is the one that is named. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the player's, which holds the stage. */}
      <div className="stage" style={{ aspectRatio: ratio }} onClick={toggle}>
        {[parts.first, parts.second].map((layer, turn) => (
          <div key={["even", "odd"][turn]} ref={layer} className="stage-layer">
            <video playsInline muted preload="metadata" tabIndex={-1} />
            <img alt="" draggable={false} />
          </div>
        ))}
        <div ref={parts.veil} className="stage-veil" />
        <div ref={parts.curtain} className="stage-veil stage-curtain" />
        {!isPlaying && (
          <span className="play-mark big" aria-hidden="true">
            <Play size={34} fill="currentColor" />
          </span>
        )}
        {isWaiting && <span className="spinner" aria-hidden="true" />}
      </div>
      <audio ref={parts.sound} preload="metadata" />
      <audio ref={parts.echo} preload="metadata" />
      {film && <Segments film={film} index={index} seek={seek} seekTo={seekTo} bar={bar} place={place} />}
      <div className="player-bar">
        <button
          type="button"
          className="button quiet round"
          aria-label="Previous clip"
          onClick={() => seek(index - 1)}
        >
          <SkipBack size={20} aria-hidden="true" />
        </button>
        <button
          type="button"
          className="button quiet round"
          aria-label={isPlaying ? "Pause" : "Play"}
          onClick={toggle}
        >
          {isPlaying ? <Pause size={24} fill="currentColor" /> : <Play size={24} fill="currentColor" />}
        </button>
        <button
          type="button"
          className="button quiet round"
          aria-label="Next clip"
          onClick={() => seek(index + 1)}
        >
          <SkipForward size={20} aria-hidden="true" />
        </button>
        <span className="player-time numbers">
          {clock(seconds)} / {clock(film?.duration ?? 0)}
          <span className="player-place"> · {place}</span>
        </span>
        {music && (
          <button
            type="button"
            className="button quiet round"
            aria-pressed={isMuted}
            aria-label="Mute the music"
            onClick={mute}
          >
            {isMuted ? <VolumeX size={20} aria-hidden="true" /> : <Volume2 size={20} aria-hidden="true" />}
          </button>
        )}
        <button
          type="button"
          className="button quiet round"
          aria-pressed={isFull}
          aria-label="Full screen"
          onClick={toggleFull}
        >
          {isFull ? <Minimize size={20} aria-hidden="true" /> : <Maximize size={20} aria-hidden="true" />}
        </button>
      </div>
    </section>
  );
}
