/* In place of parts of Reflex's script that no page of ours makes use of: cookies as vars of a state, deep merging of
   props that a component hands to its only child, and uploads (ours are resumable, components/uploader). */

export default class Cookies {
  get() {
    return undefined;
  }

  set() {
    throw new Error("No state of ours keeps a cookie: see echoes/reflex_adapter/front_end.py.");
  }

  remove() {
    this.set();
  }
}

/**
 * @param {Record<string, unknown>} injected
 * @param {Record<string, unknown>} own
 */
export const mergician = (injected, own) => ({ ...injected, ...own });

export function uploadFiles() {
  throw new Error("No page of ours uploads by Reflex: see echoes/reflex_adapter/front_end.py.");
}
