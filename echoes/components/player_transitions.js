/* How the player draws each kind of transition, as compiler/picture/transitions does: for a progress between 0 and 1
   the styles of the old shot, of the new one that lies over it, and of the veil over both.
   tests/catalogue/test_transitions.py compares both, kind by kind. */

/**
 * @typedef {{ opacity?: number, transform?: string, filter?: string, maskImage?: string }} Look
 * @typedef {{ background?: string, opacity?: number }} Veil
 * @typedef {(progress: number, width: number) => { current?: Look, next?: Look, veil?: Veil }} Drawing
 */

const SOFT_EDGE = 0.08;
const CLOSEST = 1.35;
const STRONGEST_BLUR = 1 / 40;

/** @param {number} progress */
const eased = (progress) => progress * progress * (3 - 2 * progress);
/** @param {number} share */
const percent = (share) => `${100 * share}%`;

/** @param {string} background @returns {Drawing} */
const through = (background) => (progress) => ({
  next: { opacity: Number(progress >= 0.5) },
  veil: { background, opacity: 1 - Math.abs(2 * progress - 1) },
});

/** @type {Record<string, Drawing>} */
export const TRANSITIONS = {
  cut: () => ({}),
  crossfade: (progress) => ({ next: { opacity: progress } }),
  fade_black: through("#000"),
  fade_white: through("#fff"),
  blur(progress, width) {
    const radius = STRONGEST_BLUR * width * Math.min(progress, 1 - progress) * 2;
    const filter = `blur(${radius}px)`;
    return { current: { filter }, next: { filter, opacity: eased(progress) } };
  },
  zoom(progress) {
    const moved = eased(progress);
    return {
      current: { transform: `scale(${CLOSEST ** moved})` },
      next: { transform: `scale(${CLOSEST ** (1 - moved)})`, opacity: moved },
    };
  },
  wipe(progress) {
    const edge = eased(progress) * (1 + SOFT_EDGE);
    const maskImage = `linear-gradient(to right, #000 ${percent(edge - SOFT_EDGE)}, transparent ${percent(edge)})`;
    return { next: { opacity: 1, maskImage } };
  },
  slide: (progress) => ({ next: { opacity: 1, transform: `translateX(${percent(1 - eased(progress))})` } }),
  push(progress) {
    const shown = eased(progress);
    return {
      current: { transform: `translateX(${percent(-shown)})` },
      next: { opacity: 1, transform: `translateX(${percent(1 - shown)})` },
    };
  },
};

const PLAIN = { opacity: 1, transform: "", filter: "", maskImage: "" };
const HIDDEN = { ...PLAIN, opacity: 0 };
const NO_VEIL = { background: "", opacity: 0 };

/**
 * Draws `progress` of a transition onto the elements. 0 is the old shot alone, whatever the kind.
 *
 * @param {string | undefined} kind
 * @param {number} progress
 * @param {{ current: HTMLElement, next: HTMLElement, veil: HTMLElement }} elements
 */
export function draw(kind, progress, { current, next, veil }) {
  const styles = (progress > 0 && TRANSITIONS[kind ?? "cut"]?.(progress, current.clientWidth)) || {};
  Object.assign(current.style, PLAIN, styles.current, { zIndex: "1" });
  Object.assign(next.style, HIDDEN, styles.next, { zIndex: "2" });
  Object.assign(veil.style, NO_VEIL, styles.veil);
}
