/* Connection state: the websocket to the server, how it stands, and who is told when that changes. */

/** @import { ReflexSocket } from "../messages.d.ts" */

/**
 * @typedef {object} ConnectionState How the line stands, for connection_status.jsx to say.
 * @property {boolean} isDown
 * @property {boolean} isShown whether it has been down for long enough to say so
 * @property {boolean} isOffline
 * @property {boolean} isBack
 * @property {number} kept how many taps wait
 * @property {string} opens the link that waits
 * @property {boolean} isRefused whether a form was not sent
 * @property {string[]} unsent what was pressed and may not have arrived
 */

const PROBE_MS = 1500;
export const isBrowser = typeof window !== "undefined";

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {ReflexSocket | null} */
let socket = null;
/** @type {ConnectionState} */
export const INITIAL = {
  isDown: false,
  isShown: false,
  isOffline: false,
  isBack: false,
  kept: 0,
  opens: "",
  isRefused: false,
  unsent: [],
};
let state = INITIAL;

/** @param {() => void} listener */
export const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const snapshot = () => state;

/** @param {Partial<ConnectionState>} changes */
export function set(changes) {
  state = { ...state, ...changes };
  for (const listener of listeners) listener();
}

export const getSocket = () => socket;
/** @param {ReflexSocket | null} current */
export const setSocket = (current) => {
  socket = current;
};

/* A socket over a line that is gone may look alive for minutes, and swallow what is sent. */
export function drop() {
  socket?.io.engine?.close();
}

/**
 * The browser's word is not enough: a machine without a network still reaches an Echoes of its own.
 *
 * @returns {Promise<boolean>}
 */
export async function isReachable() {
  const late = new Promise((resolve) => setTimeout(resolve, PROBE_MS, false));
  return Promise.race([
    late,
    fetch("/ping", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    ),
  ]);
}
