import { isolated } from "$/public/external/echoes/components/isolation/isolation.js";
import { answerOf } from "./transfer.js";

/**
 * @import { HttpResponse } from "tus-js-client"
 * @import { Smaller } from "./photo_worker.js"
 */

/**
 * @typedef {object} Waiting A file on its way, as the page shows it.
 * @property {"waiting" | "sending" | "settling" | "arrived" | "failed"} state
 * @property {string} words
 * @property {number} percent
 * @property {boolean} canRetry
 * @property {boolean} isUnreachable
 * @property {boolean} needsSignIn
 * @property {boolean} hasSound whether it is a video that was sent as music
 * @property {boolean} [useSound] the person's answer to that
 * @property {Smaller | null} [smaller] what is sent in place of the file; null for the file itself
 * @property {string} [arrivedAs] the id of the photo or track that it became
 *
 * @typedef {Waiting & { id: number, file: File, name: string, preview: string }} Sent
 */

const NOT_SIGNED_IN = 401;
const BUSY = 423;
/** @type {Waiting} */
export const WAITING = {
  state: "waiting",
  words: "Waiting for its turn",
  percent: 0,
  canRetry: false,
  isUnreachable: false,
  needsSignIn: false,
  hasSound: false,
};
const NO_ANSWER = "The connection was lost. This will continue by itself.";
const ENDED = "Your session has ended. Sign in, and this continues where it stopped.";
const GENERAL = "could not be sent. Please try again.";
export const USE_SOUND = { name: "Upload-Use-Sound", yes: "yes" };
export const OPEN = new Set(["waiting", "sending", "settling"]);

/** @param {Sent[]} uploads */
export function summaryOf(uploads) {
  const open = uploads.filter(({ state }) => OPEN.has(state)).length;
  const asked = uploads.filter(({ hasSound }) => hasSound).length;
  const failed = uploads.filter(({ state }) => state === "failed").length - asked;
  if (open) return `${open} still on the way.`;
  if (asked) return `${asked} ${asked === 1 ? "waits" : "wait"} for your answer.`;
  if (failed) return `${failed} could not be sent.`;
  return uploads.length ? "Everything has arrived." : "";
}

/**
 * @param {number} sent
 * @param {number} total
 * @param {boolean} isSmaller than the file
 * @returns {Partial<Waiting>}
 */
export function progressed(sent, total, isSmaller) {
  const percent = Math.floor((100 * sent) / total);
  if (sent >= total) return { state: "settling", percent, words: "Getting it ready…" };
  return { state: "sending", percent, words: `${isSmaller ? "Made smaller · " : ""}${percent}%` };
}

/**
 * @param {string} name of the file
 * @param {HttpResponse | null} response
 * @returns {Partial<Waiting>}
 */
export function failed(name, response) {
  const status = response?.getStatus() ?? 0;
  const needsSignIn = status === NOT_SIGNED_IN;
  return {
    state: "failed",
    needsSignIn,
    hasSound: response?.getHeader(USE_SOUND.name) === USE_SOUND.yes,
    isUnreachable: !status,
    canRetry: !status || status === BUSY || status >= 500,
    words: needsSignIn
      ? ENDED
      : status
        ? (answerOf(response).error ?? `${isolated(name)} ${GENERAL}`)
        : NO_ANSWER,
  };
}
