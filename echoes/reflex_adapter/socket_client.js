/* In place of socket.io-client: Socket.IO 5 over Engine.IO 4, as far as Reflex's script speaks it: one namespace, by
   WebSocket alone, in text. Reconnecting is Reflex's own. What the server lets in is web/websocket/messages.py. */

import { Engine, MESSAGE } from "./socket_transport.js";

/** @typedef {(...values: any[]) => void} Listener */
/** @typedef {{ type: number, data?: unknown, id?: number }} Packet */
/**
 * @typedef {object} Options
 * @property {string} path
 * @property {string[]} transports
 * @property {string[]} protocols
 * @property {Record<string, string>} query
 */

const [CONNECT, DISCONNECT, EVENT, ACKNOWLEDGEMENT, REFUSAL] = [0, 1, 2, 3, 4];
const PACKET = /^(\d)(?:\/[^,]*(?:,|$))?(\d*)(.*)$/s;

/** Opens the transport of a socket, and writes and reads its packets. Reflex puts a reader, and limits, of its own. */
class Manager {
  encoder = {
    /** @type {((name: string, value: unknown) => unknown) | undefined} */
    replacer: undefined,
    /** @param {Packet} packet @returns {string[]} */
    encode: (packet) => [this.#written(packet)],
  };
  /** @type {{ tryParse: (text: string) => any }} */
  decoder = { tryParse: JSON.parse };
  /** @type {Engine | undefined} */
  engine = undefined;
  #isOpen = false;

  /** @param {URL} address @param {Options} opts @param {Socket} socket */
  constructor(address, opts, socket) {
    this.opts = opts;
    this.address = address;
    this.socket = socket;
  }

  get isOpen() {
    return this.#isOpen;
  }

  /** @param {(error?: Error) => void} [told] once it is open, or cannot be opened */
  open(told) {
    this.engine ??= new Engine(this.#url(), this.opts.protocols, {
      opened: () => {
        this.#isOpen = true;
        told?.();
        this.socket.opened();
      },
      received: (text) => this.#read(text),
      closed: (reason, error) => this.#closed(reason, error, told),
    });
  }

  /** @param {Packet} packet */
  write(packet) {
    for (const text of this.encoder.encode(packet)) this.engine?.send(MESSAGE + text);
  }

  #url() {
    const { protocol, host } = this.address;
    const asked = new URLSearchParams({ ...this.opts.query, EIO: "4", transport: "websocket" });
    return `${/^(https|wss):$/.test(protocol) ? "wss" : "ws"}://${host}${this.opts.path}/?${asked}`;
  }

  /** @param {Packet} packet */
  #written({ type, data, id }) {
    const body = data === undefined ? "" : JSON.stringify(data, this.encoder.replacer);
    return `${type}${this.address.pathname},${id ?? ""}${body}`;
  }

  /** @param {string} text */
  #read(text) {
    const [, type, id, body] = PACKET.exec(text) ?? [];
    const data = body ? this.decoder.tryParse(body) : undefined;
    if (type === undefined || data === false) this.engine?.close();
    else this.socket.received({ type: Number(type), data, id: id ? Number(id) : undefined });
  }

  /** @param {string} reason @param {Error} [error] @param {(error: Error) => void} [told] */
  #closed(reason, error, told) {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.engine = undefined;
    const failure = error ?? new Error(reason);
    if (!wasOpen) told?.(failure);
    if (error || !wasOpen) this.socket.failed(failure);
    if (wasOpen) this.socket.closed(reason);
  }
}

/** What Reflex holds: events by name, each acknowledged where that is asked for. */
class Socket {
  connected = false;
  /** @type {unknown} */
  auth = undefined;
  #isActive = false;
  #lastId = 0;
  /** @type {Map<number, Listener>} */
  #acknowledged = new Map();
  /** @type {Packet[]} */
  #waiting = [];
  /** @type {Map<string, Set<Listener>>} */
  #listeners = new Map();

  /** @param {string} address whose path is the namespace @param {Options} options */
  constructor(address, options) {
    this.io = new Manager(new URL(address), options, this);
  }

  /** @param {string} name @param {Listener} listener */
  on(name, listener) {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(listener));
    return this;
  }

  off() {
    this.#listeners.clear();
    return this;
  }

  connect() {
    if (this.connected) return this;
    this.#isActive = true;
    if (this.io.isOpen) this.opened();
    else this.io.open();
    return this;
  }

  disconnect() {
    const wasConnected = this.connected;
    if (wasConnected) this.io.write({ type: DISCONNECT });
    this.#leave();
    if (wasConnected) this.#lose("io client disconnect");
    return this;
  }

  /** @param {string} name @param {any[]} values the last of them may be a function: who is told when it has arrived */
  emit(name, ...values) {
    const told = typeof values.at(-1) === "function" ? values.pop() : undefined;
    const id = told && this.#lastId++;
    if (told) this.#acknowledged.set(id, told);
    const packet = { type: EVENT, data: [name, ...values], id };
    const isOverdue = this.io.engine?.isOverdue;
    if (this.connected && !isOverdue) this.io.write(packet);
    else this.#waiting.push(packet);
    if (isOverdue) queueMicrotask(() => this.io.engine?.overdue());
    return this;
  }

  /** By the manager, when the transport is there. */
  opened() {
    if (this.#isActive) this.io.write({ type: CONNECT, data: this.auth });
  }

  /** By the manager, when the transport could not be opened, or broke. @param {Error} error */
  failed(error) {
    if (this.#isActive && !this.connected) this.#tell("connect_error", error);
  }

  /** By the manager, when the transport has ended. @param {string} reason */
  closed(reason) {
    if (this.#isActive) this.#lose(reason);
  }

  /** By the manager. @param {Packet} packet */
  received({ type, data, id }) {
    const values = /** @type {any} */ (data);
    if (type === EVENT) this.#tell(values[0], ...values.slice(1));
    else if (type === ACKNOWLEDGEMENT) this.#acknowledge(Number(id), values);
    else if (type === CONNECT) this.#welcome();
    else if (type === DISCONNECT) this.#leave("io server disconnect");
    else if (type === REFUSAL) this.#refuse(values?.message);
  }

  #welcome() {
    this.connected = true;
    for (const packet of this.#waiting.splice(0)) this.io.write(packet);
    this.#tell("connect");
  }

  /** @param {number} id @param {unknown[]} values */
  #acknowledge(id, values = []) {
    const told = this.#acknowledged.get(id);
    this.#acknowledged.delete(id);
    told?.(...values);
  }

  /** @param {string} message */
  #refuse(message) {
    this.#leave();
    this.#tell("connect_error", new Error(message));
  }

  /** @param {string} [reason] said to who listens */
  #leave(reason) {
    this.#isActive = false;
    this.io.engine?.close();
    if (reason) this.#lose(reason);
  }

  /** @param {string} reason */
  #lose(reason) {
    this.connected = false;
    const isWaiting = new Set(this.#waiting.map(({ id }) => id));
    for (const id of this.#acknowledged.keys()) if (!isWaiting.has(id)) this.#acknowledged.delete(id);
    this.#tell("disconnect", reason);
  }

  /** @param {string} name @param {any[]} values */
  #tell(name, ...values) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }
}

/** @param {string} address @param {Options} options */
export default function io(address, options) {
  return new Socket(address, options);
}
