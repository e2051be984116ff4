// What is wrong with a page as it stands: it scrolls sideways, or controls are covered, cut, small or out of reach;
// or a label leads to another form's field.

() => {
  const found = [];
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) found.push(`scrolls sideways: ${width} of ${innerWidth}`);
  const nameOf = (one) =>
    (one.getAttribute("aria-label") || one.textContent || one.tagName).trim().slice(0, 40);
  const isSame = (one, there) =>
    one.contains(there) || there.contains(one) || Boolean(there.closest("label")?.contains(one));
  const around = document.querySelector("dialog[open]") || document;
  for (const one of around === document ? [] : around.querySelectorAll(".actions .button")) {
    const { top, bottom } = one.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) found.push(`answer out of reach: ${nameOf(one)}`);
  }
  for (const one of around === document ? [] : around.querySelectorAll(".actions")) {
    if (one.offsetWidth < around.clientWidth)
      found.push(`not hidden beside the answers: what scrolls under them`);
  }
  for (const one of around.querySelectorAll("a[href], button, summary, input, select, textarea")) {
    if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (one.closest("[inert]")) continue;
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || box.right < 0 || box.bottom < 0) continue;
    if (box.left < -1 || box.right > innerWidth + 1) found.push(`sticks out: ${nameOf(one)}`);
    const isButton = one.matches("button, a.button");
    if (isButton && Math.min(box.width, box.height) < 43.5) {
      found.push(`small: ${nameOf(one)}, ${Math.round(box.width)} × ${Math.round(box.height)}`);
    }
    if (isButton && one.scrollWidth > one.clientWidth + 2) found.push(`cut: ${nameOf(one)}`);
    const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (there && !isSame(one, there)) {
      found.push(`covered: ${nameOf(one)} by ${there.className || there.tagName}`);
    }
  }
  for (const one of around.querySelectorAll(".clip-picture > :not(.framed-photo, .clip-video)")) {
    if (one.offsetTop < 0) found.push(`cut by its picture: ${nameOf(one)}`);
  }
  for (const label of around.querySelectorAll("form label[for]")) {
    if (label.control?.form !== label.closest("form")) found.push(`leads elsewhere: ${nameOf(label)}`);
  }
  scrollTo(0, 0);
  if (around !== document) around.scrollTo(0, 0);
  return [...new Set(found)];
};
