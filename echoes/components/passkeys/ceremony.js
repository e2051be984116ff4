/* A WebAuthn ceremony (https://www.w3.org/TR/webauthn-3/): options from the server, an answer of the browser's
   authenticator, and the server's word on it. */

/** @import { ServerError } from "../messages.d.ts" */

const CANCELLED = "That was cancelled, or there is no passkey for Echoes here. You can try again.";
const SENTENCES = /** @type {Record<string, string>} */ ({
  NotAllowedError: CANCELLED,
  AbortError: CANCELLED,
  InvalidStateError: "This device has a passkey for your account already. You can sign in with it.",
  SecurityError: "Passkeys do not work at this address. Please open Echoes at its usual address, with https.",
  NotSupportedError: "This device cannot make a passkey. Please try another device or browser.",
});
const NO_LINE = "We could not reach Echoes. Please check your connection and try again.";
const NO_PASSKEYS = "This browser cannot use passkeys. Please try another browser, or sign in another way.";

/** What a person reads, and the code of the server's error if it was the server that refused. */
export class CeremonyFailed extends Error {
  /** @param {string} sentence @param {string} [code] */
  constructor(sentence, code = "") {
    super(sentence);
    this.code = code;
  }
}

/** Raises CeremonyFailed. @param {string} address @param {Record<string, string>} fields */
export async function perform(address, fields) {
  if (!window.PublicKeyCredential || !navigator.credentials) throw new CeremonyFailed(NO_PASSKEYS);
  const options = await post(`${address}/options`, fields);
  await post(address, await answerTo(options));
}

/** Offer passkeys among the browser's suggestions for a field (conditional mediation), until one is chosen or
 *  `signal` ends it. Whether somebody has signed in by it; raises CeremonyFailed when the server refuses.
 *  @param {string} address @param {AbortSignal} signal */
export async function performBySuggestion(address, signal) {
  let answer;
  try {
    if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return false;
    const options = await post(`${address}/options`, {});
    if (signal.aborted) return false;
    answer = await answerTo(options, { mediation: "conditional", signal });
  } catch (error) {
    if (!(error instanceof CeremonyFailed)) throw error;
    return false; // Nobody pressed anything, so there is nothing to say.
  }
  await post(address, answer);
  return true;
}

/** @param {any} options @param {CredentialRequestOptions} [manner] */
async function answerTo(options, manner) {
  try {
    const credential = options.user
      ? await navigator.credentials.create({ publicKey: toCreate(options) })
      : await navigator.credentials.get({
          ...manner,
          publicKey: { ...options, challenge: bytes(options.challenge) },
        });
    if (credential instanceof PublicKeyCredential) return toJson(credential);
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    throw new CeremonyFailed(SENTENCES[name] ?? CANCELLED);
  }
  throw new CeremonyFailed(CANCELLED);
}

/** @param {any} options @returns {PublicKeyCredentialCreationOptions} */
function toCreate(options) {
  const known = options.excludeCredentials ?? [];
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known.map((/** @type {{ id: string }} */ one) => ({ ...one, id: bytes(one.id) })),
  };
}

/** @param {PublicKeyCredential} credential */
function toJson({ id, rawId, type, response }) {
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    const made = {
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    };
    return { id, rawId: text(rawId), type, response: { ...said, ...made } };
  }
  const { authenticatorData, signature, userHandle } = /** @type {AuthenticatorAssertionResponse} */ (
    response
  );
  const signed = { authenticatorData: text(authenticatorData), signature: text(signature) };
  return {
    id,
    rawId: text(rawId),
    type,
    response: { ...said, ...signed, userHandle: userHandle && text(userHandle) },
  };
}

/** @param {string} address @param {unknown} body */
async function post(address, body) {
  let answer;
  try {
    const headers = { "content-type": "application/json" };
    answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new CeremonyFailed(NO_LINE);
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  const { error, code } = /** @type {ServerError} */ (said);
  throw new CeremonyFailed(error ?? NO_LINE, code);
}

/** @param {string} base64url */
function bytes(base64url) {
  const letters = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
