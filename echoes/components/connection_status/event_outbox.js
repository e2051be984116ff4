/* Event outbox: events of our pages are kept until the server has acknowledged them, and sent again under the same
   number if the line broke before: the server does what it has done already no second time
   (pages/common/event_deduplication.py). */

/** @import { ReflexEvent, ReflexSocket } from "../messages.d.ts" */

import { drop, getSocket, isBrowser, set, setSocket, snapshot, subscribe } from "./connection_state.js";

/**
 * @typedef {object} Tap An event that the server has not acknowledged.
 * @property {string} id
 * @property {number} sentAt 0 until it was sent
 * @property {number} attempts
 * @property {Element | null} element the button that was pressed
 * @property {string} label what stands on it
 * @property {ReflexEvent} [event] once it could be sent
 * @property {ReturnType<typeof setTimeout>} [timeout]
 */

const ACKNOWLEDGED_WITHIN_MS = 10_000;
const ATTEMPTS = 3;
const OURS = /^reflex___state____state\.echoes___pages___/;
const STORAGE_KEY = "echoes kept taps";

const page = isBrowser
  ? [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("")
  : "";
/** @type {Map<string, Tap>} */
const taps = new Map();
let lastNumber = 0;

const fresh = () => `${page}${(++lastNumber).toString(16).padStart(8, "0")}`;

/**
 * What was pressed, for as long as React handles the press. Its words are read as they stand in the document: `innerText`
 * would lay the whole page out before anything of the press is drawn.
 *
 * @returns {Pick<Tap, "element" | "label">}
 */
function pressed() {
  const event = window.event;
  const from = (event instanceof SubmitEvent ? event.submitter : null) ?? event?.target;
  /** @type {(Element & { labels?: NodeListOf<HTMLLabelElement> | null }) | null} */
  const element = from instanceof Element ? from.closest("button, [role=button], select, input") : null;
  return {
    element: element?.matches("button, [role=button]") ? element : null,
    label: (element?.getAttribute("aria-label") || words(element?.labels?.[0] ?? element)).slice(0, 60),
  };
}

/**
 * What stands on a button or label. Words of a select are all that could be chosen, so none.
 *
 * @param {Element | null} element
 */
const words = (element) =>
  element?.matches("select") ? "" : (element?.textContent ?? "").trim().replace(/\s+/g, " ");

/**
 * Told of every event when it happens, before it waits for the socket. What was pressed shows it at once, however far
 * the server is.
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
  tap.element?.setAttribute("data-sent", "");
  if (snapshot().isDown) mark(tap.element);
  set({ kept: taps.size });
}

/**
 * In place of socket.emit: the socket is connected.
 *
 * @param {ReflexSocket} current @param {ReflexEvent} event
 */
export function send(current, event) {
  const tap = taps.get(event.router_data?.tap ?? "");
  setSocket(current);
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
  clearTimeout(tap.timeout);
  tap.timeout = setTimeout(() => taps.has(tap.id) && !snapshot().isDown && drop(), ACKNOWLEDGED_WITHIN_MS);
  getSocket()?.emit("event", tap.event, () => settle(tap));
}

/** @param {Tap} tap */
function settle(tap) {
  clearTimeout(tap.timeout);
  taps.delete(tap.id);
  const isWaiting = [...taps.values()].some(({ element }) => element === tap.element);
  if (!isWaiting) for (const name of ["data-kept", "data-sent"]) tap.element?.removeAttribute(name);
  set({ kept: taps.size });
}

/** @param {Tap} tap */
function giveUp(tap) {
  settle(tap);
  set({ unsent: [...snapshot().unsent, tap.label] });
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
    if (!snapshot().isDown || !taps.size) return window.sessionStorage.removeItem(STORAGE_KEY);
    return window.sessionStorage.setItem(
      STORAGE_KEY,
      JSON.stringify([...taps.values()].map(({ label }) => label)),
    );
  } catch {
    return undefined; // A browser that lets nothing be stored: the page itself still says what waits.
  }
}

export function recall() {
  try {
    const labels = JSON.parse(window.sessionStorage.getItem(STORAGE_KEY) ?? "[]");
    if (Array.isArray(labels) && labels.length) set({ unsent: labels.map(String) });
  } catch {
    return; // Nothing was stored, or nothing of ours.
  }
}

/* What waited when the line was lost is marked, and sent when it is back. */
export function markAll() {
  for (const { element } of taps.values()) mark(element);
}

export function sendAgain() {
  for (const tap of taps.values()) if (tap.sentAt) transmit(tap);
}

if (isBrowser) {
  subscribe(remember);
  window.addEventListener("click", stopSecondPress, true);
  window.addEventListener("submit", stopSecondPress, true);
  window.addEventListener(
    "beforeunload",
    (event) => snapshot().isDown && taps.size && event.preventDefault(),
  );
  recall();
}
