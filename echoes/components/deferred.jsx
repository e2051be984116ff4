import { useDeferredValue } from "react";

/**
 * Draws its children once what stands around them has been seen, in small steps between which taps are answered: a long
 * page would keep a slow phone busy for a second before its first picture is asked for.
 *
 * @param {{ children: import("react").ReactNode }} props
 */
export function Deferred({ children }) {
  return useDeferredValue(true, false) ? children : null;
}
