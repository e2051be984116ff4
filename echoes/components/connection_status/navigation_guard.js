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

/* The pages that one goes to from here are fetched while there is a line, a few kilobytes each. A visit of
   the landing or sign-in page alone loads no more than that page: from there it waits for a first touch. */
const NEAR = /^(project\/|films$|account$)/;
const NEAR_FROM_OUTSIDE = /^(films|sign-in)$/;
const OUTSIDE = /^\/(sign-in)?$/;

function fetchPages() {
  const routes = Object.values(window.__reactRouterManifest?.routes ?? {});
  const nearby = OUTSIDE.test(window.location.pathname) ? NEAR_FROM_OUTSIDE : NEAR;
  const near = routes.filter(({ path }) => nearby.test(path ?? ""));
  /** @param {string} href */
  const isThere = (href) => document.querySelector(`link[rel=modulepreload][href="${href}"]`);
  for (const href of new Set(near.flatMap((route) => [route.module, ...(route.imports ?? [])]))) {
    if (isThere(href)) continue;
    const link = Object.assign(document.createElement("link"), {
      rel: "modulepreload",
      fetchPriority: "low",
    });
    document.head.append(Object.assign(link, { href })); // Behind the pictures of this page.
  }
}

if (isBrowser) {
  window.addEventListener("click", holdLink, true);
  window.addEventListener("submit", holdForm, true);
  const whenIdle = window.requestIdleCallback ?? ((/** @type {() => void} */ task) => setTimeout(task, 2000));
  const fetchWhenIdle = () => whenIdle(fetchPages);
  if (OUTSIDE.test(window.location.pathname))
    for (const sign of ["pointerdown", "keydown", "scroll"])
      window.addEventListener(sign, fetchWhenIdle, { once: true, passive: true });
  else window.addEventListener("load", fetchWhenIdle);
}
