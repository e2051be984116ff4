import { Children, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import ImagePlus from "lucide-react/dist/esm/icons/image-plus.mjs";
import Music from "lucide-react/dist/esm/icons/music.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { queueOf } from "./uploads.js";

/* Whatever is pasted, or dropped anywhere on the page. */
function useIncoming(onFiles) {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const over = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event) => event.relatedTarget === null && setIsOver(false);
    const drop = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(false);
      onFiles([...event.dataTransfer.files]);
    };
    const paste = (event) => event.clipboardData?.files.length && onFiles([...event.clipboardData.files]);
    const listeners = { dragover: over, dragleave: leave, drop, paste };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener);
    };
  }, [onFiles]);
  return isOver;
}

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
        aria-label={failed ? `Put away the message about ${upload.name}` : `Stop sending ${upload.name}`}
        onClick={() => onCancel(upload.id)}
      >
        <X size={18} aria-hidden="true" />
      </button>
    </li>
  );
}

export function Uploader({ project, kind, accept, arrived, title, hint, choose, multiple, children }) {
  const queue = queueOf(project, kind);
  const uploads = useSyncExternalStore(queue.subscribe, queue.snapshot);
  useEffect(() => queue.settle(arrived), [queue, arrived, uploads]);
  const chooser = useRef(null);
  const take = useCallback((files) => queue.add(multiple ? files : files.slice(0, 1)), [queue, multiple]);
  const isOver = useIncoming(take);

  const chosen = (event) => {
    take([...event.target.files]);
    event.target.value = "";
  };
  const open = () => chooser.current.click();
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
      <input ref={chooser} type="file" accept={accept} multiple={multiple} onChange={chosen} hidden tabIndex={-1} />
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
