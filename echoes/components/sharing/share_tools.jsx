import Send from "lucide-react/dist/esm/icons/send.mjs";
import { useEffect, useState } from "react";
import { CopyButton } from "./copy_button.jsx";

const encode = encodeURIComponent;

/**
 * Plain addresses: nothing of these services is loaded before somebody goes there.
 *
 * @param {string} address @param {string} title
 * @returns {[name: string, href: string][]}
 */
const services = (address, title) => [
  ["WhatsApp", `https://wa.me/?text=${encode(`${title}\n${address}`)}`],
  ["E-mail", `mailto:?subject=${encode(title)}&body=${encode(address)}`],
  ["X", `https://x.com/intent/post?text=${encode(title)}&url=${encode(address)}`],
  ["Facebook", `https://www.facebook.com/sharer/sharer.php?u=${encode(address)}`],
];

/**
 * A letter is written in another program: a tab for it would stay empty.
 *
 * @param {string} href
 */
const target = (href) => (href.startsWith("mailto:") ? undefined : "_blank");

/** @param {{ address: string, title: string }} props */
export function ShareTools({ address, title }) {
  const [canSend, setCanSend] = useState(false);
  useEffect(() => setCanSend(Boolean(navigator.share)), []);

  /* The phone's own sheet. That somebody closes it again is no failure. */
  const send = () => navigator.share({ title, url: address }).catch(() => undefined);

  return (
    <div className="stack">
      <div className="row share-first">
        {canSend && (
          <button type="button" className="button primary" data-autofocus onClick={send}>
            <Send size={20} strokeWidth={1.75} aria-hidden="true" />
            Send it
          </button>
        )}
        <CopyButton text={address} label="Copy the link" kind={canSend ? "second" : "primary"} />
      </div>
      <ul className="share-services">
        {services(address, title).map(([name, href]) => (
          <li key={name}>
            <a className="button second" href={href} target={target(href)} rel="noopener noreferrer">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
