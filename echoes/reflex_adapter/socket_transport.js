/* The transport under socket_client.js: Engine.IO 4 by WebSocket. */

/**
 * @typedef {object} Listeners
 * @property {() => void} opened
 * @property {(text: string) => void} received
 * @property {(reason: string, error?: Error) => void} closed
 */

export const MESSAGE = "4";
const [OPEN, PING, PONG] = ["0", "2", "3"];
const OPENS_WITHIN_MS = 20_000;

/** A WebSocket that says hello and answers pings. Once closed, it says nothing any more. */
export class Engine {
  transport = { name: "websocket" };
  _maxPayload = Number.POSITIVE_INFINITY;
  #silence = OPENS_WITHIN_MS;
  #silentSince = Date.now();
  #isClosed = false;
  /** @type {WebSocket | undefined} */
  #line;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} address @param {string[]} protocols @param {Listeners} listeners */
  constructor(address, protocols, listeners) {
    this.listeners = listeners;
    this.#listen("timeout");
    try {
      this.#line = new WebSocket(address, protocols);
    } catch (error) {
      queueMicrotask(() => this.#end("transport error", /** @type {Error} */ (error)));
      return;
    }
    this.#line.onmessage = ({ data }) => this.#read(data);
    this.#line.onerror = () => this.#end("transport error", new Error("websocket error"));
    this.#line.onclose = () => this.#end("transport close");
  }

  /** Timers sleep with the phone: it has been silent for too long, and nothing has said so yet. */
  get isOverdue() {
    return Date.now() - this.#silentSince > this.#silence;
  }

  /** @param {string} text */
  send(text) {
    this.#line?.send(text);
  }

  close() {
    this.#end("forced close");
  }

  overdue() {
    this.#end("ping timeout");
  }

  /** @param {unknown} data */
  #read(data) {
    if (this.#isClosed || typeof data !== "string") return;
    if (data[0] === MESSAGE) this.listeners.received(data.slice(1));
    else if (data[0] === PING) this.#pong();
    else if (data[0] === OPEN) this.#open(JSON.parse(data.slice(1)));
  }

  #pong() {
    this.send(PONG);
    this.#listen("ping timeout");
  }

  /** @param {{ pingInterval: number, pingTimeout: number, maxPayload: number }} told */
  #open(told) {
    this.#silence = told.pingInterval + told.pingTimeout;
    this._maxPayload = told.maxPayload;
    this.#listen("ping timeout");
    this.listeners.opened();
  }

  /** @param {string} otherwise why it ends, if nothing comes */
  #listen(otherwise) {
    this.#silentSince = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(otherwise), this.#silence);
  }

  /** @param {string} reason @param {Error} [error] */
  #end(reason, error) {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#line?.close();
    this.listeners.closed(reason, error);
  }
}
