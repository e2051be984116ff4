import { useEffect, useRef } from "react";
import { putAway } from "./menu.js";

export function Menu({ className, children }) {
  const menu = useRef(null);
  useEffect(() => putAway(menu.current), []);
  return (
    <details ref={menu} className={className}>
      {children}
    </details>
  );
}
