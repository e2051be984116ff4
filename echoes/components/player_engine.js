import { Layer } from "./player_layer.js";
import { Sound } from "./player_sound.js";
import { draw } from "./player_transitions.js";

/** @import { Clips, Film, Shot, Words } from "./messages.d.ts" */
/** @import { LayerParts } from "./player_layer.js" */

const HEAD_START = 0.04;

/**
 * @typedef {object} Parts What the player is made of.
 * @property {[LayerParts, LayerParts]} layers
 * @property {HTMLElement} veil
 * @property {HTMLElement} curtain
 * @property {[HTMLAudioElement, HTMLAudioElement]} audios
 * @property {() => void} onChange
 * @property {(time: number) => void} onTime
 */

/**
 * How bright a moment of the film is, as compiler.timeline.layout says it: 1 but in its fades.
 *
 * @param {Film} film
 * @param {number} time
 */
export function brightnessAt(film, time) {
  const frame = Math.min(time * film.fps, film.frames - 1);
  const rising = (frame + 1) / (film.fade_in_frames + 1);
  const falling = (film.frames - frame) / (film.fade_out_frames + 1);
  return Math.max(0, Math.min(1, rising, falling));
}

/**
 * Plays shots in turn on two layers: even ones on the first, odd ones on the second. While one plays, the next is
 * fetched and waits at its first picture. The clock is the layer that plays, so that a slow network delays the
 * film and never tears it.
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
  /** @type {Words[]} */
  #words = [];
  #frame = 0;

  /** @param {Parts} parts */
  constructor({ layers, veil, curtain, audios, onChange, onTime }) {
    this.layers = layers.map((parts) => new Layer(parts));
    this.veil = veil;
    this.curtain = curtain;
    this.sound = new Sound(audios);
    this.onChange = onChange;
    this.onTime = onTime;
    for (const { video } of this.layers)
      for (const name of ["timeupdate", "ended", "canplay", "waiting"])
        video.addEventListener(name, this.#tick);
  }

  /** @returns {Shot[]} */
  get shots() {
    return this.#film?.shots ?? [];
  }

  /**
   * A change of order begins anew; a change of words, transitions or music goes on where it was.
   *
   * @param {Film | null | undefined} film
   * @param {Clips} clips
   * @param {string} [music]
   * @param {Words[]} [words] of each shot, in the film's order
   */
  load(film, clips, music, words = []) {
    /** @param {Shot[]} shots */
    const key = (shots) => shots.map(({ clip }) => clip).join(" ");
    const isSame = key(this.shots) === key(film?.shots ?? []);
    this.#film = film ?? null;
    this.#clips = clips;
    this.#words = words;
    this.sound.load(film?.soundtrack, music);
    if (!isSame) {
      this.pause();
      this.seek(0);
    } else if (this.isPlaying) this.#prepare(this.index);
    else this.seekTo(this.time);
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
    for (const layer of this.layers) layer.pause();
    this.sound.rest();
    this.onChange();
  }

  /** @param {number} index */
  seek(index) {
    const place = Math.max(0, Math.min(index, this.shots.length - 1));
    this.#goTo(place, this.shots[place]?.film_start ?? 0);
  }

  /**
   * To a moment of the film, within a clip too. In a transition the earlier shot is the one that plays.
   *
   * @param {number} time
   */
  seekTo(time) {
    const moment = Math.max(0, Math.min(time, this.#film?.duration ?? 0));
    const place = this.shots.findIndex((shot) => shot.film_end > moment);
    this.#goTo(place < 0 ? Math.max(0, this.shots.length - 1) : place, moment);
  }

  stop() {
    this.pause();
    for (const layer of this.layers) {
      for (const name of ["timeupdate", "ended", "canplay", "waiting"])
        layer.video.removeEventListener(name, this.#tick);
      layer.stop();
    }
  }

  /**
   * @param {number} index
   * @param {number} time
   */
  #goTo(index, time) {
    const wasPlaying = this.isPlaying;
    this.index = index;
    this.time = time;
    for (const layer of this.layers) layer.pause();
    this.#prepare(index, true);
    if (this.#isOverlapping) this.#prepare(index + 1, true);
    this.#show();
    if (wasPlaying) this.play();
    this.onTime(this.time);
    this.onChange();
  }

  /** @param {number} index */
  #layerOf(index) {
    return /** @type {Layer} */ (this.layers[index % 2]);
  }

  get #current() {
    return this.#layerOf(this.index);
  }

  get #next() {
    return this.#layerOf(this.index + 1);
  }

  /**
   * @param {number} index
   * @param {boolean} [again]
   */
  #prepare(index, again = false) {
    const shot = this.shots[index];
    if (!shot) return;
    const within = Math.max(0, this.time - shot.film_start);
    this.#layerOf(index).prepare(shot, index, this.#clips, this.#words[index], again, within);
  }

  /**
   * A start that was cut short, by a pause of ours or a new address, is no refusal: the next tick sees to it.
   *
   * @param {Layer} layer
   */
  #start(layer) {
    layer.play().catch((refusal) => refusal.name !== "AbortError" && this.pause());
  }

  /** @param {number} index */
  #wake(index) {
    if (!this.shots[index]) return;
    const layer = this.#layerOf(index);
    if (layer.isCard) return;
    layer.play().then(
      () => index !== this.index && !this.#isOverlapping && layer.rest(),
      () => {},
    );
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
    const layer = this.#current;
    const inShot = layer.hasEnded ? shot.clip_end : Math.min(layer.time, shot.clip_end);
    this.time = Math.max(shot.film_start, shot.film_start + inShot - shot.clip_start);
    const mustWait = !layer.hasEnded && (!layer.isReady || (this.#isOverlapping && !this.#next.isReady));
    this.#wait(mustWait);
    if (mustWait) return;
    if (this.#isOverlapping && this.#next.isPaused) this.#start(this.#next);
    this.#show();
    this.sound.follow(this.time);
    if (this.time >= shot.film_end - 0.5 / this.#film.fps || layer.hasEnded) this.#hand();
    this.onTime(this.time);
  };

  /** @param {boolean} isWaiting */
  #wait(isWaiting) {
    if (isWaiting === this.isWaiting) return;
    this.isWaiting = isWaiting;
    if (isWaiting) {
      this.sound.rest();
      if (this.#current.isReady) this.#current.pause();
    } else this.#start(this.#current);
    this.onChange();
  }

  /* The next shot is the one that plays now; its layer becomes the clock. */
  #hand() {
    if (this.index + 1 >= this.shots.length) {
      this.pause();
      this.time = this.#film?.duration ?? 0;
      return;
    }
    this.index += 1;
    if (this.#current.isPaused) this.#start(this.#current);
    this.#show();
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

  #show() {
    if (!this.#film) return;
    const isStill = !this.isPlaying && this.time === 0;
    const [current, next] = [this.#current, this.#next];
    draw(this.#transition?.kind, this.#progress, {
      current: current.element,
      next: next.element,
      veil: this.veil,
    });
    for (const layer of [current, next]) layer.letter(this.time, this.#film.fps, isStill);
    this.curtain.style.opacity = isStill ? "0" : String(1 - brightnessAt(this.#film, this.time));
  }
}
