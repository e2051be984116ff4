import { useState } from "react";

/** @param {string} iso */
const local = (iso) => {
  if (!iso) return "";
  const moment = new Date(iso);
  return new Date(moment.valueOf() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/**
 * A day and an hour as the person's clock shows them; the form sends the moment itself.
 *
 * @param {{ name: string, moment: string, label: string }} props
 */
export function MomentInput({ name, moment, label }) {
  const [value, setValue] = useState(local(moment));
  const chosen = value ? new Date(value) : null;
  return (
    <>
      <input
        id={name}
        type="datetime-local"
        className="input"
        aria-label={label}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <input
        type="hidden"
        name={name}
        value={chosen && !Number.isNaN(chosen.valueOf()) ? chosen.toISOString() : ""}
      />
    </>
  );
}
