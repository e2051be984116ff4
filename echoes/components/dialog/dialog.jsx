import X from "lucide-react/dist/esm/icons/x.mjs";
import { useEffect, useId, useRef } from "react";
import { forget, keep, listenForSignOut, restore } from "./drafts.js";
import { closed, opened } from "./modal_stack.js";

/** @import { ReactNode, SyntheticEvent } from "react" */

/**
 * showModal() makes the page behind inert, moves the focus in and gives it back.
 *
 * @param {object} props
 * @param {boolean} props.isOpen
 * @param {string} props.title
 * @param {string} props.whose
 * @param {boolean} [props.wide]
 * @param {() => void} [props.onClose]
 * @param {ReactNode} [props.children]
 */
export function Dialog({ isOpen, title, whose, wide, onClose, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const slot = useRef(/** @type {HTMLDivElement | null} */ (null));
  const heading = useId();

  /* When a session ends, nobody is there any more, and what is typed is still that person's. */
  const writer = useRef(whose);
  if (whose) writer.current = whose;

  useEffect(() => {
    const dialog = element.current;
    listenForSignOut();
    if (!dialog) return;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      if (slot.current) opened(slot.current);
      restore(writer.current, title, dialog);
      /** @type {HTMLElement | null} */
      const first = dialog.querySelector("[data-autofocus]");
      (first ?? dialog.querySelector("h2"))?.focus();
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen, title]);

  /* Also when it is unmounted while it is open, of which the browser says nothing. */
  useEffect(() => {
    const held = slot.current;
    return () => {
      if (held) closed(held);
    };
  }, []);

  /* The server closes it when it has taken the words, and a person when they are not wanted. A session that
     ends leads away from an open one: those words stay. */
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && whose) forget(writer.current, title);
    wasOpen.current = isOpen;
  }, [isOpen, title, whose]);

  /**
   * At once, not when the server has heard of it.
   *
   * @param {SyntheticEvent} event
   */
  const close = (event) => {
    event.preventDefault();
    element.current?.close();
    onClose?.();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: A press outside is a second way; the browser closes it by Escape.
    <dialog
      ref={element}
      className={wide ? "sheet wide" : "sheet"}
      aria-labelledby={heading}
      onCancel={close}
      onClose={() => slot.current && closed(slot.current)}
      onInput={(event) => keep(writer.current, title, event.target)}
      onClick={(event) => event.target === element.current && close(event)}
    >
      <div ref={slot} className="dialog-slot" />
      {isOpen && (
        <div className="stack">
          <div className="row between sheet-head">
            <h2 id={heading} tabIndex={-1}>
              {title}
            </h2>
            <button type="button" className="button quiet round" aria-label="Close" onClick={close}>
              <X size={20} aria-hidden="true" />
            </button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
