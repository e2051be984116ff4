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
 * @param {(id: string, index: number) => void} props.move
 * @param {(id: string) => void} props.onRemove
 */
function Clip({ item, index, count, ratio, move, onRemove }) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({
      id: item.id,
    });
  const place = index + 1;
  return (
    <li
      ref={setNodeRef}
      className={isDragging ? "shot dragging" : "shot"}
      style={{ transform: CSS.Transform.toString(transform), transition }}
    >
      <div className="shot-picture" style={{ aspectRatio: ratio }} {...listeners}>
        <img src={item.poster} alt="" draggable={false} loading="lazy" />
        <span className="shot-place numbers">{place}</span>
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
      </div>
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
          onClick={() => onRemove(item.id)}
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
    </li>
  );
}

/**
 * The order is shown at once and told to the server; what the server then says is the truth.
 *
 * @param {object} props
 * @param {OrderedClip[]} props.items
 * @param {string} props.ratio
 * @param {(ids: string[]) => void} props.onOrder
 * @param {(id: string) => void} props.onRemove
 */
export function SortableClips({ items, ratio, onOrder, onRemove }) {
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
              move={move}
              onRemove={onRemove}
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
