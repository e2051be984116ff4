/* Where a page was scrolled to, for as long as its tab is open. */

const PREFIX = "echoes place ";
const QUIET_MS = 100;
const LONGEST_MS = 4000;
const OWN_WILL = ["wheel", "touchstart", "keydown", "pointerdown"];

let cameByHistory = false;
let lastPath = "";
if (typeof window !== "undefined") {
  // Browsers say the same of a jump within the page, such as the skip link's.
  window.addEventListener("popstate", () => {
    cameByHistory = window.location.pathname !== lastPath;
  });
}

/** Begins at the top, but for who goes back: there the browser finds the place itself. */
export function arrive() {
  if (!cameByHistory) window.scrollTo({ top: 0, behavior: "instant" });
  cameByHistory = false;
  lastPath = window.location.pathname;
}

/**
 * Goes to where the page of this path was left, and notes from then on where it stands. What it shows may still
 * grow: it waits until there is room enough, but not against a person who scrolls meanwhile.
 *
 * @param {string} path
 * @returns {() => void} to be called when the page is left
 */
export function keepPlace(path) {
  const key = PREFIX + path;
  cameByHistory = false;
  lastPath = window.location.pathname;
  let stopNoting = () => {};
  const stopGoing = goTo(Number(window.sessionStorage.getItem(key) ?? 0), () => {
    stopNoting = note(key);
  });
  return () => {
    stopGoing();
    stopNoting();
  };
}

/**
 * @param {number} top
 * @param {() => void} whenThere
 */
function goTo(top, whenThere) {
  const grown = new ResizeObserver(attempt);
  const late = window.setTimeout(end, LONGEST_MS);
  function attempt() {
    window.scrollTo({ top, behavior: "instant" });
    if (Math.abs(window.scrollY - top) < 2) end();
  }
  function end() {
    stop();
    whenThere();
  }
  function stop() {
    grown.disconnect();
    window.clearTimeout(late);
    for (const event of OWN_WILL) window.removeEventListener(event, end);
  }
  for (const event of OWN_WILL) window.addEventListener(event, end, { passive: true });
  grown.observe(document.body);
  return stop;
}

/** @param {string} key */
function note(key) {
  let pause = 0;
  const scrolled = () => {
    window.clearTimeout(pause);
    pause = window.setTimeout(
      () => window.sessionStorage.setItem(key, String(Math.round(window.scrollY))),
      QUIET_MS,
    );
  };
  window.addEventListener("scroll", scrolled, { passive: true });
  return () => {
    window.clearTimeout(pause);
    window.removeEventListener("scroll", scrolled);
  };
}
