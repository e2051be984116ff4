/* A session can end under an open page, and a new one begin in another tab. The socket of this tab still carries
   the old cookie then: it opens its socket again with the new one, and the page goes on where it was, with all
   that it holds. */

/** @returns {Promise<boolean>} */
export async function isSignedIn() {
  try {
    const answer = await fetch("/auth/session", { cache: "no-store" });
    return answer.ok && (await answer.json()).is_signed_in === true;
  } catch {
    return false; // No line, an answer cut short as the page is left, or one of a proxy: whoever asks looks again.
  }
}

/* Reflex closes its socket for these two events as if the page were put aside, and opens it again. */
export function reauthenticate() {
  window.dispatchEvent(new Event("pagehide"));
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("echoes:signed-in"));
}

/* Whether something here would be lost with the page: who has such a thing answers `echoes:leaving`. */
export function isLeavingHarmless() {
  return window.dispatchEvent(new Event("echoes:leaving", { cancelable: true }));
}
