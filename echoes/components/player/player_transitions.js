/* How the player draws each kind of transition, as compiler/picture/transitions does: for a progress between 0 and 1
   the styles of the old shot, of the new one that lies over it, and of the veil over both.
   tests/catalogue/test_transitions.py compares both, kind by kind. */

/**
 * @typedef {{ opacity?: number, transform?: string, maskImage?: string, webkitMaskImage?: string }} Look
 * @typedef {{ background?: string, opacity?: number, backdropFilter?: string, webkitBackdropFilter?: string }} Veil
 *   prefixes are for Chrome before 120 and Safari before 18
 * @typedef {{ current?: Look, next?: Look, veil?: Veil }} Looks
 * @typedef {(progress: number, width: number, filmWidth: number) => Looks} Drawing of a stage of this width
 */

const SOFT_EDGE = 0.08;
const CLOSEST = 1.35;
const STRONGEST_BLUR = 1 / 40;

/** @param {number} progress */
const eased = (progress) => progress * progress * (3 - 2 * progress);
/**
 * A film moves its shots by whole pixels of its colour planes, which are half as wide.
 *
 * @param {number} progress
 * @param {number} filmWidth
 */
const moved = (progress, filmWidth) => Math.round((eased(progress) * filmWidth) / 2) / (filmWidth / 2);
/** @param {number} share */
const percent = (share) => `${100 * share}%`;

/**
 * Chromium moves what is enlarged to whole pixels, half a pixel off at worst, so that a zoom trembles; but not what leans,
 * be it by less than anybody sees.
 *
 * @param {number} factor
 */
const enlarged = (factor) => `matrix(${factor}, 0.000001, 0, ${factor}, 0, 0)`;

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
  /* Of what both together show, which is what both blurred would show; but a filter of their own would find nothing beyond
     the edges of the picture, and darken them. */
  blur(progress, width) {
    const radius = STRONGEST_BLUR * width * Math.min(progress, 1 - progress) * 2;
    const filter = `blur(${radius}px)`;
    return {
      next: { opacity: eased(progress) },
      veil: { opacity: 1, backdropFilter: filter, webkitBackdropFilter: filter },
    };
  },
  zoom(progress) {
    const moved = eased(progress);
    return {
      current: { transform: enlarged(CLOSEST ** moved) },
      next: { transform: enlarged(CLOSEST ** (1 - moved)), opacity: moved },
    };
  },
  wipe(progress) {
    const edge = eased(progress) * (1 + SOFT_EDGE);
    const maskImage = `linear-gradient(to right, #000 ${percent(edge - SOFT_EDGE)}, transparent ${percent(edge)})`;
    return { next: { opacity: 1, maskImage, webkitMaskImage: maskImage } };
  },
  slide(progress, _width, filmWidth) {
    return { next: { opacity: 1, transform: `translateX(${percent(1 - moved(progress, filmWidth))})` } };
  },
  push(progress, _width, filmWidth) {
    const shown = moved(progress, filmWidth);
    return {
      current: { transform: `translateX(${percent(-shown)})` },
      next: { opacity: 1, transform: `translateX(${percent(1 - shown)})` },
    };
  },
};

const PLAIN = { opacity: 1, transform: "", maskImage: "", webkitMaskImage: "" };
const HIDDEN = { ...PLAIN, opacity: 0 };
const NO_VEIL = { background: "", opacity: 0, backdropFilter: "", webkitBackdropFilter: "" };

/**
 * Draws `progress` of a transition onto the elements. 0 is the old shot alone, whatever the kind.
 *
 * @param {string | undefined} kind
 * @param {number} progress
 * @param {{ current: HTMLElement, next: HTMLElement, veil: HTMLElement }} elements
 * @param {number} [filmWidth] in pixels, where it is known
 */
export function draw(kind, progress, { current, next, veil }, filmWidth) {
  const width = current.clientWidth;
  const drawing = progress > 0 ? TRANSITIONS[kind ?? "cut"] : undefined;
  const styles = drawing?.(progress, width, filmWidth || width || 1) ?? {};
  Object.assign(current.style, PLAIN, styles.current, { zIndex: "1" });
  Object.assign(next.style, HIDDEN, styles.next, { zIndex: "2" });
  Object.assign(veil.style, NO_VEIL, styles.veil);
}
