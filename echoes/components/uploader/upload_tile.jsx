import CloudOff from "lucide-react/dist/esm/icons/cloud-off.mjs";
import FileX from "lucide-react/dist/esm/icons/file-x.mjs";
import Music from "lucide-react/dist/esm/icons/music.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { useState } from "react";
import { isolated } from "$/public/external/echoes/components/isolation/isolation.js";

/**
 * @import { UploadKind } from "../messages.d.ts"
 * @import { Sent } from "./states.js"
 */

/**
 * @param {object} props
 * @param {Sent} props.upload
 * @param {UploadKind} props.kind
 * @param {(id: number) => void} props.onCancel
 * @param {(id: number) => void} props.onRetry
 * @param {(id: number) => void} props.onUseSound
 */
export function UploadTile({ upload, kind, onCancel, onRetry, onUseSound }) {
  const [hasPicture, setHasPicture] = useState(Boolean(upload.preview));
  const failed = upload.state === "failed";
  return (
    <li className={failed && !upload.hasSound ? "tile arriving failed" : "tile arriving"}>
      {hasPicture && !failed ? (
        <img src={upload.preview} alt="" onError={() => setHasPicture(false)} />
      ) : (
        <Drawing upload={upload} kind={kind} />
      )}
      <div className="arriving-words">
        <bdi className="arriving-name">{upload.name}</bdi>
        <span role={failed ? "alert" : undefined}>{upload.words}</span>
        {!failed && (
          <div
            className={upload.percent ? "progress" : "progress waiting"}
            role="progressbar"
            aria-label={`Sending ${isolated(upload.name)}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={upload.percent}
          >
            <span style={{ width: upload.percent ? `${upload.percent}%` : "30%" }} />
          </div>
        )}
        {failed && upload.needsSignIn && (
          <a
            className="button second"
            href={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}
            target="_blank"
            rel="noopener"
          >
            Sign in
          </a>
        )}
        {failed && upload.hasSound && (
          <button type="button" className="button primary" onClick={() => onUseSound(upload.id)}>
            Use its sound
          </button>
        )}
        {failed && upload.canRetry && (
          <button type="button" className="button second" onClick={() => onRetry(upload.id)}>
            Try again
          </button>
        )}
      </div>
      <button
        type="button"
        className="button round tile-tool"
        aria-label={`${failed ? "Close the message about" : "Stop sending"} ${isolated(upload.name)}`}
        onClick={() => onCancel(upload.id)}
      >
        <X size={18} aria-hidden="true" />
      </button>
    </li>
  );
}

/**
 * What went wrong, at a glance: a line that was lost looks other than a file that was refused.
 *
 * @param {object} props
 * @param {Sent} props.upload
 * @param {UploadKind} props.kind
 */
function Drawing({ upload, kind }) {
  if (upload.state === "failed" && !upload.hasSound) {
    const Failed = upload.isUnreachable ? CloudOff : FileX;
    return <Failed className="failed-mark" size={28} strokeWidth={1.75} aria-hidden="true" />;
  }
  return kind === "music" && <Music size={24} aria-hidden="true" />;
}
