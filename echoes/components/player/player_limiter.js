/* A limiter as the film has it, by Web Audio: voices that were raised may together be louder than a browser can play,
   which would cut their peaks off. What stays below its threshold passes as it is. */

/**
 * The film's true peaks end at -1 decibel (compiler/audio/limiter.py). A ratio of 20, the most that this node has, lets
 * some of what is louder through: less than a decibel below makes up for it.
 */
const SETTINGS = { threshold: -1.8, knee: 0, ratio: 20, attack: 0.001, release: 0.1 };
/** By what the node raises all, as the standard says: (1 / its gain at full scale) ^ 0.6. Here as a power of ten. */
const MADE_UP = (-SETTINGS.threshold * (1 - 1 / SETTINGS.ratio) * 0.6) / 20;

/**
 * @param {BaseAudioContext} context
 * @returns {AudioNode} what is to be played is connected to it
 */
export function limiterOf(context) {
  const limiter = new DynamicsCompressorNode(context, SETTINGS);
  limiter.connect(new GainNode(context, { gain: 10 ** -MADE_UP })).connect(context.destination);
  return limiter;
}
