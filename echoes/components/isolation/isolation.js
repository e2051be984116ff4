/* Bidi isolation (UAX #9): a text inside one of our sentences, whichever way it runs. As echoes/text/isolation.py does
   it for the sentences of the server. */

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_DIRECTIONAL_ISOLATE = "\u2069";
const ISOLATES = new Set(["\u2066", "\u2067", FIRST_STRONG_ISOLATE]);
const OVERRIDES = /[\u202a-\u202e]/g;

/**
 * What is isolated inside of it stays so, for it may be a label that holds a name. But an isolate that was cut off, or an
 * end without a beginning, would take what stands behind it along.
 *
 * @param {string} text
 */
export function isolated(text) {
  let open = 0;
  let kept = "";
  for (const sign of text.replace(OVERRIDES, "")) {
    if (sign === POP_DIRECTIONAL_ISOLATE && open === 0) continue;
    if (sign === POP_DIRECTIONAL_ISOLATE) open -= 1;
    if (ISOLATES.has(sign)) open += 1;
    kept += sign;
  }
  return FIRST_STRONG_ISOLATE + kept + POP_DIRECTIONAL_ISOLATE.repeat(open + 1);
}
