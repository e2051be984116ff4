import { useCallback, useEffect, useRef } from "react";
import { CeremonyFailed, performBySuggestion } from "./ceremony.js";

const FIELD = 'input[autocomplete~="webauthn"]';
const FRESH_MS = 4 * 60 * 1000; // The server keeps a challenge for five minutes.

/**
 * Passkeys among the browser's suggestions for a field (conditional mediation), where page and browser have both.
 * Returns how to end that: a browser carries out one ceremony at a time.
 *
 * @param {string} action @param {boolean} isOffered
 * @param {() => void} onSignedIn @param {(sentence: string) => void} onRefused
 */
export function usePasskeySuggestions(action, isOffered, onSignedIn, onRefused) {
  const current = useRef(/** @type {{ controller: AbortController, begun: number } | null} */ (null));

  const stop = useCallback(() => {
    current.current?.controller.abort();
    current.current = null;
  }, []);

  const begin = useCallback(() => {
    if (current.current && Date.now() - current.current.begun < FRESH_MS) return;
    stop();
    const controller = new AbortController();
    current.current = { controller, begun: Date.now() };
    performBySuggestion(action, controller.signal)
      .then((isDone) => isDone && onSignedIn())
      .catch((error) => {
        if (!(error instanceof CeremonyFailed)) throw error;
        if (current.current?.controller === controller) current.current = null; // The next focus offers them anew.
        onRefused(error.message);
      })
      .finally(() => {
        // It is over, so the next focus may offer it again.
        if (current.current?.controller === controller) current.current = null;
      });
  }, [action, onSignedIn, onRefused, stop]);

  useEffect(() => {
    const field = isOffered && document.querySelector(FIELD);
    if (!field) return undefined;
    begin();
    field.addEventListener("focus", begin);
    return () => {
      field.removeEventListener("focus", begin);
      stop();
    };
  }, [isOffered, begin, stop]);

  return stop;
}
