import { useEffect } from "react";

const TEXT = "input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]";

/**
 * Ctrl+Z and Ctrl+Shift+Z, or ⌘ on a Mac. In a text field they are the browser's own.
 *
 * @param {object} props
 * @param {() => void} props.onUndo
 * @param {() => void} props.onRedo
 */
export function HistoryKeys({ onUndo, onRedo }) {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const keyed = (event) => {
      const key = event.key.toLowerCase();
      if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
      if (event.target instanceof Element && event.target.closest(TEXT)) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) onRedo();
      else onUndo();
    };
    document.addEventListener("keydown", keyed);
    return () => document.removeEventListener("keydown", keyed);
  }, [onUndo, onRedo]);
  return null;
}
