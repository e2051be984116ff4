/* Connection status: the line to the server, lost and found again. Reflex's state.js calls `take`, `send`, `connected`
   and `lost` (reflex_adapter/front_end.py puts the calls there); connection_status.jsx says how it stands. */

/** @import { ReflexSocket } from "../messages.d.ts" */

import {
  drop,
  getSocket,
  INITIAL,
  isBrowser,
  isReachable,
  set,
  setSocket,
  snapshot,
} from "./connection_state.js";
import { markAll, sendAgain } from "./event_outbox.js";
import { follow } from "./navigation_guard.js";

export { snapshot, subscribe } from "./connection_state.js";
export { send, take } from "./event_outbox.js";

const BLIP_MS = 500;
const FAREWELL_MS = 4000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let blip;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let farewell;

export const atFirst = () => INITIAL;
export const putAway = () => set({ unsent: [] });

/** @param {ReflexSocket} current */
export function connected(current) {
  const wasShown = snapshot().isShown;
  setSocket(current);
  clearTimeout(blip);
  clearTimeout(farewell);
  set({ isDown: false, isShown: false, isOffline: false, isRefused: false, opens: "", isBack: wasShown });
  if (wasShown) farewell = setTimeout(() => set({ isBack: false }), FAREWELL_MS);
  sendAgain();
  follow();
}

/**
 * Not for sockets that the page itself puts away, when it is left.
 *
 * @param {ReflexSocket | null} current
 */
export function lost(current) {
  setSocket(current);
  if (snapshot().isDown) return;
  set({ isDown: true, isBack: false, isOffline: !navigator.onLine });
  showSoon(snapshot().isOffline ? 0 : BLIP_MS);
  markAll();
}

/**
 * A line that is back within a moment is not worth a word.
 *
 * @param {number} delay
 */
function showSoon(delay) {
  clearTimeout(blip);
  blip = setTimeout(() => snapshot().isDown && set({ isShown: true }), delay);
}

async function wentOffline() {
  if (navigator.onLine || (await isReachable()) || navigator.onLine) return;
  lost(getSocket());
  set({ isOffline: true });
  showSoon(0);
  drop();
}

function cameBack() {
  set({ isOffline: false });
  getSocket()?.reconnect?.();
}

if (isBrowser) {
  window.addEventListener("offline", wentOffline);
  window.addEventListener("online", cameBack);
  // Phones close the sockets of pages that nobody looks at: back in sight, there is a moment to connect again.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || !snapshot().isDown || snapshot().isOffline) return;
    set({ isShown: false });
    showSoon(2 * BLIP_MS);
  });
  if (!navigator.onLine) wentOffline();
}
