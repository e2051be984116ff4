import X from "lucide-react/dist/esm/icons/x.mjs";
import { useSyncExternalStore } from "react";
import { atFirst, putAway, snapshot, subscribe } from "./connection_status.js";

/** @import { ConnectionState } from "./connection_status.js" */

/** @param {string[]} labels */
const quoted = (labels) => [...new Set(labels.filter(Boolean))].map((label) => `“${label}”`).join(", ");

/** @param {ConnectionState} state */
function wordsFor({ isShown, isOffline, isBack, kept, opens, isRefused }) {
  if (!isShown) return isBack ? ["You’re connected again."] : [];
  const words = [isOffline ? "You’re offline." : "The connection was lost. We keep trying."];
  if (isRefused) words.push("That needs a connection. Please tap it again when you are back online.");
  if (kept === 1) words.push("We kept what you tapped and will send it when you are back online.");
  if (kept > 1)
    words.push(`We kept the ${kept} things you tapped and will send them when you are back online.`);
  if (opens) words.push(`“${opens}” opens when you are back.`);
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

/* How the line to the server stands. It is read aloud from an element that is always there. */
export function Connection() {
  const state = useSyncExternalStore(subscribe, snapshot, atFirst);
  const words = wordsFor(state).join(" ");
  const unsent = unsentWords(state.unsent);
  return (
    <div className="connection" role="status" aria-live="polite" aria-label="Connection">
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
}
