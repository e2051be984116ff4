import Check from "lucide-react/dist/esm/icons/check.mjs";
import Copy from "lucide-react/dist/esm/icons/copy.mjs";
import { useEffect, useState } from "react";

/** @param {{ text: string, label: string, kind?: "primary" | "second" }} props */
export function CopyButton({ text, label, kind = "second" }) {
  const [state, setState] = useState(/** @type {"" | "copied" | "refused"} */ (""));

  useEffect(() => {
    if (state !== "copied") return undefined;
    const timer = setTimeout(() => setState(""), 4000);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("refused"); // The browser forbids it: then the text is there to be marked.
    }
  };

  return (
    <span className="copy">
      <button type="button" className={`button ${kind}`} onClick={copy}>
        {state === "copied" ? (
          <Check size={20} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <Copy size={20} strokeWidth={1.75} aria-hidden="true" />
        )}
        {state === "copied" ? "Copied" : label}
      </button>
      <span role="status" className="visually-hidden">
        {state === "copied" ? "Copied" : ""}
      </span>
      {state === "refused" && (
        <input
          className="input"
          readOnly
          value={text}
          aria-label={label}
          // biome-ignore lint/a11y/noAutofocus: It comes in answer to a press, and is there to be copied from.
          autoFocus
          onFocus={(event) => event.target.select()}
        />
      )}
    </span>
  );
}
