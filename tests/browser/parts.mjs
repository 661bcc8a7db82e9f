// Runs parts of the page by themselves: standard input says what with, standard output what came out.

import { text } from "node:stream/consumers";

import { UniformStream } from "../../bot/export/page/random.js";
import { sampleTopN, softmax } from "../../bot/export/page/sampling.js";
import { Vocabulary } from "../../bot/export/page/vocabulary.js";

const parts = {
  uniforms({ randomSeed, completion, count }) {
    const stream = new UniformStream(randomSeed, completion);
    return Array.from({ length: count }, () => stream.next());
  },
  sample: ({ probabilities, topN, uniform }) => sampleTopN(Float32Array.from(probabilities), topN, uniform),
  softmax: ({ logits, temperature }) => Array.from(softmax(Float32Array.from(logits), temperature)),
  fold: ({ characters, spellings, typed }) => new Vocabulary(characters, spellings).fold(typed),
  encode: ({ characters, typed }) => new Vocabulary(characters).encode(typed),
};

const calls = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(calls.map(({ part, ...given }) => parts[part](given))));
