import { useEffect, useState } from "react";
import Check from "lucide-react/dist/esm/icons/check.mjs";
import Copy from "lucide-react/dist/esm/icons/copy.mjs";

export function CopyButton({ text, label, kind = "second" }) {
  const [state, setState] = useState("");

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
          autoFocus
          onFocus={(event) => event.target.select()}
        />
      )}
    </span>
  );
}
