/**
 * What people expect of a menu, and <details> does not do by itself: it goes by Escape, by a press elsewhere, when
 * the focus leaves it, and once something in it was chosen.
 *
 * @param {HTMLDetailsElement} menu
 * @returns {() => void} how to stop that
 */
export function putAway(menu) {
  const ends = new AbortController();
  const { signal } = ends;
  /** @param {EventTarget | null} node */
  const isOutside = (node) => node instanceof Node && !menu.contains(node);
  /** @param {EventTarget | null} node */
  const isLink = (node) => node instanceof Element && node.closest("a");
  const close = () => {
    menu.open = false;
  };

  document.addEventListener("pointerdown", ({ target }) => isOutside(target) && close(), { signal });
  menu.addEventListener("focusout", ({ relatedTarget }) => isOutside(relatedTarget) && close(), { signal });
  menu.addEventListener("click", ({ target }) => isLink(target) && close(), { signal });
  menu.addEventListener(
    "keydown",
    ({ key }) => {
      if (key !== "Escape" || !menu.open) return;
      close();
      menu.querySelector("summary")?.focus();
    },
    { signal },
  );
  return () => ends.abort();
}
