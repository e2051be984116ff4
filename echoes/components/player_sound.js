/* The music under the film. A looped track lies over its own next beginning for the length of the seam, so two
   elements take turns. iPhones do not let a page set the volume: there the music plays at full and stops hard. */

/** @import { Soundtrack } from "./messages.d.ts" */

const FAR_OFF = 0.3;

/**
 * @param {Soundtrack["gain"]} points
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
 * Which rounds of the track sound at a moment of the film, where in the track, and how loud.
 *
 * @typedef {{ round: number, at: number, gain: number }} Voice
 *
 * @param {Soundtrack | null} track
 * @param {number} trackLength
 * @param {number} time
 * @returns {Voice[]}
 */
export function voicesAt(track, trackLength, time) {
  if (!track || time >= track.end) return [];
  const gain = along(track.gain, time);
  const round = trackLength - track.start;
  if (!track.seam) return round > time ? [{ round: 0, at: track.start + time, gain }] : [];
  const step = round - track.seam;
  const number = Math.floor(time / step);
  const since = time - number * step;
  const fadesIn = number > 0 && since < track.seam;
  const turn = Math.min(1, since / track.seam) * (Math.PI / 2);
  const voices = [{ round: number, at: track.start + since, gain: fadesIn ? gain * Math.sin(turn) : gain }];
  if (fadesIn)
    voices.push({ round: number - 1, at: track.start + step + since, gain: gain * Math.cos(turn) });
  return voices;
}

export class Sound {
  /** @type {Soundtrack | null} */
  #track = null;

  /** @param {[HTMLAudioElement, HTMLAudioElement]} elements */
  constructor(elements) {
    this.elements = elements;
  }

  /**
   * @param {Soundtrack | null | undefined} track
   * @param {string} [address]
   */
  load(track, address) {
    this.#track = (address && track) || null;
    for (const element of this.elements) {
      const current = element.getAttribute("src") ?? "";
      if (current === (address ?? "")) continue;
      element.pause();
      if (address) element.src = address;
      else element.removeAttribute("src");
    }
  }

  /**
   * Called inside the tap: a phone lets an element play later on only if a tap has started it.
   *
   * @param {number} time
   */
  wake(time) {
    if (!this.#track) return;
    for (const element of this.elements) element.play().catch(() => {});
    this.follow(time);
  }

  /** @param {number} time */
  follow(time) {
    const voices = voicesAt(this.#track, this.elements[0].duration || Infinity, time);
    this.elements.forEach((element, turn) => {
      const voice = voices.find(({ round }) => round % 2 === turn);
      if (voice) this.#sing(element, voice);
      else if (!element.paused) element.pause();
    });
  }

  rest() {
    for (const element of this.elements) element.pause();
  }

  /** @param {boolean} isMuted */
  set muted(isMuted) {
    for (const element of this.elements) element.muted = isMuted;
  }

  /**
   * @param {HTMLAudioElement} element
   * @param {Voice} voice
   */
  #sing(element, { at, gain }) {
    element.volume = Math.max(0, Math.min(1, gain));
    // A seek that takes long, on a slow connection, would never end if each tick began it anew.
    if (!element.seeking && Math.abs(element.currentTime - at) > FAR_OFF) element.currentTime = at;
    if (element.paused) element.play().catch(() => {}); // No music is no reason to stop the pictures.
  }
}
