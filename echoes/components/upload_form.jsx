import { useCallback, useEffect, useRef, useState } from "react";

/** @import { ComponentProps, FormEvent } from "react" */

/**
 * The browser itself sends it, and leaves with the answer: until then a second press sends nothing. The mark is
 * in a ref as well, because two presses may come before the page is drawn anew.
 *
 * @param {ComponentProps<"form">} props
 */
export function UploadForm({ children, ...attributes }) {
  const isOnItsWay = useRef(false);
  const [isBusy, setBusy] = useState(false);

  const mark = useCallback((/** @type {boolean} */ value) => {
    isOnItsWay.current = value;
    setBusy(value);
  }, []);

  /* Who comes back finds the page as it was left. */
  useEffect(() => {
    /** @param {PageTransitionEvent} event */
    const comeBack = (event) => event.persisted && mark(false);
    window.addEventListener("pageshow", comeBack);
    return () => window.removeEventListener("pageshow", comeBack);
  }, [mark]);

  /** @param {FormEvent} event */
  const send = (event) => {
    if (isOnItsWay.current) event.preventDefault();
    else mark(true);
  };

  return (
    <form {...attributes} method="post" encType="multipart/form-data" aria-busy={isBusy} onSubmit={send}>
      {children}
    </form>
  );
}
