/* Which rendition of each clip is played, decided here alone: the full one, or the light one where the line is slow, or
   where the picture is so small that the light one has pixels enough. What was decided for a clip stays, so that nothing
   is fetched twice, until there is a reason to decide anew. */

/** @import { Clips } from "../messages.d.ts" */

/** Mbit/s of a line that carries full clips: they have two, music comes beside them, and lines waver. */
const ENOUGH = 4;
/** Bytes that must have come before their speed says anything about the line. */
const TELLING = 100_000;
/** Pixels of the light rendition's shorter side: compiler/clips/preview.py. */
const LIGHT_SIDE = 480;
/** Beyond two pixels a point nobody sees more in a film. */
const DENSEST = 2;
/** They read as they play: how long it takes says nothing. */
const PACED = ["video", "audio"];

/**
 * Mbit/s at which files of this page came, over the time in which any came; null when they are too few to tell.
 *
 * @param {Pick<PerformanceResourceTiming, "transferSize" | "responseStart" | "responseEnd" | "initiatorType">[]} files
 *   those of other origins and from the cache have no size
 */
export function rateOf(files) {
  const came = files.filter(
    ({ transferSize, responseStart, initiatorType }) =>
      transferSize > 0 && responseStart > 0 && !PACED.includes(initiatorType),
  );
  let [bytes, busy, until] = [0, 0, 0];
  for (const file of came.sort((one, other) => one.responseStart - other.responseStart)) {
    bytes += file.transferSize;
    busy += Math.max(0, file.responseEnd - Math.max(until, file.responseStart));
    until = Math.max(until, file.responseEnd);
  }
  return bytes >= TELLING && busy > 0 ? (bytes * 8) / busy / 1000 : null;
}

/** @typedef {{ saveData?: boolean, effectiveType?: string, downlink?: number }} NetworkInformation */

/* What came tells more than the browser's estimate, which begins with a guess. */
function isLineSlow() {
  const { connection } = /** @type {{ connection?: NetworkInformation }} */ (navigator);
  const { saveData = false, effectiveType = "4g", downlink = ENOUGH } = connection ?? {};
  const files = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
  return saveData || effectiveType !== "4g" || (rateOf(files) ?? downlink) < ENOUGH;
}

export class Sources {
  /** @type {Clips} */
  #clips = {};
  /** @type {Map<string, "src" | "light">} */
  #chosen = new Map();
  #hasStalled = false;

  /** @param {HTMLElement} stage on which the film is seen */
  constructor(stage) {
    this.stage = stage;
  }

  /** @param {Clips} clips */
  set clips(clips) {
    this.#clips = clips;
  }

  /** @param {string | null} clip */
  poster(clip) {
    return (clip && this.#clips[clip]?.poster) || "";
  }

  /** @param {string | null} clip */
  of(clip) {
    const files = clip === null ? undefined : this.#clips[clip];
    if (clip === null || !files) return "";
    const chosen = this.#chosen.get(clip) ?? (files.light && this.#isLightEnough() ? "light" : "src");
    this.#chosen.set(clip, chosen);
    return files[chosen] || files.src;
  }

  /* Whatever was said or measured before: the line did not keep up. */
  stalled() {
    this.#hasStalled = true;
  }

  /**
   * The light one of this clip cannot be played. False: it was not played.
   *
   * @param {string | null} clip
   */
  giveUp(clip) {
    if (clip === null || this.#chosen.get(clip) !== "light") return false;
    this.#chosen.set(clip, "src");
    return true;
  }

  /**
   * All is decided anew, when it is next asked for.
   *
   * @param {(clip: string) => boolean} isKept
   */
  reconsider(isKept) {
    for (const clip of this.#chosen.keys()) if (!isKept(clip)) this.#chosen.delete(clip);
  }

  #isLightEnough() {
    const { clientWidth, clientHeight } = this.stage;
    const side = Math.min(clientWidth, clientHeight) * Math.min(devicePixelRatio, DENSEST);
    return side <= LIGHT_SIDE || this.#hasStalled || isLineSlow();
  }
}
