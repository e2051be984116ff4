import X from "lucide-react/dist/esm/icons/x.mjs";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import {
  subscribe as subscribeToModals,
  topSlot,
} from "$/public/external/echoes/components/dialog/modal_stack.js";
import { isolated } from "$/public/external/echoes/components/isolation/isolation.js";
import { atFirst, putAway, snapshot, subscribe } from "./connection_status.js";

/** @import { ConnectionState } from "./connection_state.js" */

/**
 * A label may be a name, or hold one.
 *
 * @param {string[]} labels
 */
const quoted = (labels) =>
  [...new Set(labels.filter(Boolean))].map((label) => `“${isolated(label)}”`).join(", ");

/** @param {ConnectionState} state */
function wordsFor({ isShown, isOffline, isBack, kept, opens, isRefused }) {
  if (!isShown) return isBack ? ["You’re connected again."] : [];
  const words = [isOffline ? "You’re offline." : "The connection was lost. We keep trying."];
  if (isRefused) words.push("That needs a connection. Please tap it again when you are back online.");
  if (kept === 1) words.push("We kept what you tapped and will send it when you are back online.");
  if (kept > 1)
    words.push(`We kept the ${kept} things you tapped and will send them when you are back online.`);
  if (opens) words.push(`“${isolated(opens)}” opens when you are back.`);
  if (words.length === 1) words.push("Nothing is lost, and we keep what you tap.");
  return words;
}

/** @param {string[]} unsent */
function unsentWords(unsent) {
  if (!unsent.length) return "";
  const what = quoted(unsent);
  return what
    ? `The connection was lost, and we cannot tell whether this arrived: ${what}. Please check, and tap again if nothing happened.`
    : "The connection was lost, and we cannot tell whether your last taps arrived. Please check, and tap again if nothing happened.";
}

/** @param {() => void} listener */
function subscribeToFullScreen(listener) {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
}
const fullScreen = () => document.fullscreenElement;
const nothing = () => null;

/* Where the notice stands, for what is outside of a dialog or of what fills the screen is inert: in the open dialog,
   in what fills the screen, or else in the page. A video that fills the screen by itself can hold nothing: the notice
   is seen above it, by the browser's top layer. */
function usePlace() {
  const slot = useSyncExternalStore(subscribeToModals, topSlot, nothing);
  const filling = useSyncExternalStore(subscribeToFullScreen, fullScreen, nothing);
  const isFilled = filling && (!slot || slot.parentElement?.contains(filling));
  const host = isFilled && !(filling instanceof HTMLVideoElement) ? filling : slot;
  return { host, filling, isFloating: !slot || Boolean(isFilled) };
}

/**
 * The top layer is a stack: what entered it later covers the notice until that is shown again.
 *
 * @param {HTMLElement} element @param {boolean} isShown
 */
function raise(element, isShown) {
  if (element.matches(":popover-open")) element.hidePopover();
  if (isShown && element.popover) element.showPopover();
}

/* How the line to the server stands. It is read aloud from an element that is there before its words are. */
export function Connection() {
  const state = useSyncExternalStore(subscribe, snapshot, atFirst);
  const { host, filling, isFloating } = usePlace();
  const element = useRef(/** @type {HTMLDivElement | null} */ (null));
  const words = wordsFor(state).join(" ");
  const unsent = unsentWords(state.unsent);
  const isShown = Boolean(words || unsent);

  // biome-ignore lint/correctness/useExhaustiveDependencies: Raised anew when a dialog or the full screen comes or goes.
  useEffect(() => {
    if (element.current) raise(element.current, isShown);
  }, [isShown, isFloating, host, filling]);

  const notice = (
    <div
      ref={element}
      className="connection"
      popover={isFloating ? "manual" : undefined}
      role="status"
      aria-live="polite"
      aria-label="Connection"
    >
      {words && <p className="offline">{words}</p>}
      {unsent && (
        <p className="offline unsent">
          <span>{unsent}</span>
          <button
            type="button"
            className="button quiet round"
            aria-label="Close this message"
            onClick={putAway}
          >
            <X size={20} aria-hidden="true" />
          </button>
        </p>
      )}
    </div>
  );
  return host ? createPortal(notice, host) : notice;
}
