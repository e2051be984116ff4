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
import { Segments } from "./player_segments.jsx";

/** The clip that is shown, the next one, and those that are fetched meanwhile. */
const LAYERS = ["first", "second", "third", "fourth"];
/** Two for music and two for clips' own sound: compiler/timeline/playback.py. */
const LANES = ["music", "more music", "clip", "next clip"];

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/**
 * @import { KeyboardEvent, RefObject } from "react"
 * @import { Audio, Clips, Film, Jump, Words } from "../messages.d.ts"
 */

/** @param {HTMLDivElement | null} element */
function layerOf(element) {
  const video = element?.querySelector("video");
  const [mark, words] = element?.querySelectorAll("img") ?? [];
  return element && video && mark && words ? { element, video, words, mark } : null;
}

/** @param {{ film: Film | null, clips: Clips, audio: Audio, words: Words[] }} props */
function useEngine({ film, clips, audio, words }) {
  const stage = useRef(/** @type {HTMLDivElement | null} */ (null));
  const veil = useRef(/** @type {HTMLDivElement | null} */ (null));
  const curtain = useRef(/** @type {HTMLDivElement | null} */ (null));
  const sounds = useRef(/** @type {HTMLDivElement | null} */ (null));
  const bar = useRef(/** @type {HTMLDivElement | null} */ (null));
  const engine = useRef(/** @type {Engine | null} */ (null));
  const [, redraw] = useReducer((/** @type {number} */ count) => count + 1, 0);
  const [seconds, setSeconds] = useState(0);

  useEffect(() => {
    const layers = [...(stage.current?.querySelectorAll(".stage-layer") ?? [])].flatMap(
      (element) => layerOf(/** @type {HTMLDivElement} */ (element)) ?? [],
    );
    if (layers.length < LAYERS.length || !veil.current || !curtain.current || !sounds.current)
      return undefined;
    const made = new Engine({
      layers,
      veil: veil.current,
      curtain: curtain.current,
      audios: [...sounds.current.querySelectorAll("audio")],
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

  useEffect(() => engine.current?.load(film, clips, audio, words), [film, clips, audio, words]);
  return { parts: { stage, veil, curtain, sounds }, engine, seconds, bar };
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
 * Cards are no clips: clips have the numbers that they have in the list.
 *
 * @param {Film["shots"]} shots
 * @param {number} index
 */
function placeOf(shots, index) {
  if (shots[index]?.clip === null) return index === 0 ? "Title" : "The end";
  const before = shots.slice(0, index + 1).filter((shot) => shot.clip !== null).length;
  return `Clip ${before} of ${shots.filter((shot) => shot.clip !== null).length}`;
}

/**
 * @param {object} props
 * @param {Film | { shots?: undefined } | null} props.film empty until the server has said it
 * @param {Clips} props.clips
 * @param {Audio} props.audio
 * @param {Words[]} props.words
 * @param {string} props.ratio
 * @param {Jump} [props.jump] to what was changed
 */
export function FilmPlayer({ film: told, clips, audio, words, ratio, jump }) {
  const film = told?.shots ? told : null;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const { parts, engine, seconds, bar } = useEngine({ film, clips, audio, words });
  const [isFull, toggleFull] = useFullScreen(box);
  const jumped = useRef(jump?.number);
  useEffect(() => {
    if (jump && jump.number !== jumped.current) engine.current?.seekTo(jump.time);
    jumped.current = jump?.number;
  }, [jump, engine]);
  useEffect(() => engine.current?.resize(isFull), [isFull, engine]);
  const [isMuted, setIsMuted] = useState(false);
  const { isPlaying = false, isWaiting = false, index = 0 } = engine.current ?? {};
  const place = film ? placeOf(film.shots, index) : "";
  const isOnCard = !isPlaying && film?.shots[index]?.clip === null;
  const isBefore = isOnCard && (engine.current?.time ?? 0) === 0;
  const look = `stage${isOnCard ? " on-card" : ""}${isBefore ? " before" : ""}`;

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

  const intend = () => engine.current?.intend();

  return (
    <section
      ref={box}
      className={isFull ? "player full" : "player"}
      aria-label="Film player"
      data-state={isPlaying ? (isWaiting ? "waiting" : "playing") : "paused"}
      onKeyDown={keyed}
      onPointerEnter={intend}
      onFocus={intend}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: A second way; the button below is the one that is named. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: The keys are the player's, which holds the stage. */}
      <div ref={parts.stage} className={look} style={{ aspectRatio: ratio }} onClick={toggle}>
        {LAYERS.map((layer) => (
          <div key={layer} className="stage-layer">
            <video playsInline muted preload="none" tabIndex={-1} />
            <img alt="" draggable={false} />
            <img alt="" draggable={false} fetchPriority="high" />
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
      <div ref={parts.sounds} hidden>
        {LANES.map((lane) => (
          <audio key={lane} preload="none" />
        ))}
      </div>
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
          {place && <span className="player-place"> · {place}</span>}
        </span>
        {audio?.sounds?.length > 0 && (
          <button
            type="button"
            className="button quiet round"
            aria-pressed={isMuted}
            aria-label="Mute the sound"
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
