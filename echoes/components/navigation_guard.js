/* Navigation guard: without a connection, links wait and forms are not sent, so that none ends on the browser's error
   page. */

import { isBrowser, isReachable, set, snapshot } from "./connection_state.js";

/** @type {HTMLAnchorElement | null} */
let destination = null;
let isFollowing = false;

/** @param {MouseEvent} event */
const isPlain = (event) =>
  event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** @param {MouseEvent} event */
function holdLink(event) {
  /** @type {HTMLAnchorElement | null} */
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!snapshot().isDown || isFollowing || !link || !isPlain(event) || link.origin !== window.location.origin)
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

export function follow() {
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
  if (!snapshot().isDown || !(event.target instanceof Element) || !event.target.hasAttribute("action"))
    return;
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
  window.addEventListener("click", holdLink, true);
  window.addEventListener("submit", holdForm, true);
  const whenIdle = window.requestIdleCallback ?? ((/** @type {() => void} */ task) => setTimeout(task, 2000));
  window.addEventListener("load", () => whenIdle(fetchPages));
}
