/* Trim of a clip by two handles: pointer and keyboard move the first and the last frame of its part, never closer than
   the shortest part. What is moved is told at once (`onMove`), and when the hand rests (`onDone`). */

/**
 * @typedef {{ start: number, end: number, frames: number, shortest: number }} Part `end` is the frame behind the last
 * @typedef {"start" | "end"} Edge
 */

const BIG_STEP = 12;
const REST = 400; // ms, after which keys that were pressed count as one change
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** @param {number} value @param {number} least @param {number} most */
const between = (value, least, most) => Math.max(least, Math.min(most, value));

/** @param {Part} part @param {Edge} edge @param {number} frame @returns {Part} */
export function moved(part, edge, frame) {
  const whole = Math.round(frame);
  if (edge === "start") return { ...part, start: between(whole, 0, part.end - part.shortest) };
  return { ...part, end: between(whole, part.start + part.shortest, part.frames) };
}

export class Trim {
  /** @type {Edge | null} */
  #held = null;
  /** @type {Part} */
  #told;
  #rest = 0;

  /**
   * @param {HTMLElement} strip
   * @param {Record<Edge, HTMLElement>} handles
   * @param {Part} part
   * @param {{ onMove: (part: Part, edge: Edge) => void, onDone: (part: Part) => void }} tell
   */
  constructor(strip, handles, part, tell) {
    this.strip = strip;
    this.handles = handles;
    this.part = this.#told = part;
    this.tell = tell;
    strip.addEventListener("pointerdown", this.#press);
    strip.addEventListener("pointermove", this.#drag);
    strip.addEventListener("pointerup", this.#release);
    strip.addEventListener("pointercancel", this.#release);
    strip.addEventListener("keydown", this.#key);
    strip.addEventListener("focusout", this.#finish);
  }

  /**
   * What the server says, unless a hand is on it.
   *
   * @param {Part} part
   */
  follow(part) {
    if (this.#held || this.#rest) return;
    this.part = this.#told = part;
  }

  stop() {
    this.#finish();
    this.strip.removeEventListener("pointerdown", this.#press);
    this.strip.removeEventListener("pointermove", this.#drag);
    this.strip.removeEventListener("pointerup", this.#release);
    this.strip.removeEventListener("pointercancel", this.#release);
    this.strip.removeEventListener("keydown", this.#key);
    this.strip.removeEventListener("focusout", this.#finish);
  }

  /** @param {PointerEvent} event */
  #frameAt({ clientX }) {
    const { left, width } = this.strip.getBoundingClientRect();
    return ((clientX - left) / width) * this.part.frames;
  }

  /** @param {Edge} edge @param {number} frame */
  #move(edge, frame) {
    const part = moved(this.part, edge, frame);
    if (part[edge] === this.part[edge]) return;
    this.part = part;
    this.tell.onMove(part, edge);
  }

  /** @param {PointerEvent} event */
  #press = (event) => {
    if (event.button !== 0) return;
    const frame = this.#frameAt(event);
    const { start, end } = this.part;
    this.#held = Math.abs(frame - start) <= Math.abs(frame - end) ? "start" : "end";
    this.strip.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.handles[this.#held].focus({ preventScroll: true });
    this.#move(this.#held, frame);
  };

  /** @param {PointerEvent} event */
  #drag = (event) => {
    if (this.#held) this.#move(this.#held, this.#frameAt(event));
  };

  #release = () => {
    if (!this.#held) return;
    this.#held = null;
    this.#finish();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const edge = event.target === this.handles.start ? "start" : "end";
    const step = (STEPS[event.key] ?? 0) * (event.shiftKey ? BIG_STEP : 1);
    const frame = event.key === "Home" ? 0 : event.key === "End" ? this.part.frames : this.part[edge] + step;
    if (frame === this.part[edge]) return;
    event.preventDefault();
    this.#move(edge, frame);
    window.clearTimeout(this.#rest);
    this.#rest = window.setTimeout(this.#finish, REST);
  };

  #finish = () => {
    window.clearTimeout(this.#rest);
    this.#rest = 0;
    if (this.#held || (this.part.start === this.#told.start && this.part.end === this.#told.end)) return;
    this.#told = this.part;
    this.tell.onDone(this.part);
  };
}

/** @param {EventTarget} target @param {string} name @param {AbortSignal} signal */
const heard = (target, name, signal) =>
  new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true, signal });
    target.addEventListener("error", () => reject(new Error("The clip cannot be read.")), {
      once: true,
      signal,
    });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/**
 * Draws frames of a clip side by side. Rejects when the clip cannot be read, or when it is stopped.
 *
 * @param {HTMLCanvasElement} canvas as wide as `count` frames
 * @param {string} src
 * @param {number} count
 * @param {AbortSignal} signal
 */
export async function paint(canvas, src, count, signal) {
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.preload = "auto";
  const isThere = heard(video, "loadeddata", signal);
  video.src = src;
  try {
    await isThere;
    const width = canvas.width / count;
    for (let number = 0; number < count; number += 1) {
      const seeked = heard(video, "seeked", signal);
      video.currentTime = ((number + 0.5) / count) * video.duration;
      await seeked;
      const scale = Math.max(width / video.videoWidth, canvas.height / video.videoHeight);
      const [wide, high] = [width / scale, canvas.height / scale];
      canvas
        .getContext("2d")
        ?.drawImage(
          video,
          (video.videoWidth - wide) / 2,
          (video.videoHeight - high) / 2,
          wide,
          high,
          number * width,
          0,
          width,
          canvas.height,
        );
    }
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}
