/* What was typed into a dialog and not yet saved, for the tab and for an hour: a session that ends under it leads
   to sign-in and back, and the words are still there. Fields that ask not to be remembered are not. */

const PREFIX = "echoes draft ";
const HOUR = 3600 * 1000;
const FIELDS = "input:is([type=text], [type=search], :not([type]))[name]:not([autocomplete=off]), textarea[name]";

const keyOf = (title, field) => `${PREFIX}${window.location.pathname} ${title} ${field.name}`;

/* React hears of a change only through the element's own setter. */
function fill(field, text) {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function keep(title, field) {
  if (!field.matches(FIELDS)) return;
  window.sessionStorage.setItem(keyOf(title, field), JSON.stringify({ text: field.value, at: Date.now() }));
}

export function restore(title, dialog) {
  for (const field of dialog.querySelectorAll(FIELDS)) {
    const { text, at } = JSON.parse(window.sessionStorage.getItem(keyOf(title, field)) ?? "{}");
    if (text !== undefined && Date.now() - at < HOUR) fill(field, text);
  }
}

export function forget(title) {
  remove(`${PREFIX}${window.location.pathname} ${title} `);
}

/* Another person may sign in next. */
let isListening = false;
export function listenForSignOut() {
  if (isListening) return;
  isListening = true;
  document.addEventListener("submit", ({ target }) => target.matches("[action='/auth/sign-out']") && remove(PREFIX), true);
}

function remove(prefix) {
  for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(prefix)) window.sessionStorage.removeItem(key);
}
