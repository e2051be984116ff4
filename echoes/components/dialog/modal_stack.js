/* Modal stack: the dialogs that are open, the topmost last. Whatever stands outside of that one is inert, and lies
   behind it: what must be read and pressed all the same is shown in the slot that each of them has. */

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {HTMLElement[]} */
let slots = [];

/** @param {HTMLElement[]} next */
function set(next) {
  slots = next;
  for (const listener of listeners) listener();
}

/** @param {HTMLElement} slot */
export function opened(slot) {
  set([...slots.filter((other) => other !== slot), slot]);
}

/** @param {HTMLElement} slot */
export function closed(slot) {
  if (slots.includes(slot)) set(slots.filter((other) => other !== slot));
}

/** @param {() => void} listener */
export const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
export const topSlot = () => slots.at(-1) ?? null;
