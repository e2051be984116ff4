const CONTENT = "content";

/** @import { MouseEvent } from "react" */

/**
 * Not a link of the router, which drops the page's query, nor the browser's own, which replaces its hash. Until
 * this script has come, the browser does it.
 *
 * @param {{ label: string }} props
 */
export function SkipLink({ label }) {
  /** @param {MouseEvent} event */
  const skip = (event) => {
    event.preventDefault();
    document.getElementById(CONTENT)?.focus();
  };
  return (
    <a className="skip-link" href={`#${CONTENT}`} onClick={skip}>
      {label}
    </a>
  );
}
