/* One of the player's two layers: a clip or a card, with its words over it. Cards have no video: their clock is the
   page's. Cards, captions and marks are pictures that the compiler draws, so that no text is laid out twice. */

/** @import { Shot, Words } from "../messages.d.ts" */
/** @import { Sources } from "./player_sources.js" */

const READY = 3; // HTMLMediaElement.HAVE_FUTURE_DATA
const FADE_FRAMES = 10;

/**
 * How much of words is there: as compiler.rendering.footage, which fades them in and out.
 *
 * @param {number} frame
 * @param {number} start
 * @param {number} end
 */
export function presenceAt(frame, start, end) {
  if (frame < start || frame >= end) return 0;
  const fade = Math.min(FADE_FRAMES, Math.max(1, Math.floor((end - start) / 3)));
  return Math.max(0, Math.min(1, (frame - start + 1) / (fade + 1), (end - frame) / (fade + 1)));
}

/**
 * @param {HTMLImageElement} picture
 * @param {string} src "" for none
 */
function setPicture(picture, src) {
  if (picture.getAttribute("src") === src) return;
  if (src) picture.src = src;
  else picture.removeAttribute("src");
}

/**
 * @param {HTMLImageElement} picture
 * @param {number} presence
 */
function fade(picture, presence) {
  picture.style.opacity = picture.getAttribute("src") ? String(presence) : "0";
}

/**
 * @typedef {object} LayerParts
 * @property {HTMLElement} element
 * @property {HTMLVideoElement} video
 * @property {HTMLImageElement} words
 * @property {HTMLImageElement} mark below the words, as in the film
 */

export class Layer {
  /** @type {Shot | null} */
  shot = null;
  /** Whether its video is fetched, or only a still of it. */
  isWanted = false;
  #index = -1;
  #cardTime = 0;
  /** @type {number | null} */
  #cardStarted = null;

  /** @param {LayerParts} parts */
  constructor({ element, video, words, mark }) {
    this.element = element;
    this.video = video;
    this.words = words;
    this.mark = mark;
    video.muted = true;
  }

  get isCard() {
    return this.shot !== null && this.shot.clip === null;
  }

  /** Seconds into the clip or card. */
  get time() {
    if (!this.isCard) return this.video.currentTime;
    const since = this.#cardStarted === null ? 0 : (performance.now() - this.#cardStarted) / 1000;
    return Math.min(this.shot?.clip_end ?? 0, this.#cardTime + since);
  }

  get hasEnded() {
    return this.isCard ? this.time >= (this.shot?.clip_end ?? 0) : this.video.ended;
  }

  /* Words that do not come are no reason to stop the pictures. */
  get isReady() {
    return this.isCard ? this.words.complete : this.video.readyState >= READY;
  }

  /* To its end; what fails is not waited for. */
  get isLoaded() {
    if (this.isCard || this.video.error) return true;
    return this.loaded > (this.shot?.clip_end ?? 0) - (this.shot?.clip_start ?? 0) - 0.1;
  }

  /** Seconds of its shot that are there. */
  get loaded() {
    const { buffered } = this.video;
    return buffered.length ? buffered.end(buffered.length - 1) - (this.shot?.clip_start ?? 0) : 0;
  }

  get isPaused() {
    return this.isCard ? this.#cardStarted === null : this.video.paused;
  }

  /**
   * Shows this shot, from `within` seconds of it on when it is a new one, or when asked to `again`.
   *
   * @param {Shot} shot
   * @param {number} index
   * @param {Sources} sources
   * @param {Words | undefined} words
   * @param {boolean} again
   * @param {number} [within]
   */
  prepare(shot, index, sources, words, again, within = 0) {
    this.shot = shot;
    if (this.#load(shot, sources) || again || this.#index !== index) this.seek(shot.clip_start + within);
    this.#index = index;
    this.element.style.background = this.isCard ? (words?.ground ?? "#000") : "";
    setPicture(this.words, words?.src ?? "");
    setPicture(this.mark, words?.mark ?? "");
  }

  play() {
    if (!this.isCard) return this.video.play();
    this.#cardStarted ??= performance.now();
    return Promise.resolve();
  }

  pause() {
    this.#cardTime = this.isCard ? this.time : 0;
    this.#cardStarted = null;
    this.video.pause();
  }

  /** Waits at the first picture. */
  rest() {
    this.pause();
    if (this.shot) this.seek(this.shot.clip_start);
  }

  /** @param {number} time */
  seek(time) {
    if (this.isCard) {
      this.#cardTime = time;
      if (this.#cardStarted !== null) this.#cardStarted = performance.now();
    } else if (this.video.currentTime !== time) this.video.currentTime = time;
  }

  /**
   * @param {number} frame of the film
   * @param {number} fps
   * @param {boolean} isStill before it was begun: words can be read at once
   */
  letter(frame, fps, isStill) {
    const { shot } = this;
    const within = (start = 0, end = 0) => presenceAt(frame, Math.round(start * fps), Math.round(end * fps));
    const card = isStill ? 1 : within(shot?.film_start, shot?.film_end);
    fade(this.words, this.isCard ? card : within(shot?.caption_start, shot?.caption_end));
    fade(this.mark, within(shot?.mark_start, shot?.mark_end));
  }

  stop() {
    this.pause();
    this.#empty();
  }

  /* Its still is seen again. */
  #empty() {
    this.video.removeAttribute("src");
    this.video.load();
    return true;
  }

  /**
   * Whether the video is another one now.
   *
   * @param {Shot} shot
   * @param {Sources} sources
   */
  #load(shot, sources) {
    this.video.style.visibility = this.isCard ? "hidden" : "";
    if (shot.clip === null) {
      this.video.pause();
      return false;
    }
    const poster = sources.poster(shot.clip);
    if (this.video.getAttribute("poster") !== poster) this.video.poster = poster;
    const src = this.isWanted ? sources.of(shot.clip) : "";
    if ((this.video.getAttribute("src") ?? "") === src) return false;
    if (!src) return this.#empty();
    this.video.preload = "auto";
    this.video.src = src;
    return true;
  }
}
