// Write on from a seed: one object made of the model's files, for the worker and for programs that run it elsewhere.

import { readModel } from "./files.js";
import { Network } from "./network.js";
import { UniformStream } from "./random.js";
import { sample, softmax } from "./sampling.js";
import { Vocabulary } from "./vocabulary.js";

export class Writer {
  /** Read the model's files; `readFile` gives a file's bytes. */
  static async load(readFile) {
    const { card, description } = await readModel(readFile);
    return new Writer(card, new Network(description));
  }

  constructor(card, network) {
    this.card = card;
    this.network = network;
    this.vocabulary = new Vocabulary(card.characters);
  }

  /**
   * Read a text, having forgotten all that was read before.
   * @returns {Float32Array} the logits of the character after it.
   */
  prime(text) {
    this.network.reset();
    let logits = null;
    for (const id of this.vocabulary.encode(text)) logits = this.network.read(id);
    return logits;
  }

  /**
   * Write on from a seed: for each character its id, and the probabilities that it was drawn from.
   *
   * @param {{seed: string, topN: number, length: number, temperature: number, randomSeed: number}} options
   *   what to write; the seed has at least one character.
   */
  *write({ seed, topN, length, temperature, randomSeed }) {
    const uniforms = new UniformStream(randomSeed, 0);
    let logits = this.prime(seed);
    for (let written = 0; written < length; written++) {
      const probabilities = softmax(logits, temperature);
      const id = sample(probabilities, topN, uniforms.next());
      yield { id, probabilities };
      if (written + 1 < length) logits = this.network.read(id);
    }
  }
}
