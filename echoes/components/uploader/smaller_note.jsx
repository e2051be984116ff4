import { useState } from "react";
import { sendOriginals, sendsOriginals, wantsSmaller } from "./smaller_photos.js";

const MEGABYTE = 1_000_000;

/**
 * Says that photos are made smaller on this line, and lets a person send them as they are.
 *
 * @param {object} props
 * @param {number} props.saved bytes that need not be sent
 */
export function SmallerNote({ saved }) {
  const [isOriginal, setOriginal] = useState(sendsOriginals);
  if (!wantsSmaller() && !saved && !isOriginal) return null;
  /** @param {boolean} value */
  const choose = (value) => {
    sendOriginals(value);
    setOriginal(value);
  };
  return (
    <div className="smaller-note small">
      <p className="soft" role="status">
        {wordsFor(isOriginal, saved)}
      </p>
      <label className="row check">
        <input type="checkbox" checked={isOriginal} onChange={(event) => choose(event.target.checked)} />
        Send the original photos
      </label>
    </div>
  );
}

/**
 * @param {boolean} isOriginal
 * @param {number} saved
 */
function wordsFor(isOriginal, saved) {
  if (isOriginal) return "Your photos are sent as they are. On a slow connection that takes longer.";
  if (saved === 0) return "Large photos are made smaller for your connection. Your film looks the same.";
  return `Made smaller for your connection: ${(saved / MEGABYTE).toFixed(1)} MB less to send.`;
}
