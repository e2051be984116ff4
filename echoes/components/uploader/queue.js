/* Reflex serves the files of each Python module from a folder of its own. */
import {
  isSignedIn,
  reauthenticate,
} from "$/public/external/echoes/components/reauthentication/reauthentication.js";
import { sendsOriginals, smallerOf, wantsSmaller } from "./smaller_photos.js";
import { failed, OPEN, progressed, summaryOf, USE_SOUND, WAITING } from "./states.js";
import { Transfer } from "./transfer.js";

/**
 * @import { HttpResponse } from "tus-js-client"
 * @import { UploadAnswer, UploadKind } from "../messages.d.ts"
 * @import { Smaller } from "./photo_worker.js"
 * @import { Sent } from "./states.js"
 */

const AT_ONCE = 3;
const LINGER = 4000;
const LOOK_FOR_SIGN_IN = 3000;
let lastId = 0;

/**
 * The files of one kind on their way to one project. It outlives the page that shows it: a person may go on
 * to the clips while photos are still being sent. Each file goes
 * waiting → sending → settling (the server makes it ready) → arrived, or fails with a sentence. A video among
 * music ends as a question: what was sent is kept, and goes on if its sound is wanted.
 */
class UploadQueue {
  /** @type {Sent[]} */
  uploads = [];
  /** @type {Set<() => void>} */
  #listeners = new Set();
  /** Bytes that need not be sent, because photos were made smaller. */
  saved = 0;
  /** Of photos as they are kept; set by the page. */
  longestSide = 0;
  /** @type {Map<number, { transfer: Transfer, isAnnounced: () => void }>} */
  #running = new Map();
  /** @type {Promise<void>} */
  #begun = Promise.resolve();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;

  /**
   * @param {string} project
   * @param {UploadKind} kind
   */
  constructor(project, kind) {
    this.project = project;
    this.kind = kind;
    window.addEventListener("online", () => this.#goOn());
    window.addEventListener("echoes:signed-in", () => this.#goOnSignedIn());
    for (const name of ["beforeunload", "echoes:leaving"]) {
      window.addEventListener(name, (event) => this.isOpen && event.preventDefault());
    }
  }

  /** @param {() => void} listener */
  subscribe = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = () => this.uploads;

  get isOpen() {
    return this.uploads.some(({ state, needsSignIn }) => OPEN.has(state) || needsSignIn);
  }

  get summary() {
    return summaryOf(this.uploads);
  }

  /** @param {File[]} files */
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

  /** @param {number} id */
  cancel = (id) => {
    const running = this.#running.get(id);
    this.#forget(id);
    running?.transfer.abort();
    running?.isAnnounced();
  };

  /** @param {number} id */
  retry = (id) => this.#change(id, WAITING);

  /**
   * Of a video that was sent as music: the server has it all, and only needs to hear this.
   *
   * @param {number} id
   */
  useSound = (id) => this.#change(id, { ...WAITING, useSound: true });

  /**
   * What the page shows already needs no tile here.
   *
   * @param {string[]} arrived
   */
  settle = (arrived) => {
    for (const { id, arrivedAs } of this.uploads)
      if (arrivedAs && arrived.includes(arrivedAs)) this.#forget(id);
  };

  /** @param {Sent[]} uploads */
  #set(uploads) {
    this.uploads = uploads;
    const busy = uploads.filter(({ state }) => state === "sending" || state === "settling").length;
    const next = uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - busy));
    this.uploads = uploads.map((upload) =>
      next.includes(upload) ? { ...upload, state: "sending", words: "Sending…" } : upload,
    );
    for (const listener of this.#listeners) listener();
    for (const upload of next) this.#send(upload);
  }

  /**
   * @param {number} id
   * @param {Partial<Sent>} fields
   */
  #change(id, fields) {
    this.#set(this.uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)));
  }

  /** @param {number} id */
  #forget(id) {
    const { preview } = this.uploads.find((upload) => upload.id === id) ?? {};
    if (preview) URL.revokeObjectURL(preview);
    this.#running.delete(id);
    this.#set(this.uploads.filter((upload) => upload.id !== id));
  }

  #goOn() {
    for (const { id, isUnreachable } of this.uploads) if (isUnreachable) this.retry(id);
  }

  /* The person may sign in in another tab, in front of this one. */
  async #lookForSignIn() {
    if (!this.uploads.some(({ needsSignIn }) => needsSignIn)) this.#stopLooking();
    else if (await isSignedIn()) reauthenticate();
  }

  #goOnSignedIn() {
    this.#stopLooking();
    for (const { id, needsSignIn } of this.uploads) if (needsSignIn) this.retry(id);
  }

  #stopLooking() {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /**
   * Files are announced one after the other, so that they keep the order in which they were chosen; their
   * bytes then go side by side.
   *
   * @param {Sent} chosen
   */
  #send(chosen) {
    this.#begun = this.#begun.then(() => new Promise((isAnnounced) => this.#start(chosen, isAnnounced)));
  }

  /**
   * @param {Sent} chosen
   * @param {() => void} isAnnounced
   */
  async #start({ id, file, useSound, smaller: made }, isAnnounced) {
    const smaller = made === undefined && this.#find(id) ? await this.#makeSmaller(id, file) : made;
    if (!this.#find(id)) {
      isAnnounced(); // Cancelled.
      return;
    }
    const transfer = new Transfer(
      smaller?.photo ?? file,
      this.#fingerprint(file, smaller),
      { filename: file.name, filetype: file.type, kind: this.kind, project: this.project },
      useSound ? { [USE_SOUND.name]: USE_SOUND.yes } : {},
      {
        announced: isAnnounced,
        progressed: (sent, total) => this.#change(id, progressed(sent, total, Boolean(smaller))),
        arrived: (answer, url) => this.#arrived(id, answer, url),
        failed: (response) => {
          isAnnounced();
          this.#failed(id, file.name, response);
        },
      },
    );
    this.#running.set(id, { transfer, isAnnounced });
    await transfer.start();
  }

  /** @param {number} id */
  #find(id) {
    return this.uploads.find((upload) => upload.id === id);
  }

  /**
   * @param {number} id
   * @param {File} file
   * @returns {Promise<Smaller | null | undefined>}
   */
  async #makeSmaller(id, file) {
    if (this.kind !== "photo" || sendsOriginals() || !wantsSmaller()) return undefined;
    this.#change(id, { words: "Making it smaller…" });
    const smaller = await smallerOf(file, this.longestSide);
    if (smaller && this.#find(id)) this.saved += file.size - smaller.photo.size;
    this.#change(id, { smaller, words: "Sending…" });
    return smaller;
  }

  /**
   * The same after a reload, for what is sent is the same: a photo that was made smaller by its bytes.
   *
   * @param {File} file
   * @param {Smaller | null | undefined} smaller
   */
  #fingerprint(file, smaller) {
    const original = ["echoes", this.project, this.kind, file.name, file.size, file.lastModified];
    return [...original, ...(smaller ? [smaller.hash] : [])].join("|");
  }

  /**
   * What arrives has its upload's id; the answer says so, if the connection held until it came.
   *
   * @param {number} id
   * @param {UploadAnswer} answer
   * @param {string | null} url
   */
  #arrived(id, answer, url) {
    this.#change(id, {
      state: "arrived",
      percent: 100,
      words: "Added",
      arrivedAs: answer.photo_id ?? answer.track_id ?? url?.split("/").at(-1),
    });
    setTimeout(() => this.#forget(id), LINGER);
  }

  /**
   * @param {number} id
   * @param {string} name
   * @param {HttpResponse | null} response
   */
  #failed(id, name, response) {
    const state = failed(name, response);
    if (state.needsSignIn) this.#looking ??= setInterval(() => this.#lookForSignIn(), LOOK_FOR_SIGN_IN);
    this.#change(id, state);
  }
}

/** @type {Map<string, UploadQueue>} */
const queues = new Map();

/**
 * @param {string} project
 * @param {UploadKind} kind
 */
export function queueOf(project, kind) {
  const name = `${kind} ${project}`;
  const queue = queues.get(name) ?? new UploadQueue(project, kind);
  queues.set(name, queue);
  return queue;
}
