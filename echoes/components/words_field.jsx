import { useCallback, useEffect, useRef, useState } from "react";

/** @import { KeyboardEvent } from "react" */

/**
 * A line of words that saves itself when it is left. What was refused stays, and is saved with the next change; what
 * the server says replaces it unless somebody types there. Enter leads to the next field of the list.
 *
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.value
 * @param {string} [props.label]
 * @param {string} [props.placeholder]
 * @param {number} props.longest
 * @param {(text: string) => void} props.onSave
 */
export function WordsField({ id, value, label, placeholder, longest, onSave }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [typed, setTyped] = useState(value);
  const latest = useRef({ typed, value, onSave });
  latest.current = { typed, value, onSave };

  const known = useRef(value);
  useEffect(() => {
    const isTyping = document.activeElement === input.current && latest.current.typed !== known.current;
    known.current = value;
    if (!isTyping) setTyped(value);
  }, [value]);

  const save = useCallback(() => {
    const { typed: text, value: saved, onSave: tell } = latest.current;
    if (text !== saved) tell(text);
  }, []);
  /* A sheet that is closed by Escape takes the field away before it was left. */
  useEffect(() => save, [save]);

  /** @param {KeyboardEvent<HTMLInputElement>} event */
  const keyed = (event) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    /** @type {HTMLInputElement[]} */
    const fields = [...(event.currentTarget.closest("[data-words-list]")?.querySelectorAll("input") ?? [])];
    const next = fields[fields.indexOf(event.currentTarget) + 1];
    if (next) next.focus();
    else event.currentTarget.blur();
  };

  return (
    <input
      ref={input}
      id={id}
      type="text"
      dir="auto"
      className="input"
      autoComplete="off"
      enterKeyHint="next"
      maxLength={longest}
      aria-label={label || undefined}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
      onKeyDown={keyed}
    />
  );
}
