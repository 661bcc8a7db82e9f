// Sample a character from logits, in float32 like Charla's own engine, so that the same random number picks the same
// character unless it lies within rounding of the boundary between two.

const LARGEST_UNIFORM = 1 - 2 ** -24; // the largest float32 below 1

/** Turn logits, divided by the temperature, into probabilities: a new array. */
export function softmax(logits, temperature = 1) {
  const probabilities = new Float32Array(logits.length);
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (let id = 0; id < logits.length; id++) {
    probabilities[id] = Math.exp((logits[id] - largest) / temperature);
    sum += probabilities[id];
  }
  for (let id = 0; id < logits.length; id++) probabilities[id] /= sum;
  return probabilities;
}

/** Return the ids from the likeliest on; of equally likely ones the lower goes first. */
export function byLikelihood(probabilities) {
  return Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a] || a - b);
}

/**
 * Sample an id: keep the `topN` likeliest, then go up the sum of their probabilities, in the order of ids, as far as
 * `uniform` says.
 *
 * @param {Float32Array} probabilities the probability of each id.
 * @param {number} topN how many are kept, 1 or more.
 * @param {number} uniform a random number in [0, 1).
 */
export function sampleTopN(probabilities, topN, uniform) {
  // Keep the likeliest, in the order of ids.
  const likeliest = byLikelihood(probabilities).slice(0, topN).sort((a, b) => a - b);
  const kept = likeliest.filter((id) => probabilities[id] > 0); // rounding may carry the largest goal past the end
  // Find the id at which the sum of what is kept passes the share `uniform` of all of it.
  const reached = new Float32Array(kept.length);
  let sum = 0;
  kept.forEach((id, n) => {
    reached[n] = sum + probabilities[id];
    sum = reached[n];
  });
  const goal = Math.fround(Math.min(Math.fround(uniform), LARGEST_UNIFORM) * sum);
  const picked = reached.findIndex((value) => value > goal);
  return kept[picked < 0 ? kept.length - 1 : picked];
}
