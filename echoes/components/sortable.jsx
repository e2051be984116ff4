import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { arrayMove, rectSortingStrategy, SortableContext, useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import Blend from "lucide-react/dist/esm/icons/blend.mjs";
import Check from "lucide-react/dist/esm/icons/check.mjs";
import ChevronLeft from "lucide-react/dist/esm/icons/chevron-left.mjs";
import ChevronRight from "lucide-react/dist/esm/icons/chevron-right.mjs";
import GripVertical from "lucide-react/dist/esm/icons/grip-vertical.mjs";
import X from "lucide-react/dist/esm/icons/x.mjs";
import { useEffect, useRef, useState } from "react";

const INSTRUCTIONS =
  "Press space or enter to pick the clip up, the arrow keys to move it, space or enter to put it down, escape to leave it where it was.";

/**
 * @import { DragEndEvent, KeyboardCoordinateGetter, UniqueIdentifier } from "@dnd-kit/core"
 * @import { RefObject } from "react"
 * @import { OrderedClip } from "./messages.d.ts"
 */

/**
 * @typedef {object} Told What is said of the list, by the id of a clip.
 * @property {(ids: string[]) => void} onOrder
 * @property {(id: string) => void} onOpen
 * @property {(id: string) => void} onSelect
 * @property {(id: string) => void} onJoint the clip before it
 * @property {(id: string) => void} onRemove
 */

/**
 * @param {UniqueIdentifier[]} ids
 * @returns {import("@dnd-kit/core").Announcements}
 */
function announcementsFor(ids) {
  /** @param {UniqueIdentifier} id */
  const place = (id) => `position ${ids.indexOf(id) + 1} of ${ids.length}`;
  return {
    onDragStart: ({ active }) => `Picked up the clip from ${place(active.id)}.`,
    onDragOver: ({ over }) => (over ? `It would go to ${place(over.id)}.` : "The clip is outside the list."),
    onDragEnd: ({ over }) => (over ? `Put down at ${place(over.id)}.` : "Left where it was."),
    onDragCancel: () => "Left where it was.",
  };
}

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * Along the film, also from the end of one row to the beginning of the next.
 *
 * @param {RefObject<UniqueIdentifier[]>} ids
 * @returns {KeyboardCoordinateGetter}
 */
function stepAlong(ids) {
  return (event, { context: { active, over, droppableRects } }) => {
    const step = STEPS[event.code];
    const from = over ?? active;
    if (!step || !from) return undefined;
    event.preventDefault();
    const to = ids.current[ids.current.indexOf(from.id) + step];
    const rect = to === undefined ? undefined : droppableRects.get(to);
    return rect && { x: rect.left, y: rect.top };
  };
}

/**
 * @param {object} props
 * @param {OrderedClip} props.item
 * @param {number} props.index
 * @param {number} props.count
 * @param {string} props.ratio
 * @param {boolean} props.isSelecting
 * @param {boolean} props.isSelected
 * @param {(id: string, index: number) => void} props.move
 * @param {Pick<Told, "onOpen" | "onSelect" | "onJoint" | "onRemove">} props.tell
 */
function Clip({ item, index, count, ratio, isSelecting, isSelected, move, tell }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({ id: item.id, disabled: isSelecting });
  const place = index + 1;
  return (
    <li
      ref={setNodeRef}
      className={`shot${isDragging ? " dragging" : ""}${isSelected ? " chosen" : ""}`}
      style={{ transform: CSS.Transform.toString(transform), transition }}
    >
      <div className="shot-picture" style={{ aspectRatio: ratio }} {...listeners}>
        <img src={item.poster} alt="" draggable={false} loading="lazy" />
        <button
          type="button"
          className="shot-open"
          aria-label={isSelecting ? `Clip ${place}: ${item.label}` : `Change clip ${place}: ${item.label}`}
          aria-pressed={isSelecting ? isSelected : undefined}
          onClick={() => (isSelecting ? tell.onSelect(item.id) : tell.onOpen(item.id))}
        />
        <span className="shot-place numbers">{place}</span>
        {item.caption && <span className="shot-caption">{item.caption}</span>}
        {isSelecting ? (
          <span className="shot-check">{isSelected && <Check size={18} aria-hidden="true" />}</span>
        ) : (
          <button
            ref={setActivatorNodeRef}
            type="button"
            className="button round grip"
            data-at-once=""
            {...attributes}
            {...listeners}
            aria-label={`Move clip ${place}: ${item.label}`}
          >
            <GripVertical size={20} aria-hidden="true" />
          </button>
        )}
      </div>
      {!isSelecting && <ClipTools item={item} index={index} count={count} move={move} tell={tell} />}
      {!isSelecting && place < count && (
        <button
          type="button"
          className="joint"
          aria-label={`Between clip ${place} and ${place + 1}: ${item.joint}`}
          onClick={() => tell.onJoint(item.id)}
        >
          <Blend size={18} aria-hidden="true" />
          <span>{item.joint}</span>
        </button>
      )}
    </li>
  );
}

/**
 * @param {object} props
 * @param {OrderedClip} props.item
 * @param {number} props.index
 * @param {number} props.count
 * @param {(id: string, index: number) => void} props.move
 * @param {Pick<Told, "onRemove">} props.tell
 */
function ClipTools({ item, index, count, move, tell }) {
  const place = index + 1;
  return (
    <div className="shot-tools">
      <button
        type="button"
        className="button quiet round"
        data-at-once=""
        aria-label={`Move clip ${place} earlier`}
        disabled={index === 0}
        onClick={() => move(item.id, index - 1)}
      >
        <ChevronLeft size={22} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="button quiet round"
        aria-label={`Take clip ${place} out of the film`}
        onClick={() => tell.onRemove(item.id)}
      >
        <X size={20} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="button quiet round"
        data-at-once=""
        aria-label={`Move clip ${place} later`}
        disabled={index === count - 1}
        onClick={() => move(item.id, index + 1)}
      >
        <ChevronRight size={22} aria-hidden="true" />
      </button>
    </div>
  );
}

/**
 * The order is shown at once and told to the server; what the server then says is the truth.
 *
 * @param {object} props
 * @param {OrderedClip[]} props.items
 * @param {string} props.ratio
 * @param {boolean} props.isSelecting
 * @param {string[]} props.selected
 * @param {Told["onOrder"]} props.onOrder
 * @param {Told["onOpen"]} props.onOpen
 * @param {Told["onSelect"]} props.onSelect
 * @param {Told["onJoint"]} props.onJoint
 * @param {Told["onRemove"]} props.onRemove
 */
export function SortableClips({
  items,
  ratio,
  isSelecting,
  selected,
  onOrder,
  onOpen,
  onSelect,
  onJoint,
  onRemove,
}) {
  const tell = { onOpen, onSelect, onJoint, onRemove };
  const [shown, setShown] = useState(items);
  const [said, setSaid] = useState("");
  useEffect(() => setShown(items), [items]);
  const ids = shown.map(({ id }) => id);
  const latest = useRef(ids);
  useEffect(() => {
    latest.current = ids;
  });
  const [coordinateGetter] = useState(() => stepAlong(latest));

  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter }),
  );

  /** @param {string} id @param {number} index */
  const move = (id, index) => {
    const ordered = arrayMove(shown, ids.indexOf(id), index);
    setShown(ordered);
    setSaid(`Now at position ${index + 1} of ${ids.length}.`);
    onOrder(ordered.map((clip) => clip.id));
  };
  /** @param {DragEndEvent} event */
  const drop = ({ active, over }) => {
    if (over && over.id !== active.id) move(String(active.id), ids.indexOf(String(over.id)));
  };

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={drop}
      accessibility={{
        announcements: announcementsFor(ids),
        screenReaderInstructions: { draggable: INSTRUCTIONS },
      }}
    >
      <SortableContext items={ids} strategy={rectSortingStrategy}>
        <ol className="shots">
          {shown.map((item, index) => (
            <Clip
              key={item.id}
              item={item}
              index={index}
              count={shown.length}
              ratio={ratio}
              isSelecting={isSelecting}
              isSelected={selected.includes(item.id)}
              move={move}
              tell={tell}
            />
          ))}
        </ol>
      </SortableContext>
      <p className="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
    </DndContext>
  );
}
