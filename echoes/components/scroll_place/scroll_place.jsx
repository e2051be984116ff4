import { useEffect } from "react";
import { arrive, keepPlace } from "./places.js";

/**
 * Pages change without being loaded anew, so the browser neither goes to the top nor back to where one was.
 *
 * @param {{ isThere: boolean, isKept: boolean }} props
 */
export function ScrollPlace({ isThere, isKept }) {
  useEffect(() => {
    if (!isThere || window.location.hash) return undefined;
    if (isKept) return keepPlace(window.location.pathname);
    return arrive();
  }, [isThere, isKept]);
  return null;
}
