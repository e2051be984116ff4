import { useEffect, useId, useRef } from "react";
import X from "lucide-react/dist/esm/icons/x.mjs";

/* showModal() makes the page behind inert, moves the focus in and gives it back. */
export function Dialog({ isOpen, title, wide, onClose, children }) {
  const element = useRef(null);
  const heading = useId();

  useEffect(() => {
    const dialog = element.current;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      (dialog.querySelector("[data-autofocus]") ?? dialog.querySelector("h2")).focus();
    }
    if (!isOpen && dialog.open) dialog.close();
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
