import { Upload } from "tus-js-client";
/* Reflex serves the files of each Python module from a folder of its own. */
import { isSignedIn, reauthenticate } from "../comeback/comeback.js";

const ENDPOINT = "/uploads";
const AT_ONCE = 3;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 20000];
const LINGER = 4000;
const LOOK_FOR_SIGN_IN = 3000;
const NOT_SIGNED_IN = 401;
const BUSY = 423;
const WAITING = { state: "waiting", words: "Waiting for its turn", percent: 0, canRetry: false, isUnreachable: false, needsSignIn: false, hasSound: false };
const NO_ANSWER = "The connection was lost. This goes on by itself when it is back.";
const ENDED = "Your session has ended. Sign in, and this goes on where it stopped.";
const GENERAL = "could not be sent. Please try again.";
const USE_SOUND = { name: "Upload-Use-Sound", yes: "yes" };
const OPEN = new Set(["waiting", "sending", "settling"]);

let lastId = 0;

function json(response) {
  try {
    return JSON.parse(response?.getBody() ?? "") ?? {};
  } catch {
    return {}; // Not from us, such as a proxy's page: it says nothing to a person.
  }
}

/* The files of one kind on their way to one project. It outlives the page that shows it: a person may go on
   to the clips while photos are still being sent. Each file goes
   waiting → sending → settling (the server makes it ready) → arrived, or fails with a sentence. A video among
   music ends as a question: what was sent is kept, and goes on if its sound is wanted. */
class UploadQueue {
  uploads = [];
  #listeners = new Set();
  #running = new Map();
  #begun = Promise.resolve();
  #looking = null;

  constructor(project, kind) {
    this.project = project;
    this.kind = kind;
    window.addEventListener("online", () => this.#goOn());
    window.addEventListener("echoes:signed-in", () => this.#goOnSignedIn());
    for (const name of ["beforeunload", "echoes:leaving"]) {
      window.addEventListener(name, (event) => this.isOpen && event.preventDefault());
    }
  }

  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = () => this.uploads;

  get isOpen() {
    return this.uploads.some(({ state, needsSignIn }) => OPEN.has(state) || needsSignIn);
  }

  get summary() {
    const open = this.uploads.filter(({ state }) => OPEN.has(state)).length;
    const asked = this.uploads.filter(({ hasSound }) => hasSound).length;
    const failed = this.uploads.filter(({ state }) => state === "failed").length - asked;
    if (open) return `${open} still on the way.`;
    if (asked) return `${asked} ${asked === 1 ? "waits" : "wait"} for your answer.`;
    if (failed) return `${failed} could not be sent.`;
    return this.uploads.length ? "Everything has arrived." : "";
  }

  add = (files) => {
    const fresh = files.map((file) => ({
      ...WAITING,
      id: ++lastId,
      file,
      name: file.name,
      preview: file.type.startsWith("image/") ? URL.createObjectURL(file) : "",
    }));
    this.#set([...this.uploads, ...fresh]);
  };

  cancel = (id) => {
    const { upload, isAnnounced } = this.#running.get(id) ?? {};
    this.#forget(id);
    upload?.abort(true).catch(() => {}); // The server sweeps what it was not told to delete.
    isAnnounced?.();
  };

  retry = (id) => this.#change(id, WAITING);

  /* Of a video that was sent as music: the server has it all, and only needs to hear this. */
  useSound = (id) => this.#change(id, { ...WAITING, useSound: true });

  /* What the page shows already needs no tile here. */
  settle = (arrived) => {
    for (const { id, arrivedAs } of this.uploads) if (arrivedAs && arrived.includes(arrivedAs)) this.#forget(id);
  };

  #set(uploads) {
    this.uploads = uploads;
    const busy = uploads.filter(({ state }) => state === "sending" || state === "settling").length;
    const next = uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - busy));
    this.uploads = uploads.map((upload) =>
      next.includes(upload) ? { ...upload, state: "sending", words: "Sending…" } : upload,
    );
    this.#listeners.forEach((listener) => listener());
    next.forEach((upload) => this.#send(upload));
  }

  #change(id, fields) {
    this.#set(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
  }

  #forget(id) {
    const { preview } = this.uploads.find((upload) => upload.id === id) ?? {};
    if (preview) URL.revokeObjectURL(preview);
    this.#running.delete(id);
    this.#set(this.uploads.filter((upload) => upload.id !== id));
  }

  #goOn() {
    this.uploads.filter(({ isUnreachable }) => isUnreachable).forEach(({ id }) => this.retry(id));
  }

  /* The person may sign in in another tab, in front of this one. */
  async #lookForSignIn() {
    if (!this.uploads.some(({ needsSignIn }) => needsSignIn)) return this.#stopLooking();
    if (await isSignedIn()) reauthenticate();
  }

  #goOnSignedIn() {
    this.#stopLooking();
    this.uploads.filter(({ needsSignIn }) => needsSignIn).forEach(({ id }) => this.retry(id));
  }

  #stopLooking() {
    clearInterval(this.#looking);
    this.#looking = null;
  }

  /* Files are announced one after the other, so that they keep the order in which they were chosen; their
     bytes then go side by side. */
  #send(chosen) {
    this.#begun = this.#begun.then(() => new Promise((isAnnounced) => this.#start(chosen, isAnnounced)));
  }

  async #start({ id, file, useSound }, isAnnounced) {
    if (!this.uploads.some((upload) => upload.id === id)) return isAnnounced();
    const upload = new Upload(file, {
      endpoint: ENDPOINT,
      retryDelays: RETRY_DELAYS,
      headers: useSound ? { [USE_SOUND.name]: USE_SOUND.yes } : {},
      metadata: { filename: file.name, filetype: file.type, kind: this.kind, project: this.project },
      removeFingerprintOnSuccess: true,
      fingerprint: async () =>
        ["echoes", this.project, this.kind, file.name, file.size, file.lastModified].join("|"),
      onUploadUrlAvailable: isAnnounced,
      onProgress: (sent, total) => this.#progressed(id, sent, total),
      onSuccess: ({ lastResponse }) => this.#arrived(id, json(lastResponse), upload.url),
      onError: (error) => {
        isAnnounced();
        this.#failed(id, file.name, error.originalResponse);
      },
    });
    this.#running.set(id, { upload, isAnnounced });
    // A browser that lets nothing be stored remembers no earlier upload: then it begins at the beginning.
    const [earlier] = await upload.findPreviousUploads().catch(() => []);
    if (this.#running.get(id)?.upload !== upload) return; // Cancelled meanwhile.
    if (earlier) upload.resumeFromPreviousUpload(earlier);
    return upload.start();
  }

  #progressed(id, sent, total) {
    const percent = Math.floor((100 * sent) / total);
    const isSent = sent >= total;
    this.#change(id, {
      state: isSent ? "settling" : "sending",
      percent,
      words: isSent ? "Getting it ready…" : `${percent} %`,
    });
  }

  /* What arrives has its upload's id; the answer says so, if the connection held until it came. */
  #arrived(id, answer, url) {
    this.#change(id, {
      state: "arrived",
      percent: 100,
      words: "Here it is",
      arrivedAs: answer.photo_id ?? answer.track_id ?? url.split("/").at(-1),
    });
    setTimeout(() => this.#forget(id), LINGER);
  }

  #failed(id, name, response) {
    const status = response?.getStatus() ?? 0;
    const needsSignIn = status === NOT_SIGNED_IN;
    const hasSound = response?.getHeader(USE_SOUND.name) === USE_SOUND.yes;
    if (needsSignIn) this.#looking ??= setInterval(() => this.#lookForSignIn(), LOOK_FOR_SIGN_IN);
    this.#change(id, {
      state: "failed",
      needsSignIn,
      hasSound,
      isUnreachable: !status,
      canRetry: !status || status === BUSY || status >= 500,
      words: needsSignIn ? ENDED : status ? (json(response).error ?? `${name} ${GENERAL}`) : NO_ANSWER,
    });
  }
}

const queues = new Map();

export function queueOf(project, kind) {
  const name = `${kind} ${project}`;
  if (!queues.has(name)) queues.set(name, new UploadQueue(project, kind));
  return queues.get(name);
}
