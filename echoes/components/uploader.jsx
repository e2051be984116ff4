import ImagePlus from "lucide-react/dist/esm/icons/image-plus.mjs";
import Music from "lucide-react/dist/esm/icons/music.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { Children, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { queueOf } from "./uploads.js";

/**
 * @import { ChangeEvent, ReactNode } from "react"
 * @import { UploadKind } from "./messages.d.ts"
 * @import { Sent } from "./uploads.js"
 */

/**
 * Whatever is pasted, or dropped anywhere on the page.
 *
 * @param {(files: File[]) => void} onFiles
 */
function useIncoming(onFiles) {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    /** @param {DragEvent} event */
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    /** @param {DragEvent} event */
    const over = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    /** @param {DragEvent} event */
    const leave = (event) => event.relatedTarget === null && setIsOver(false);
    /** @param {DragEvent} event */
    const drop = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    /** @param {ClipboardEvent} event */
    const paste = (event) => event.clipboardData?.files.length && onFiles([...event.clipboardData.files]);
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [onFiles]);
  return isOver;
}

/**
 * @param {object} props
 * @param {Sent} props.upload
 * @param {UploadKind} props.kind
 * @param {(id: number) => void} props.onCancel
 * @param {(id: number) => void} props.onRetry
 * @param {(id: number) => void} props.onUseSound
 */
function Tile({ upload, kind, onCancel, onRetry, onUseSound }) {
  const [hasPicture, setHasPicture] = useState(Boolean(upload.preview));
  const failed = upload.state === "failed";
  return (
    <li className={failed && !upload.hasSound ? "tile arriving failed" : "tile arriving"}>
      {hasPicture && !failed ? (
        <img src={upload.preview} alt="" onError={() => setHasPicture(false)} />
      ) : (
        kind === "music" && <Music size={24} aria-hidden="true" />
      )}
      <div className="arriving-words">
        <span className="arriving-name">{upload.name}</span>
        <span role={failed ? "alert" : undefined}>{upload.words}</span>
        {!failed && (
          <div
            className={upload.percent ? "progress" : "progress waiting"}
            role="progressbar"
            aria-label={`Sending ${upload.name}`}
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
        aria-label={failed ? `Close the message about ${upload.name}` : `Stop sending ${upload.name}`}
        onClick={() => onCancel(upload.id)}
      >
        <X size={18} aria-hidden="true" />
      </button>
    </li>
  );
}

/**
 * @param {object} props
 * @param {string} props.project
 * @param {UploadKind} props.kind
 * @param {string} props.accept
 * @param {string[]} props.arrived
 * @param {string} props.title
 * @param {string} props.hint
 * @param {string} props.choose
 * @param {boolean} props.multiple
 * @param {ReactNode} [props.children]
 */
export function Uploader({ project, kind, accept, arrived, title, hint, choose, multiple, children }) {
  const queue = queueOf(project, kind);
  const uploads = useSyncExternalStore(queue.subscribe, queue.snapshot);
  // biome-ignore lint/correctness/useExhaustiveDependencies: What arrives on its own is looked at as well, when `uploads` change.
  useEffect(() => queue.settle(arrived), [queue, arrived, uploads]);
  const chooser = useRef(/** @type {HTMLInputElement | null} */ (null));
  const take = useCallback(
    (/** @type {File[]} */ files) => queue.add(multiple ? files : files.slice(0, 1)),
    [queue, multiple],
  );
  const isOver = useIncoming(take);

  /** @param {ChangeEvent<HTMLInputElement>} event */
  const chosen = (event) => {
    take([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  const open = () => chooser.current?.click();
  const tiles = uploads.map((upload) => (
    <Tile
      key={upload.id}
      upload={upload}
      kind={kind}
      onCancel={queue.cancel}
      onRetry={queue.retry}
      onUseSound={queue.useSound}
    />
  ));
  const isEmpty = tiles.length === 0 && arrived.length === 0;

  return (
    <div className={`uploader ${kind}${isOver ? " over" : ""}`}>
      <input
        ref={chooser}
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={chosen}
        hidden
        tabIndex={-1}
      />
      <p className="visually-hidden" role="status" aria-live="polite">
        {queue.summary}
      </p>
      {kind === "music" ? (
        <>
          {tiles.length > 0 && <ul className="arriving-list">{tiles}</ul>}
          <div className="row">
            <button type="button" className="button second" onClick={open}>
              <Music size={20} strokeWidth={1.75} aria-hidden="true" />
              {choose}
            </button>
            <span className="small soft">{hint}</span>
          </div>
        </>
      ) : isEmpty ? (
        <div className="dropzone">
          <div className="empty">
            <div className="glyph">
              <ImagePlus size={30} strokeWidth={1.75} aria-hidden="true" />
            </div>
            <h2>{title}</h2>
            <button type="button" className="button primary" onClick={open}>
              {choose}
            </button>
            <p className="small soft">{hint}</p>
          </div>
        </div>
      ) : (
        <>
          <ul className="photo-grid">
            {Children.toArray(children)}
            {tiles}
            <li className="tile add">
              <button type="button" onClick={open}>
                <ImagePlus size={26} strokeWidth={1.75} aria-hidden="true" />
                Add more photos
              </button>
            </li>
          </ul>
          <p className="small soft">{hint}</p>
        </>
      )}
    </div>
  );
}
