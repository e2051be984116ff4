/* What was typed into a dialog and not yet saved, for the tab and for an hour: a session that ends under it leads
   to sign-in and back, and the words are still there. Fields that ask not to be remembered are not. Each draft is
   somebody's: another person who signs in in this tab neither sees it nor leaves it there. */

const PREFIX = "echoes draft ";
const HOUR = 3600 * 1000;
const FIELDS = "input:is([type=text], [type=search], :not([type]))[name]:not([autocomplete=off]), textarea[name]";

const of = (whose) => `${PREFIX}${whose} `;
const ofDialog = (whose, title) => `${of(whose)}${window.location.pathname} ${title} `;

/* React hears of a change only through the element's own setter. */
function fill(field, text) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function keep(whose, title, field) {
  if (!field.matches(FIELDS)) return;
  const draft = JSON.stringify({ text: field.value, at: Date.now() });
  window.sessionStorage.setItem(ofDialog(whose, title) + field.name, draft);
}

export function restore(whose, title, dialog) {
  removeWhere((key) => !key.startsWith(of(whose)));
  for (const field of dialog.querySelectorAll(FIELDS)) {
    const { text, at } = JSON.parse(window.sessionStorage.getItem(ofDialog(whose, title) + field.name) ?? "{}");
    if (text !== undefined && Date.now() - at < HOUR) fill(field, text);
  }
}

export function forget(whose, title) {
  removeWhere((key) => key.startsWith(ofDialog(whose, title)));
}

let isListening = false;
export function listenForSignOut() {
  if (isListening) return;
  isListening = true;
  const isSigningOut = ({ target }) => target.matches("[action='/auth/sign-out']");
  document.addEventListener("submit", (event) => isSigningOut(event) && removeWhere(() => true), true);
}

function removeWhere(isMeant) {
  for (const key of Object.keys(window.sessionStorage))
    if (key.startsWith(PREFIX) && isMeant(key)) window.sessionStorage.removeItem(key);
}
