import { useEffect, useId, useRef } from "react";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { forget, keep, listenForSignOut, restore } from "./drafts.js";

/* showModal() makes the page behind inert, moves the focus in and gives it back. */
export function Dialog({ isOpen, title, whose, wide, onClose, children }) {
  const element = useRef(null);
  const heading = useId();

  /* When a session ends, nobody is there any more, and what is typed is still that person's. */
  const writer = useRef(whose);
  if (whose) writer.current = whose;

  useEffect(() => {
    const dialog = element.current;
    listenForSignOut();
    if (isOpen && !dialog.open) {
      dialog.showModal();
      restore(writer.current, title, dialog);
      (dialog.querySelector("[data-autofocus]") ?? dialog.querySelector("h2")).focus();
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);

  /* The server closes it when it has taken the words, and a person when they are not wanted. A session that
     ends leads away from an open one: those words stay. */
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen && whose) forget(writer.current, title);
    wasOpen.current = isOpen;
  }, [isOpen]);

  /* At once, not when the server has heard of it. */
  const close = (event) => {
    event.preventDefault();
    element.current.close();
    onClose?.();
  };

  return (
    <dialog
      ref={element}
      className={wide ? "sheet wide" : "sheet"}
      aria-labelledby={heading}
      onCancel={close}
      onInput={(event) => keep(writer.current, title, event.target)}
      onClick={(event) => event.target === element.current && close(event)}
    >
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
