/* Whether photographs are made smaller before they are sent, and the worker that does it. */
import { lineSpeed } from "./line_speed.js";

/** @import { Answer, Smaller } from "./photo_worker.js" */

const ORIGINALS = "echoes:send-originals";
const PHONE = "(pointer: coarse) and (max-width: 600px), (pointer: coarse) and (max-height: 500px)";
const SLOW_LINES = new Set(["slow-2g", "2g", "3g"]);
const SLOW = 1_000_000;
const LONGEST_WAIT = 60_000;

/**
 * What Chromium tells about the line.
 *
 * @returns {{ effectiveType?: string, saveData?: boolean }}
 */
function connection() {
  return /** @type {{ connection?: object }} */ (navigator).connection ?? {};
}

/** Whether this is a phone, or its line is slow: one by its word, or as it was measured. */
export function wantsSmaller() {
  const { effectiveType, saveData } = connection();
  const isSlow = saveData || SLOW_LINES.has(effectiveType ?? "");
  const isMeasuredSlow = lineSpeed.measured !== null && lineSpeed.measured < SLOW;
  return isSlow || isMeasuredSlow || matchMedia(PHONE).matches;
}

/** A choice for this browser, whose line it is about. */
export function sendsOriginals() {
  try {
    return localStorage.getItem(ORIGINALS) === "yes";
  } catch {
    return isOriginalsWanted; // A browser that lets nothing be stored.
  }
}

let isOriginalsWanted = false;

/** @param {boolean} value */
export function sendOriginals(value) {
  isOriginalsWanted = value;
  try {
    if (value) localStorage.setItem(ORIGINALS, "yes");
    else localStorage.removeItem(ORIGINALS);
  } catch {
    // As above: it holds until the page is left.
  }
}

/** @type {Worker | null} */
let worker = null;
let lastId = 0;

/**
 * @param {File} file
 * @param {number} longest side of photographs as they are kept
 * @returns {Promise<Smaller | null>} null where the original is to be sent, whatever the reason
 */
export function smallerOf(file, longest) {
  if (typeof Worker === "undefined" || typeof OffscreenCanvas === "undefined") return Promise.resolve(null);
  worker ??= new Worker(new URL("./photo_worker.js", import.meta.url), { type: "module" });
  const asked = worker;
  const id = ++lastId;
  return new Promise((resolve) => {
    /** @param {Smaller | null} smaller */
    const end = (smaller) => {
      clearTimeout(timer);
      asked.removeEventListener("message", answered);
      asked.removeEventListener("error", stop);
      resolve(smaller);
    };
    const stop = () => {
      asked.terminate(); // It ran out of memory, or hangs: the next photo gets another one.
      if (worker === asked) worker = null;
      end(null);
    };
    /** @param {MessageEvent<Answer>} event */
    const answered = ({ data }) => data.id === id && end(data.smaller);
    const timer = setTimeout(stop, LONGEST_WAIT);
    asked.addEventListener("message", answered);
    asked.addEventListener("error", stop);
    asked.postMessage({ id, file, longest });
  });
}
