// Write on from a seed with the model's files, for the worker and for programs that run the model elsewhere.

import { readModel } from "./files.js";
import { Network } from "./network.js";
import { UniformStream } from "./random.js";
import { sampleTopN, softmax } from "./sampling.js";
import { Vocabulary } from "./vocabulary.js";

export class Writer {
  /** Read the model's files; `readFile` reads a file's bytes. */
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
   * Forget all that was read before, and read a text.
   * @returns {Float32Array} the logits of the character after it.
   */
  prime(text) {
    this.network.reset();
    let logits = null;
    for (const id of this.vocabulary.encode(text)) logits = this.network.read(id);
    return logits;
  }

  /**
   * Write on from a seed: yield each character's id, and the probabilities that it was sampled from.
   *
   * @param {{seed: string, topN: number, length: number, temperature: number, randomSeed: number}} options
   *   what to write; the seed has at least one character.
   */
  *write({ seed, topN, length, temperature, randomSeed }) {
    const uniforms = new UniformStream(randomSeed, 0);
    let logits = this.prime(seed);
    for (let written = 0; written < length; written++) {
      // Sample a character, and read it, which gives the logits of the next.
      const probabilities = softmax(logits, temperature);
      const id = sampleTopN(probabilities, topN, uniforms.next());
      yield { id, probabilities };
      if (written + 1 < length) logits = this.network.read(id);
    }
  }
}
