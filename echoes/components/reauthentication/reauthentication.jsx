import { useEffect, useState } from "react";
import { isLeavingHarmless, isSignedIn, reauthenticate } from "./reauthentication.js";

/* On the sign-in page: notices a sign-in of another tab, and while files are on their way lets this one sign in
   in a tab of its own, so that they are not lost. */
export function Reauthentication() {
  const [isCarrying, setIsCarrying] = useState(false);

  useEffect(() => {
    let isOver = false;
    /** @param {Event} [event] */
    const look = async (event) => {
      if (event && !event.isTrusted) return; // our own
      if (document.visibilityState !== "visible" || !(await isSignedIn()) || isOver) return;
      reauthenticate();
    };
    /** @param {Event} event */
    const keepPage = ({ target }) => {
      if (!(target instanceof Element)) return;
      /** @type {HTMLAnchorElement | HTMLFormElement | null} */
      const element = target.closest("a[href^='/auth/'], form[action^='/auth/']");
      if (element && !isLeavingHarmless()) element.target = "_blank";
    };
    setIsCarrying(!isLeavingHarmless());
    look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    document.addEventListener("click", keepPage, true);
    document.addEventListener("submit", keepPage, true);
    return () => {
      isOver = true;
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      document.removeEventListener("click", keepPage, true);
      document.removeEventListener("submit", keepPage, true);
    };
  }, []);

  return isCarrying ? (
    <p className="small soft">
      Photos are still on their way. Signing in opens a new tab, and they carry on in this one.
    </p>
  ) : null;
}
