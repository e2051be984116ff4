/* The line to the server, and what a person does while it is down. Reflex's state.js calls `take`, `send`, `connected`
   and `lost` (reflex_adapter/front_end.py puts the calls there); connection_status.jsx says how it stands.

   A tap is an event for a page of ours. It is kept until the server has acknowledged it, and sent again under the
   same number if the line broke before: the server does what it has done already no second time
   (pages/common/event_deduplication.py). */

/** @import { ReflexEvent, ReflexSocket } from "./messages.d.ts" */

/**
 * @typedef {object} Tap An event that the server has not acknowledged.
 * @property {string} id
 * @property {number} sentAt 0 until it was sent
 * @property {number} attempts
 * @property {Element | null} element the button that was pressed
 * @property {string} label what stands on it
 * @property {ReflexEvent} [event] once it could be sent
 * @property {ReturnType<typeof setTimeout>} [patience]
 */

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
const ACKNOWLEDGED_WITHIN_MS = 10_000;
const BLIP_MS = 500;
const FAREWELL_MS = 4000;
const ATTEMPTS = 3;
const OURS = /^reflex___state____state\.echoes___pages___/;
const LEFT_BEHIND = "echoes kept taps";

const isBrowser = typeof window !== "undefined";
const page = isBrowser
  ? [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("")
  : "";
/** @type {Map<string, Tap>} */
const taps = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {ReflexSocket | null} */
let socket = null;
/** @type {HTMLAnchorElement | null} */
let destination = null;
let isFollowing = false;
let lastNumber = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let blip;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let farewell;
/** @type {ConnectionState} */
const INITIAL = {
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
export const atFirst = () => INITIAL;
export const putAway = () => set({ unsent: [] });

/** @param {Partial<ConnectionState>} changes */
function set(changes) {
  state = { ...state, ...changes, kept: taps.size };
  remember();
  for (const listener of listeners) listener();
}

/* --- The line ------------------------------------------------------------------------------------------------ */

/** @param {ReflexSocket} current */
export function connected(current) {
  const wasShown = state.isShown;
  socket = current;
  clearTimeout(blip);
  clearTimeout(farewell);
  set({ isDown: false, isShown: false, isOffline: false, isRefused: false, opens: "", isBack: wasShown });
  if (wasShown) farewell = setTimeout(() => set({ isBack: false }), FAREWELL_MS);
  for (const tap of taps.values()) if (tap.sentAt) transmit(tap);
  follow();
}

/**
 * Not for sockets that the page itself puts away, when it is left.
 *
 * @param {ReflexSocket | null} current
 */
export function lost(current) {
  socket = current;
  if (state.isDown) return;
  set({ isDown: true, isBack: false, isOffline: !navigator.onLine });
  showSoon(state.isOffline ? 0 : BLIP_MS);
  for (const { element } of taps.values()) mark(element);
}

/**
 * A line that is back within a moment is not worth a word.
 *
 * @param {number} delay
 */
function showSoon(delay) {
  clearTimeout(blip);
  blip = setTimeout(() => state.isDown && set({ isShown: true }), delay);
}

/**
 * The browser's word is not enough: a machine without a network still reaches an Echoes of its own.
 *
 * @returns {Promise<boolean>}
 */
async function isReachable() {
  const late = new Promise((resolve) => setTimeout(resolve, PROBE_MS, false));
  return Promise.race([
    late,
    fetch("/ping", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    ),
  ]);
}

/* A socket over a line that is gone may look alive for minutes, and swallow what is sent. */
function drop() {
  socket?.io.engine?.close();
}

async function wentOffline() {
  if (navigator.onLine || (await isReachable()) || navigator.onLine) return;
  lost(socket);
  set({ isOffline: true });
  showSoon(0);
  drop();
}

function cameBack() {
  set({ isOffline: false });
  socket?.reconnect?.();
}

/* --- Taps ---------------------------------------------------------------------------------------------------- */

const fresh = () => `${page}${(++lastNumber).toString(16).padStart(8, "0")}`;

/**
 * What was pressed, for as long as React handles the press.
 *
 * @returns {Pick<Tap, "element" | "label">}
 */
function pressed() {
  const event = window.event;
  const from = (event instanceof SubmitEvent ? event.submitter : null) ?? event?.target;
  /** @type {(HTMLElement & { labels?: NodeListOf<HTMLLabelElement> | null }) | null} */
  const element = from instanceof Element ? from.closest("button, [role=button], select, input") : null;
  const label =
    element?.getAttribute("aria-label") || element?.labels?.[0]?.innerText || element?.innerText || "";
  return {
    element: element?.matches("button, [role=button]") ? element : null,
    label: label.trim().slice(0, 60),
  };
}

/**
 * Told of every event when it happens, before it waits for the socket.
 *
 * @param {ReflexEvent} event
 */
export function take(event) {
  if (!OURS.test(event.name ?? "")) return;
  const id = fresh();
  /** @type {Tap} */
  const tap = { id, sentAt: 0, attempts: 0, ...pressed() };
  event.router_data = { ...event.router_data, tap: id };
  taps.set(id, tap);
  if (state.isDown) mark(tap.element);
  set({});
}

/**
 * In place of socket.emit: the socket is connected.
 *
 * @param {ReflexSocket} current @param {ReflexEvent} event
 */
export function send(current, event) {
  const tap = taps.get(event.router_data?.tap ?? "");
  socket = current;
  if (!tap) {
    current.emit("event", event);
    return;
  }
  tap.event = event;
  transmit(tap);
}

/** @param {Tap} tap */
function transmit(tap) {
  if (tap.attempts === ATTEMPTS) {
    giveUp(tap);
    return;
  }
  if (!tap.event) return; // It waits in Reflex's own line, which sends it.
  const age = tap.sentAt ? (Date.now() - tap.sentAt) / 1000 : undefined;
  tap.sentAt ||= Date.now();
  tap.attempts += 1;
  tap.event.router_data = { ...tap.event.router_data, age };
  clearTimeout(tap.patience);
  tap.patience = setTimeout(() => taps.has(tap.id) && !state.isDown && drop(), ACKNOWLEDGED_WITHIN_MS);
  socket?.emit("event", tap.event, () => settle(tap));
}

/** @param {Tap} tap */
function settle(tap) {
  clearTimeout(tap.patience);
  taps.delete(tap.id);
  const isWaiting = [...taps.values()].some(({ element }) => element === tap.element);
  if (!isWaiting) tap.element?.removeAttribute("data-kept");
  set({});
}

/** @param {Tap} tap */
function giveUp(tap) {
  settle(tap);
  set({ unsent: [...state.unsent, tap.label] });
}

/**
 * Busy, until it is sent: a second press would do it twice. What shows its change by itself says so, and stays free.
 *
 * @param {Element | null} element
 */
function mark(element) {
  if (element && !element.closest("[data-at-once]")) element.setAttribute("data-kept", "");
}

/** @param {MouseEvent | SubmitEvent} event */
function stopSecondPress(event) {
  const isKept = event.target instanceof Element && event.target.closest("[data-kept]");
  const isSentByKept = event instanceof SubmitEvent && event.submitter?.matches("[data-kept]");
  if (!isKept && !isSentByKept) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/* A page that is loaded anew, or put away by a phone, has lost what waited: it says what that was. Only the labels of
   buttons are written down, never what somebody typed. */
function remember() {
  try {
    if (!state.isDown || !taps.size) return window.sessionStorage.removeItem(LEFT_BEHIND);
    return window.sessionStorage.setItem(
      LEFT_BEHIND,
      JSON.stringify([...taps.values()].map(({ label }) => label)),
    );
  } catch {
    return undefined; // A browser that lets nothing be stored: the page itself still says what waits.
  }
}

function recall() {
  try {
    const labels = JSON.parse(window.sessionStorage.getItem(LEFT_BEHIND) ?? "[]");
    if (Array.isArray(labels) && labels.length) set({ unsent: labels.map(String) });
  } catch {
    return; // Nothing was stored, or nothing of ours.
  }
}

/* --- Ways to other pages ------------------------------------------------------------------------------------- */

/** @param {MouseEvent} event */
const isPlain = (event) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** @param {MouseEvent} event */
function holdLink(event) {
  /** @type {HTMLAnchorElement | null} */
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!state.isDown || isFollowing || !link || !isPlain(event) || link.origin !== window.location.origin)
    return;
  if (link.hash && link.pathname + link.search === window.location.pathname + window.location.search) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  destination = link;
  set({
    opens: (link.getAttribute("aria-label") || link.innerText || "").trim().replace(/\s+/g, " ").slice(0, 40),
  });
  isReachable().then((isHere) => isHere && follow());
}

function follow() {
  const link = destination;
  destination = null;
  if (!link) return;
  set({ opens: "" });
  isFollowing = true;
  if (link.isConnected) link.click();
  else window.location.assign(link.href);
  isFollowing = false;
}

/**
 * A form that the browser itself sends would end on its error page, and is not sent later unasked: it may pay.
 *
 * @param {SubmitEvent} event
 */
function holdForm(event) {
  if (!state.isDown || !(event.target instanceof Element) || !event.target.hasAttribute("action")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  set({ isRefused: true });
}

/* The pages that one goes to from here are fetched while there is a line, a few kilobytes each. */
function fetchPages() {
  const routes = Object.values(window.__reactRouterManifest?.routes ?? {});
  const near = routes.filter(({ path }) => /^(project\/|films$|account$)/.test(path ?? ""));
  /** @param {string} href */
  const isThere = (href) => document.querySelector(`link[rel=modulepreload][href="${href}"]`);
  for (const href of new Set(near.flatMap((route) => [route.module, ...(route.imports ?? [])]))) {
    if (isThere(href)) continue;
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
}

if (isBrowser) {
  window.addEventListener("offline", wentOffline);
  window.addEventListener("online", cameBack);
  window.addEventListener("click", stopSecondPress, true);
  window.addEventListener("submit", stopSecondPress, true);
  window.addEventListener("click", holdLink, true);
  window.addEventListener("submit", holdForm, true);
  window.addEventListener("beforeunload", (event) => state.isDown && taps.size && event.preventDefault());
  // Phones close the sockets of pages that nobody looks at: back in sight, there is a moment to connect again.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || !state.isDown || state.isOffline) return;
    set({ isShown: false });
    showSoon(2 * BLIP_MS);
  });
  const whenIdle = window.requestIdleCallback ?? ((/** @type {() => void} */ task) => setTimeout(task, 2000));
  window.addEventListener("load", () => whenIdle(fetchPages));
  recall();
  if (!navigator.onLine) wentOffline();
}
