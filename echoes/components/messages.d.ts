/* Types of the messages between Python and the browser: the props of components, the answers of our routes, and the
   events of Reflex. Names are those of Python; tests/components/test_messages.py holds the film's against it. */

/** A film as it will be compiled, in seconds: `Layout.to_json` in compiler/timeline/layout.py, without its music. */
export interface Film {
  fps: number;
  frames: number;
  duration: number;
  shots: Shot[];
  transitions: Transition[];
  notes: string[];
  fade_in_frames: number;
  fade_out_frames: number;
  title_style: string;
}

/** A clip, or a card (whose `clip` is null), from when to when in the film and in itself. */
export interface Shot {
  index: number | null;
  clip: string | null;
  text: string | null;
  subtitle: string | null;
  caption: string | null;
  film_start: number;
  film_end: number;
  clip_start: number;
  clip_end: number;
  film_start_frame: number;
  film_end_frame: number;
  clip_start_frame: number;
  clip_end_frame: number;
  caption_start: number;
  caption_end: number;
  mark: string | null;
  mark_start: number;
  mark_end: number;
}

/** From the shot number `index` to the next one. */
export interface Transition {
  index: number;
  kind: string;
  start: number;
  duration: number;
  start_frame: number;
  frames: number;
  shortened: boolean;
}

/** What is heard beside the pictures: the address of each file by its name, and which of them plays when. */
export interface Audio {
  files: Record<string, string>;
  sounds: PlayedSound[];
}

/** A file from second `start` to `end` of the film, from second `at` of it on; `gain` are the corners of its volume's
    course, time and factor. In one lane no sound lies over another. compiler/timeline/playback.py makes them. */
export interface PlayedSound {
  name: string;
  lane: number;
  start: number;
  end: number;
  at: number;
  gain: [number, number][];
}

/** Where the files of each clip are, by the film's name for it; `light` is its preview rendition, "" for none. */
export type Clips = Record<string, { src: string; light?: string; poster: string }>;

/** The picture of a shot's words, the ground of a card, and the picture of its mark; "" for none. */
export interface Words {
  src: string;
  ground: string;
  mark: string;
}

/** To a moment of the film, in seconds; the number tells one jump from the next. */
export interface Jump {
  time: number;
  number: number;
}

/** A clip in the list that is put in order; `joint` is how it becomes the next one. */
export interface OrderedClip {
  id: string;
  poster: string;
  label: string;
  caption: string;
  date: string;
  joint: string;
}

export type UploadKind = "photo" | "music";

/** What the upload route answers when a file is whole, or says about one that it refuses. */
export interface UploadAnswer {
  photo_id?: string;
  track_id?: string;
  error?: string;
  code?: string;
}

/** What every route of ours answers when something goes wrong: echoes/error_responses.py. */
export interface ServerError {
  error?: string;
  code?: string;
}

/** An event of Reflex on its way to the server. `tap` and `age` are ours: pages/common/taps.py reads them. */
export interface ReflexEvent {
  name?: string;
  router_data?: { tap?: string; age?: number; [name: string]: unknown };
  [name: string]: unknown;
}

/** What we use of Reflex's socket, which is one of socket.io-client with a `reconnect` of Reflex's own. */
export interface ReflexSocket {
  io: { engine?: { close(): void } };
  reconnect?(): void;
  emit(name: "event", event: ReflexEvent, acknowledged?: () => void): unknown;
}
