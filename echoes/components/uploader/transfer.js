import { Upload } from "tus-js-client";
import { ChunkSizes } from "./chunk_sizes.js";
import { lineSpeed } from "./line_speed.js";

/**
 * @import { DetailedError, HttpResponse, UploadOptions } from "tus-js-client"
 * @import { UploadAnswer } from "../messages.d.ts"
 */

const ENDPOINT = "/uploads";
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 20000];
const TOO_LARGE = 413;
const TIMED_OUT = 408;
const ASK_AGAIN = new Set([TIMED_OUT, 409, 423]);
const BREAKS_IN_A_CHUNK = 2;

const chunkSizes = new ChunkSizes();

/**
 * @param {HttpResponse | null | undefined} response
 * @returns {UploadAnswer}
 */
export function answerOf(response) {
  try {
    return JSON.parse(response?.getBody() ?? "") ?? {};
  } catch {
    return {}; // Not from us, such as a proxy's page: it says nothing to a person.
  }
}

/**
 * @typedef {object} Events
 * @property {() => void} announced
 * @property {(sent: number, total: number) => void} progressed
 * @property {(answer: UploadAnswer, url: string | null) => void} arrived
 * @property {(response: HttpResponse | null) => void} failed
 */

/**
 * One file on its way by tus, in one request if the line lets it through. Where a proxy answers that it is too
 * large (413, without the code that each refusal of ours has), or the connection breaks twice in one chunk, it
 * goes on in smaller ones.
 */
export class Transfer {
  #breaks = 0;
  #sent = 0;
  #isAborted = false;

  /**
   * @param {Blob} body
   * @param {string} fingerprint the same for the same file after a reload
   * @param {Record<string, string>} metadata
   * @param {Record<string, string>} headers
   * @param {Events} events
   */
  constructor(body, fingerprint, metadata, headers, events) {
    this.body = body;
    this.upload = new Upload(body, {
      endpoint: ENDPOINT,
      retryDelays: RETRY_DELAYS,
      chunkSize: chunkSizes.size,
      headers,
      metadata,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => fingerprint,
      onUploadUrlAvailable: events.announced,
      onShouldRetry: (error, attempt, options) => this.#shouldRetry(error, attempt, options),
      onChunkComplete: (size) => this.#completed(size),
      onProgress: (sent, total) => {
        lineSpeed.sent(sent - this.#sent);
        this.#sent = sent;
        events.progressed(sent, total);
      },
      onSuccess: ({ lastResponse }) => events.arrived(answerOf(lastResponse), this.upload.url),
      onError: (error) => events.failed("originalResponse" in error ? error.originalResponse : null),
    });
  }

  async start() {
    // A browser that lets nothing be stored remembers no earlier upload: then it begins at the beginning.
    const [earlier] = await this.upload.findPreviousUploads().catch(() => []);
    if (this.#isAborted) return;
    if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    this.upload.start();
  }

  abort() {
    this.#isAborted = true;
    this.upload.abort(true).catch(() => {}); // The server cleans up what it was not told to delete.
  }

  /** @param {number} size */
  #completed(size) {
    this.#breaks = 0;
    chunkSizes.succeeded(size);
    this.upload.options.chunkSize = chunkSizes.size;
  }

  /**
   * @param {DetailedError} error
   * @param {number} attempt
   * @param {UploadOptions} options
   * @returns {boolean}
   */
  #shouldRetry(error, attempt, options) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const isOurs = Boolean(answerOf(error.originalResponse).code);
    if (status === TOO_LARGE && !isOurs) return this.#goOnSmaller(error, attempt, options);
    if (isBroken(status, isOurs)) this.#broke(error, options);
    return navigator.onLine && (status < 400 || status >= 500 || ASK_AGAIN.has(status));
  }

  /**
   * At once, and as often as there is a smaller chunk: this is no failure that time would mend.
   *
   * @param {DetailedError} error
   * @param {number} attempt
   * @param {UploadOptions} options
   * @returns {boolean}
   */
  #goOnSmaller(error, attempt, options) {
    if (!this.#shrink(error, options)) return false;
    const delays = options.retryDelays ?? [];
    options.retryDelays = [...delays.slice(0, attempt), 0, ...delays.slice(attempt)];
    return true;
  }

  /**
   * @param {DetailedError} error
   * @param {UploadOptions} options
   */
  #broke(error, options) {
    this.#breaks += 1;
    if (this.#breaks < BREAKS_IN_A_CHUNK) return;
    this.#breaks = 0;
    this.#shrink(error, options);
  }

  /**
   * @param {DetailedError} error
   * @param {UploadOptions} options
   * @returns {boolean}
   */
  #shrink(error, options) {
    if (error.originalRequest?.getMethod() !== "PATCH") return false;
    const offset = Number(error.originalRequest.getHeader("Upload-Offset"));
    const sent = Math.min(options.chunkSize ?? Infinity, this.body.size - offset);
    const isSmaller = chunkSizes.shrink(sent);
    options.chunkSize = chunkSizes.size;
    return isSmaller;
  }
}

/**
 * No answer, or one of a proxy that lost its patience.
 *
 * @param {number} status
 * @param {boolean} isOurs
 */
function isBroken(status, isOurs) {
  return !isOurs && (status === 0 || status === TIMED_OUT || status >= 500);
}
