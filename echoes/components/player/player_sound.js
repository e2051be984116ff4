/* The film's sound: follows the list that compiler/timeline/playback.py makes of the layout by which the film is
   mixed. Which file plays when, where in it and how loud is all said there, ducking and fades included.

   Gains go through Web Audio, which can also make louder and works where a page may not set the volume (iPhones), and
   through a limiter, as the film's do.
   Files of another origin, such as a bucket, it would silence: there the elements' own volume is set, which ends at
   1 and, on iPhones, is not heard. */

import { limiterOf } from "./player_limiter.js";

/** @import { Audio, PlayedSound } from "../messages.d.ts" */

const FAR_OFF = 0.3;
/** Seconds before a sound in which its file is fetched. */
const AHEAD = 15;
/** Seconds in which a gain is nearly reached, so that nothing clicks. */
const GLIDE = 0.01;
/** By so much a gain that glides, set once for each picture of the screen, comes late: it is set so much earlier. */
export const LAG = GLIDE + 1 / 120;

/**
 * @param {PlayedSound["gain"]} points
 * @param {number} time
 */
function along(points, time) {
  const after = points.findIndex(([at]) => at > time);
  const [left, right] = [points[after - 1], points[after]];
  if (!right) return points.at(-1)?.[1] ?? 0;
  if (!left) return right[1];
  const [[from, low], [to, high]] = [left, right];
  return low + ((high - low) * (time - from)) / (to - from);
}

/**
 * What is heard at a moment of the film: which file in which lane, where in it, and how loud.
 *
 * @typedef {{ name: string, lane: number, at: number, gain: number }} Voice
 *
 * @param {PlayedSound[]} sounds
 * @param {number} time
 * @param {number} [lag] by which its loudness is ahead
 * @returns {Voice[]}
 */
export function voicesAt(sounds, time, lag = 0) {
  return sounds
    .filter(({ start, end }) => start <= time && time < end)
    .map(({ name, lane, start, at, gain }) => ({
      name,
      lane,
      at: at + time - start,
      gain: along(gain, time + lag),
    }));
}

/**
 * @param {GainNode} node of a lane
 * @param {number} gain
 * @param {number} time of its context
 */
export const glideTo = (node, gain, time) => node.gain.setTargetAtTime(gain, time, GLIDE);

let silent = "";

/** A moment of silence, without which a phone would not let an element play later on. */
function silence() {
  const header = [0x46464952, 37, 0x45564157, 0x20746d66, 16, 0x10001, 8000, 8000, 0x80001, 0x61746164, 1];
  const parts = [new Uint32Array(header), new Uint8Array([128])];
  silent ||= URL.createObjectURL(new Blob(parts, { type: "audio/wav" }));
  return silent;
}

/** @param {string} address */
const isOurs = (address) => new URL(address, location.href).origin === location.origin;

export class Sound {
  /** @type {Audio} */
  #audio = { files: {}, sounds: [] };
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {GainNode[]} */
  #gains = [];
  #isMuted = false;
  #isWanted = false;

  /** @param {HTMLAudioElement[]} elements one for each lane */
  constructor(elements) {
    this.elements = elements;
  }

  /** @param {Audio | null | undefined} audio */
  load(audio) {
    this.#audio = audio?.sounds ? audio : { files: {}, sounds: [] };
    const known = new Set(Object.values(this.#audio.files));
    for (const element of this.elements) {
      const src = element.getAttribute("src");
      if (src && !known.has(src)) this.#empty(element);
    }
  }

  /**
   * At the first intent to play: what is heard now, or soon, is fetched.
   *
   * @param {number} time
   */
  prepare(time) {
    this.#isWanted = true;
    this.#fetch(time);
  }

  /**
   * Called inside the tap: a phone lets an element play later on only if a tap has started it.
   *
   * @param {number} time
   */
  wake(time) {
    if (!this.#audio.sounds.length) return;
    this.prepare(time);
    this.#connect();
    this.#context?.resume();
    for (const element of this.elements) {
      if (!element.getAttribute("src")) element.src = silence();
      element.play().catch(() => {});
    }
    this.follow(time);
  }

  /** @param {number} time */
  follow(time) {
    const voices = voicesAt(this.#audio.sounds, time, this.#context ? LAG : 0);
    this.elements.forEach((element, lane) => {
      const voice = voices.find((each) => each.lane === lane);
      if (voice) this.#sing(element, voice);
      else if (!element.paused) element.pause();
    });
    this.#fetch(time);
  }

  rest() {
    for (const element of this.elements) element.pause();
  }

  /* A page has few audio contexts: this one goes with its player. */
  stop() {
    this.rest();
    this.#context?.close();
  }

  /** @param {boolean} isMuted */
  set muted(isMuted) {
    this.#isMuted = isMuted;
    for (const element of this.elements) element.muted = isMuted;
    if (isMuted && this.#context) for (const node of this.#gains) glideTo(node, 0, this.#context.currentTime);
  }

  /** How loud each lane is set. */
  get gains() {
    return this.elements.map((element, lane) => this.#gains[lane]?.gain.value ?? element.volume);
  }

  /* A graph once for all elements: what is connected stays so. */
  #connect() {
    const files = Object.values(this.#audio.files);
    if (this.#context || typeof AudioContext === "undefined" || !files.every(isOurs)) return;
    const context = new AudioContext();
    this.#context = context;
    const limiter = limiterOf(context);
    this.#gains = this.elements.map((element) => {
      const gain = new GainNode(context, { gain: 0 });
      context.createMediaElementSource(element).connect(gain).connect(limiter);
      element.volume = 1;
      return gain;
    });
  }

  /**
   * The file that each free lane needs next, if that is soon.
   *
   * @param {number} time
   */
  #fetch(time) {
    if (!this.#isWanted) return;
    this.elements.forEach((element, lane) => {
      const next = this.#audio.sounds.find((sound) => sound.lane === lane && sound.end > time);
      if (next && next.start < time + AHEAD)
        this.#open(element, next.name, next.start > time ? next.at : null);
    });
  }

  /**
   * @param {HTMLAudioElement} element
   * @param {string} name
   * @param {number | null} at where it will begin
   */
  #open(element, name, at = null) {
    const src = this.#audio.files[name];
    if (!src || element.getAttribute("src") === src) return;
    element.preload = "auto";
    element.src = src;
    if (at !== null) element.currentTime = at;
  }

  /** @param {HTMLAudioElement} element */
  #empty(element) {
    element.pause();
    element.removeAttribute("src");
  }

  /**
   * @param {HTMLAudioElement} element
   * @param {Voice} voice
   */
  #sing(element, { name, lane, at, gain }) {
    this.#open(element, name);
    this.#set(element, lane, gain);
    // A seek that takes long, on a slow connection, would never end if each tick began it anew.
    if (!element.seeking && Math.abs(element.currentTime - at) > FAR_OFF) element.currentTime = at;
    if (element.paused) element.play().catch(() => {}); // No music is no reason to stop the pictures.
  }

  /**
   * @param {HTMLAudioElement} element
   * @param {number} lane
   * @param {number} gain
   */
  #set(element, lane, gain) {
    const node = this.#gains[lane];
    const heard = this.#isMuted ? 0 : gain;
    if (node && this.#context) glideTo(node, heard, this.#context.currentTime);
    else element.volume = Math.max(0, Math.min(1, gain));
    element.muted = this.#isMuted;
  }
}
