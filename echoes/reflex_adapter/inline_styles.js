/* In place of @emotion/react, of which generated pages use `jsx` alone: what Python gives as `style` becomes the
   element's style attribute, without a library that writes style sheets while the page runs. */

import { createElement } from "react";

/** @typedef {{ css?: Record<string, string | number>, style?: Record<string, string | number> }} Styled */

/**
 * @param {Record<string, unknown>} css
 * @returns {Record<string, unknown>}
 */
function flat(css) {
  const nested = Object.keys(css).find((name) => css[name] !== null && typeof css[name] === "object");
  if (nested) throw new Error(`“${nested}” is no style of one element: write it in assets/styles.`);
  return css;
}

/**
 * @param {import("react").ElementType} type
 * @param {Styled | null} props
 * @param {import("react").ReactNode[]} children
 */
export function jsx(type, props, ...children) {
  if (!props?.css) return createElement(type, props, ...children);
  const { css, style, ...others } = props;
  return createElement(type, { ...others, style: { ...flat(css), ...style } }, ...children);
}
