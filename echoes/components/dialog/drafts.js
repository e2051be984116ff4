/* What was typed into a dialog and not yet saved, for the tab and for an hour: a session that ends under it leads
   to sign-in and back, and the words are still there. Fields that ask not to be remembered are not. Each draft is
   somebody's: another person who signs in in this tab neither sees it nor leaves it there. */

const PREFIX = "echoes draft ";
const HOUR = 3600 * 1000;
const FIELDS =
  "input:is([type=text], [type=search], :not([type]))[name]:not([autocomplete=off]), textarea[name]";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

/** @param {string} whose */
const of = (whose) => `${PREFIX}${whose} `;
/** @param {string} whose @param {string} title */
const ofDialog = (whose, title) => `${of(whose)}${window.location.pathname} ${title} `;

/** @param {EventTarget} target @returns {target is Field} */
const isField = (target) => target instanceof Element && target.matches(FIELDS);

/**
 * React hears of a change only through the element's own setter.
 *
 * @param {Field} field @param {string} text
 */
function fill(field, text) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} whose @param {string} title @param {EventTarget} field */
export function keep(whose, title, field) {
  if (!isField(field)) return;
  const draft = JSON.stringify({ text: field.value, at: Date.now() });
  window.sessionStorage.setItem(ofDialog(whose, title) + field.name, draft);
}

/** @param {string} whose @param {string} title @param {HTMLElement} dialog */
export function restore(whose, title, dialog) {
  removeWhere((key) => !key.startsWith(of(whose)));
  /** @type {NodeListOf<Field>} */
  const fields = dialog.querySelectorAll(FIELDS);
  for (const field of fields) {
    const { text, at } = JSON.parse(
      window.sessionStorage.getItem(ofDialog(whose, title) + field.name) ?? "{}",
    );
    if (text !== undefined && Date.now() - at < HOUR) fill(field, text);
  }
}

/** @param {string} whose @param {string} title */
export function forget(whose, title) {
  removeWhere((key) => key.startsWith(ofDialog(whose, title)));
}

let isListening = false;
export function listenForSignOut() {
  if (isListening) return;
  isListening = true;
  /** @param {Event} event */
  const isSigningOut = ({ target }) =>
    target instanceof Element && target.matches("[action='/auth/sign-out']");
  document.addEventListener("submit", (event) => isSigningOut(event) && removeWhere(() => true), true);
}

/** @param {(key: string) => boolean} isMeant */
function removeWhere(isMeant) {
  for (const key of Object.keys(window.sessionStorage))
    if (key.startsWith(PREFIX) && isMeant(key)) window.sessionStorage.removeItem(key);
}
