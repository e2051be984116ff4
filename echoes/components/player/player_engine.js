import { Ahead } from "./player_ahead.js";
import { placeOf, within } from "./player_places.js";
import { LayerPool } from "./player_pool.js";
import { Sound } from "./player_sound.js";
import { Stage } from "./player_stage.js";

/** @import { Audio, Clips, Film, Shot, Words } from "../messages.d.ts" */
/** @import { View } from "./player_ahead.js" */
/** @import { Layer, LayerParts } from "./player_layer.js" */

const HEAD_START = 0.04;
/** Seconds that are there before a film that waits goes on: a line that has just begun is slow. */
const LEAD = 0.5;

/**
 * @typedef {object} Parts What the player is made of.
 * @property {LayerParts[]} layers two or more
 * @property {HTMLElement} veil
 * @property {HTMLElement} curtain
 * @property {HTMLAudioElement[]} audios one for each lane of sound
 * @property {() => void} onChange
 * @property {(time: number) => void} onTime
 */

/**
 * Plays shots in turn, each on the next layer. While one plays, those behind it are fetched, one after another, and
 * wait at their first pictures. The clock is the layer that plays, so that a slow network delays the film and never
 * tears it. Before somebody wants to play, nothing is fetched but the picture that is seen.
 */
export class Engine {
  index = 0;
  time = 0;
  isPlaying = false;
  isWaiting = false;
  /** @type {Film | null} */
  #film = null;
  /** @type {LayerPool} */
  #pool;
  /** @type {Stage} */
  #stage;
  #isLarge = false;
  #frame = 0;
  #isWanted = false;
  /** @type {Ahead} */
  #ahead;

  /** @param {Parts} parts */
  constructor({ layers, veil, curtain, audios, onChange, onTime }) {
    this.#pool = new LayerPool(layers, { timeOf: () => this.time, onEvent: () => this.#tick() });
    this.#stage = new Stage(this.#pool, { veil, curtain });
    this.#ahead = new Ahead(this.#pool.layers);
    this.sound = new Sound(audios);
    this.onChange = onChange;
    this.onTime = onTime;
  }

  get layers() {
    return this.#pool.layers;
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
   * @param {Audio | null} [audio]
   * @param {Words[]} [words] of each shot, in the film's order
   */
  load(film, clips, audio, words = []) {
    /** @param {Shot[]} shots */
    const key = (shots) => shots.map(({ clip }) => clip).join(" ");
    const isSame = key(this.shots) === key(film?.shots ?? []);
    this.#film = film ?? null;
    this.#pool.shots = this.shots;
    this.#pool.words = words;
    this.#pool.sources.clips = clips;
    this.sound.load(audio);
    if (!isSame) {
      this.pause();
      this.#goTo(0, this.shots[0]?.film_start ?? 0);
    } else if (this.isPlaying) this.#pool.prepare(this.index);
    else this.#goToTime(this.time);
  }

  /* The first sign that somebody may play the film: what it begins with is fetched. */
  intend() {
    if (this.#isWanted || !this.shots.length) return;
    this.#isWanted = true;
    for (const layer of this.layers) layer.isWanted = true;
    this.#pool.prepare(this.index, true);
    if (this.#isOverlapping) this.#pool.prepare(this.index + 1, true);
    this.sound.prepare(this.time);
    this.#fetchAhead();
  }

  /* Everything is started inside the tap, else phones refuse it. */
  play() {
    if (!this.#film || !this.shots.length) return;
    this.intend();
    if (this.time >= this.#film.duration - HEAD_START) this.seek(0);
    this.isPlaying = true;
    this.#pool.prepare(this.index);
    this.#pool.prepare(this.index + 1);
    const next = this.index + 1;
    this.#pool.wake(next, () => next === this.index || this.#isOverlapping);
    this.#start(this.#current);
    this.sound.wake(this.time);
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#loop);
    this.onChange();
  }

  pause() {
    this.isPlaying = this.isWaiting = false;
    this.#ahead.isDry = false;
    cancelAnimationFrame(this.#frame);
    this.#pool.pause();
    this.sound.rest();
    this.onChange();
  }

  /** @param {number} index */
  seek(index) {
    const place = Math.max(0, Math.min(index, this.shots.length - 1));
    this.seekTo(this.shots[place]?.film_start ?? 0, place);
  }

  /**
   * To a moment of the film, within a clip too, because somebody wants to see it.
   *
   * @param {number} time
   * @param {number} [index] of the shot, where it may be a later one than that which plays
   */
  seekTo(time, index) {
    const place = index ?? placeOf(this.#film, time);
    for (const each of [place, place + 1]) this.#pool.of(each).isWanted = true;
    this.#goTo(place, within(this.#film, time));
  }

  /**
   * Whether it fills the screen, where more can be seen.
   *
   * @param {boolean} isLarge
   */
  resize(isLarge) {
    if (isLarge === this.#isLarge) return;
    this.#isLarge = isLarge;
    this.#ahead.reconsider(this.#view, isLarge);
    if (!this.isPlaying && this.#isWanted) this.#goToTime(this.time);
  }

  stop() {
    this.pause();
    this.#ahead.stop();
    this.sound.stop();
    this.#pool.stop();
  }

  /** @param {number} time */
  #goToTime(time) {
    this.#goTo(placeOf(this.#film, time), within(this.#film, time));
  }

  /**
   * @param {number} index
   * @param {number} time
   */
  #goTo(index, time) {
    const wasPlaying = this.isPlaying;
    this.index = index;
    this.time = time;
    this.#pool.pause();
    this.#pool.prepare(index, true);
    if (this.#isOverlapping) this.#pool.prepare(index + 1, true);
    this.#show();
    if (wasPlaying) this.play();
    this.onTime(this.time);
    this.onChange();
  }

  get #current() {
    return this.#pool.of(this.index);
  }

  get #next() {
    return this.#pool.of(this.index + 1);
  }

  #fetchAhead = () => {
    if (this.#isWanted) this.#ahead.fetch(this.#view, (index) => this.#pool.prepare(index), this.#fetchAhead);
  };

  /** @returns {View} */
  get #view() {
    return {
      index: this.index,
      time: this.time,
      shots: this.shots,
      sources: this.#pool.sources,
      isPlaying: this.isPlaying,
    };
  }

  /** @param {Layer} layer */
  #start(layer) {
    this.#pool.start(layer, () => this.pause());
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
    this.#fetchAhead();
    if (!this.isPlaying || !this.#film || !shot) return;
    const layer = this.#current;
    const inShot = layer.hasEnded ? shot.clip_end : Math.min(layer.time, shot.clip_end);
    this.time = Math.max(shot.film_start, shot.film_start + inShot - shot.clip_start);
    const isDry = !layer.hasEnded && (!layer.isReady || (this.#isOverlapping && !this.#next.isReady));
    const isShort = !layer.isLoaded && layer.loaded - (inShot - shot.clip_start) < LEAD;
    const isRefilling = isShort || this.#ahead.isRefilling(this.#view, this.#film.duration);
    const mustWait = isDry || (this.isWaiting && isRefilling);
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
    const hasBegun = this.time > HEAD_START;
    if (isWaiting && hasBegun) this.#ahead.runDry(this.#view);
    else this.#ahead.isDry = false;
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
    this.#pool.pause(this.#current);
    this.#pool.prepare(this.index + 1);
    this.#fetchAhead();
    this.onChange();
  }

  #show() {
    if (this.#film) this.#stage.show(this.#film, this);
  }
}
