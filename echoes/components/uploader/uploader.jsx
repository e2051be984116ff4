import ImagePlus from "lucide-react/dist/esm/icons/image-plus.mjs";
import Music from "lucide-react/dist/esm/icons/music.mjs";
import { Children, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { queueOf } from "./queue.js";
import { SmallerNote } from "./smaller_note.jsx";
import { UploadTile } from "./upload_tile.jsx";

/**
 * @import { ChangeEvent, ReactNode } from "react"
 * @import { UploadKind } from "../messages.d.ts"
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
 * @param {string} props.project
 * @param {UploadKind} props.kind
 * @param {string} props.accept
 * @param {string[]} props.arrived
 * @param {string} props.title
 * @param {string} props.hint
 * @param {string} props.choose
 * @param {boolean} props.multiple
 * @param {number} props.longestSide
 * @param {ReactNode} [props.children]
 */
export function Uploader({
  project,
  kind,
  accept,
  arrived,
  title,
  hint,
  choose,
  multiple,
  longestSide,
  children,
}) {
  const queue = queueOf(project, kind);
  queue.longestSide = longestSide;
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
    <UploadTile
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
      {kind === "photo" && <SmallerNote saved={queue.saved} />}
    </div>
  );
}
