/* What people expect of a menu, and <details> does not do by itself: it goes by Escape, by a press elsewhere, when
   the focus leaves it, and once something in it was chosen. Returns how to stop that. */
export function putAway(menu) {
  const ends = new AbortController();
  const heed = (target, event, answer) => target.addEventListener(event, answer, { signal: ends.signal });
  const isOutside = (node) => node instanceof Node && !menu.contains(node);
  const close = () => {
    menu.open = false;
  };

  heed(document, "pointerdown", ({ target }) => isOutside(target) && close());
  heed(menu, "focusout", ({ relatedTarget }) => isOutside(relatedTarget) && close());
  heed(menu, "click", ({ target }) => target.closest("a") && close());
  heed(menu, "keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  return () => ends.abort();
}
