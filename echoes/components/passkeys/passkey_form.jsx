import CircleAlert from "lucide-react/dist/esm/icons/circle-alert.mjs";
import KeyRound from "lucide-react/dist/esm/icons/key-round.mjs";
import { useCallback, useRef, useState } from "react";
import { reauthenticate } from "$/public/external/echoes/components/reauthentication/reauthentication.js";
import { CeremonyFailed, perform } from "./ceremony.js";
import { usePasskeySuggestions } from "./suggestions.js";

/** @import { FormEvent, ReactNode } from "react" */

const ADD = "/auth/passkey/add";
const SIGN_IN = "/auth/passkey/sign-in";

/**
 * WebAuthn ceremony after a press, or after a suggestion of the browser's where one signs in. Its children are fields, sent
 * along with the request for options. After a sign-in the socket re-authenticates, and Python says where to go.
 *
 * @param {{ action: string, label: string, kind: string, children?: ReactNode, onEnd?: () => void }} props
 */
export function PasskeyForm({ action, label, kind, children, onEnd }) {
  const isUnderWay = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const enter = useCallback(() => {
    reauthenticate();
    onEnd?.();
  }, [onEnd]);
  const endSuggestions = usePasskeySuggestions(action, action === SIGN_IN, enter, setProblem);

  /** @param {HTMLFormElement} form */
  const ask = async (form) => {
    const fields = /** @type {[string, string][]} */ (
      [...new FormData(form)].filter(([, value]) => value !== "")
    );
    try {
      await perform(action, Object.fromEntries(fields));
      if (action !== ADD) reauthenticate();
    } catch (error) {
      if (!(error instanceof CeremonyFailed)) throw error;
      setProblem(error.message);
      if (!error.code) return;
    }
    onEnd?.();
  };

  /** @param {FormEvent<HTMLFormElement>} event */
  const send = (event) => {
    event.preventDefault();
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setProblem("");
    endSuggestions();
    ask(event.currentTarget).finally(() => {
      isUnderWay.current = false;
      setBusy(false);
    });
  };

  return (
    <form className="stack" onSubmit={send} aria-busy={isBusy}>
      {children}
      <div>
        <button type="submit" className={`button ${kind}`} disabled={isBusy} aria-busy={isBusy}>
          <KeyRound size={20} strokeWidth={1.75} aria-hidden="true" />
          {label}
        </button>
      </div>
      {problem && (
        <div className="message error" role="alert">
          <CircleAlert size={20} strokeWidth={1.75} aria-hidden="true" />
          <div className="stack tight">{problem}</div>
        </div>
      )}
    </form>
  );
}
