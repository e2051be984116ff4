import { useEffect, useRef } from "react";
import { putAway } from "./menu.js";

/** @import { ReactNode } from "react" */

/** @param {{ className?: string, children?: ReactNode }} props */
export function Menu({ className, children }) {
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  useEffect(() => (menu.current ? putAway(menu.current) : undefined), []);
  return (
    <details ref={menu} className={className}>
      {children}
    </details>
  );
}
