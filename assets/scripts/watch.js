/* What the page of a shared film does beyond what a browser does without a script. */

/* Days are said in the visitor's own time. */
/** @type {NodeListOf<HTMLTimeElement>} */
const times = document.querySelectorAll("time[datetime*='T']");
for (const time of times) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.valueOf()))
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
}

/**
 * What WebKit has beside the standard.
 *
 * @typedef {HTMLVideoElement & {
 *   webkitExitFullscreen?: () => void,
 *   webkitShowPlaybackTargetPicker?: () => void,
 * }} Video
 */

/** @type {Video | null} */
const video = document.querySelector(".stage video");
if (video) present(video);
document.addEventListener("submit", (event) => void reply(event));

/** @param {Video} film */
function present(film) {
  const stage = /** @type {HTMLElement} */ (film.parentElement);
  const after = /** @type {HTMLElement} */ (document.querySelector(".after"));
  const play = /** @type {HTMLButtonElement} */ (stage.querySelector(".play"));
  const again = /** @type {HTMLButtonElement} */ (after.querySelector(".again"));

  const watch = () => {
    stage.classList.add("opening");
    film.controls = true;
    film.scrollIntoView({ block: "nearest" });
    film.play().catch(() => film.focus());
  };
  film.controls = false;
  play.hidden = false;
  play.addEventListener("click", watch);
  again.addEventListener("click", watch);
  film.addEventListener("play", () => {
    play.hidden = true;
    after.classList.remove("over");
  });
  film.addEventListener("ended", () => void end(film, after, again));
  offerTelevision(film, /** @type {HTMLButtonElement} */ (after.querySelector(".cast")));
}

/**
 * The words come after the film.
 *
 * @param {Video} film @param {HTMLElement} after @param {HTMLButtonElement} again
 */
async function end(film, after, again) {
  if (document.fullscreenElement) await document.exitFullscreen();
  film.webkitExitFullscreen?.();
  again.hidden = false;
  after.classList.add("over");
  after.scrollIntoView({ block: "center" });
  after.focus({ preventScroll: true });
}

/**
 * AirPlay and Google Cast, where the browser finds something to play on. A film with a password is open to this
 * browser alone, and not to a television that would fetch it.
 *
 * @param {Video} film @param {HTMLButtonElement} button
 */
function offerTelevision(film, button) {
  if (film.disableRemotePlayback) return;
  if (film.webkitShowPlaybackTargetPicker) {
    film.addEventListener("webkitplaybacktargetavailabilitychanged", (event) => {
      button.hidden = /** @type {{ availability?: string }} */ (event).availability !== "available";
    });
    button.addEventListener("click", () => film.webkitShowPlaybackTargetPicker?.());
  } else if (film.remote) {
    film.remote
      .watchAvailability((isThere) => {
        button.hidden = !isThere;
      })
      .catch(() => undefined); // This browser cannot look for televisions.
    button.addEventListener("click", () => film.remote.prompt().catch(() => undefined)); // Put away again.
  }
}

/**
 * A reply is sent without leaving the film. Where that fails, the form goes its own way.
 *
 * @param {SubmitEvent} event
 */
async function reply(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const place = form.closest("#reply");
  if (!place) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (button?.name) form.append(hiddenField(button.name, button.value));
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) fields.append(name, String(value));
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = /** @type {HTMLElement | null} */ (page.querySelector("#reply"));
    if (!now) throw new Error("no reply form in the answer");
    place.replaceWith(now);
    now.focus({ preventScroll: true });
  } catch {
    form.submit();
  }
}

/** @param {string} name @param {string} value */
function hiddenField(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}
