import { Sound } from "./player_sound.js";
import { draw } from "./player_transitions.js";

/** @import { Clips, Film, Shot } from "./messages.d.ts" */

const READY = 3; // HTMLMediaElement.HAVE_FUTURE_DATA
const HEAD_START = 0.04;

/**
 * @typedef {object} Parts What the player is made of.
 * @property {[HTMLVideoElement, HTMLVideoElement]} videos
 * @property {HTMLElement} veil
 * @property {[HTMLAudioElement, HTMLAudioElement]} audios
 * @property {() => void} onChange
 * @property {(time: number) => void} onTime
 */

/**
 * Plays shots in turn on two video elements: even ones on the first, odd ones on the second. While one plays,
 * the next is fetched and waits at its first picture. The clock is the video that plays, so that a slow
 * network delays the film and never tears it.
 */
export class Engine {
  index = 0;
  time = 0;
  isPlaying = false;
  isWaiting = false;
  /** @type {Film | null} */
  #film = null;
  /** @type {Clips} */
  #clips = {};
  #frame = 0;

  /** @param {Parts} parts */
  constructor({ videos, veil, audios, onChange, onTime }) {
    this.videos = videos;
    this.veil = veil;
    this.sound = new Sound(audios);
    this.onChange = onChange;
    this.onTime = onTime;
    for (const video of videos) {
      video.muted = true;
      video.addEventListener("timeupdate", this.#tick);
      video.addEventListener("ended", this.#tick);
      video.addEventListener("canplay", this.#tick);
      video.addEventListener("waiting", this.#tick);
    }
  }

  /** @returns {Shot[]} */
  get shots() {
    return this.#film?.shots ?? [];
  }

  /**
   * A change of order begins anew; a change of transition or music goes on where it was.
   *
   * @param {Film | null | undefined} film
   * @param {Clips} clips
   * @param {string} [music]
   */
  load(film, clips, music) {
    /** @param {Shot[]} shots */
    const key = (shots) => shots.map(({ clip }) => clip).join(" ");
    const isSame = key(this.shots) === key(film?.shots ?? []);
    this.#film = film ?? null;
    this.#clips = clips;
    this.sound.load(film?.soundtrack, music);
    if (isSame) return;
    this.pause();
    this.seek(0);
  }

  /* Everything is started inside the tap, else phones refuse it. */
  play() {
    if (!this.#film || !this.shots.length) return;
    if (this.time >= this.#film.duration - HEAD_START) this.seek(0);
    this.isPlaying = true;
    this.#prepare(this.index);
    this.#prepare(this.index + 1);
    this.#wake(this.index + 1);
    this.#start(this.#current);
    this.sound.wake(this.time);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#loop);
    this.onChange();
  }

  pause() {
    this.isPlaying = this.isWaiting = false;
    cancelAnimationFrame(this.#frame);
    for (const video of this.videos) video.pause();
    this.sound.rest();
    this.onChange();
  }

  /** @param {number} index */
  seek(index) {
    const wasPlaying = this.isPlaying;
    this.index = Math.max(0, Math.min(index, this.shots.length - 1));
    this.time = this.shots[this.index]?.film_start ?? 0;
    for (const video of this.videos) video.pause();
    this.#prepare(this.index, true);
    this.#show(0);
    if (wasPlaying) this.play();
    this.onTime(this.time);
    this.onChange();
  }

  stop() {
    this.pause();
    for (const video of this.videos) {
      for (const name of ["timeupdate", "ended", "canplay", "waiting"])
        video.removeEventListener(name, this.#tick);
      video.removeAttribute("src");
      video.load();
    }
  }

  /** @param {number} index */
  #videoOf(index) {
    return this.videos[index % 2 === 0 ? 0 : 1];
  }

  get #current() {
    return this.#videoOf(this.index);
  }

  get #next() {
    return this.#videoOf(this.index + 1);
  }

  /**
   * @param {number} index
   * @param {boolean} [again]
   */
  #prepare(index, again = false) {
    const shot = this.shots[index];
    if (!shot) return;
    const video = this.#videoOf(index);
    const { src = "", poster } = this.#clips[shot.clip ?? ""] ?? {};
    if (video.getAttribute("src") !== src) {
      video.poster = poster ?? "";
      video.preload = "auto";
      video.src = src;
      video.dataset.shot = "";
    }
    if (again || video.dataset.shot !== String(index)) {
      video.currentTime = shot.clip_start;
      video.dataset.shot = String(index);
    }
  }

  /**
   * A start that was cut short, by a pause of ours or a new address, is no refusal: the next tick sees to it.
   *
   * @param {HTMLVideoElement} video
   */
  #start(video) {
    video.play().catch((refusal) => refusal.name !== "AbortError" && this.pause());
  }

  /** @param {number} index */
  #wake(index) {
    const shot = this.shots[index];
    if (!shot) return;
    const video = this.#videoOf(index);
    const rest = () => index !== this.index && !this.#isOverlapping && this.#rest(video, shot);
    video.play().then(rest, () => {});
  }

  /**
   * @param {HTMLVideoElement} video
   * @param {Shot} shot
   */
  #rest(video, shot) {
    video.pause();
    video.currentTime = shot.clip_start;
  }

  get #isOverlapping() {
    const next = this.shots[this.index + 1];
    return next !== undefined && this.time >= next.film_start - HEAD_START;
  }

  #loop = () => {
    this.#tick();
    if (this.isPlaying) this.#frame = requestAnimationFrame(this.#loop);
  };

  #tick = () => {
    const shot = this.shots[this.index];
    if (!this.isPlaying || !this.#film || !shot) return;
    const video = this.#current;
    const inShot = video.ended ? shot.clip_end : Math.min(video.currentTime, shot.clip_end);
    this.time = Math.max(shot.film_start, shot.film_start + inShot - shot.clip_start);
    const mustWait =
      !video.ended && (video.readyState < READY || (this.#isOverlapping && this.#next.readyState < READY));
    this.#wait(mustWait);
    if (mustWait) return;
    if (this.#isOverlapping && this.#next.paused) this.#start(this.#next);
    this.#show(this.#progress);
    this.sound.follow(this.time);
    if (this.time >= shot.film_end - 0.5 / this.#film.fps || video.ended) this.#hand();
    this.onTime(this.time);
  };

  /** @param {boolean} isWaiting */
  #wait(isWaiting) {
    if (isWaiting === this.isWaiting) return;
    this.isWaiting = isWaiting;
    if (isWaiting) {
      this.sound.rest();
      if (this.#current.readyState >= READY) this.#current.pause();
    } else this.#start(this.#current);
    this.onChange();
  }

  /* The next shot is the one that plays now; its video becomes the clock. */
  #hand() {
    if (this.index + 1 >= this.shots.length) {
      this.pause();
      this.time = this.#film?.duration ?? 0;
      return;
    }
    this.index += 1;
    if (this.#current.paused) this.#start(this.#current);
    this.#show(0);
    this.#next.pause();
    this.#prepare(this.index + 1);
    this.onChange();
  }

  get #transition() {
    return this.#film?.transitions[this.index];
  }

  /* As compiler.picture.transitions.progress_at: away from the old shot at once, on the new one at the very end. */
  get #progress() {
    const transition = this.#transition;
    if (!this.#film || !transition?.frames || this.time < transition.start) return 0;
    return Math.min(1, ((this.time - transition.start) * this.#film.fps + 1) / (transition.frames + 1));
  }

  /** @param {number} progress */
  #show(progress) {
    draw(this.#transition?.kind, progress, { current: this.#current, next: this.#next, veil: this.veil });
  }
}
