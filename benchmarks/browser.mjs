// Compare the page's own network with TensorFlow.js on its CPU backend, at the tutorial's size, in one run:
//
//   make test ARGS=tests/export && node benchmarks/browser.mjs
//
// (the first installs TensorFlow.js). Both read character after character with a state, from the same weights; they
// take turns, and processor time is counted, not the clock's. A text is written one character at a time; tfjs is a
// little quicker when it is given a text as a whole, which is measured too. The goal is to be at least twice as fast as
// tfjs is at its best. Exit code 1 when that is missed.

import { createRequire } from "node:module";

import { Network } from "../bot/export/page/network.js";

const VOCABULARY = 98;
const EMBEDDING = 64;
const UNITS = 512;
const ROUNDS = 15;
const CHARACTERS = 40;
const GOAL = 2;

const require = createRequire(new URL("../tests/browser/", import.meta.url));
let tf;
try {
  tf = require("@tensorflow/tfjs");
} catch {
  console.error("TensorFlow.js is not there: make test ARGS=tests/export installs it");
  process.exit(2);
}

const random = (...shape) => tf.randomNormal(shape, 0, 0.05, "float32", 1);
const values = (tensor) => tensor.dataSync();

function layersModel(steps) {
  const model = tf.sequential();
  const input = { batchInputShape: [1, steps], inputDim: VOCABULARY, outputDim: EMBEDDING };
  model.add(tf.layers.embedding(input));
  const fast = { recurrentInitializer: "zeros" }; // the default takes minutes, and all weights are set below
  const cells = { units: UNITS, recurrentActivation: "sigmoid" };
  model.add(tf.layers.lstm({ ...cells, ...fast, returnSequences: true, stateful: true }));
  model.add(tf.layers.dense({ units: VOCABULARY, activation: "softmax" }));
  model.setWeights(model.getWeights().map((weight) => random(...weight.shape)));
  return model;
}

function network(model) {
  const [embeddings, kernel, recurrentKernel, bias, outputKernel, outputBias] = model.getWeights().map(values);
  return new Network({
    embedding: { size: EMBEDDING, values: embeddings },
    recurrent: [{ kind: "LSTM", units: UNITS, gate: "sigmoid", kernel, recurrentKernel, bias }],
    output: { kernel: outputKernel, bias: outputBias },
  });
}

/** Milliseconds of processor time that a character takes. */
function time(read) {
  const before = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / CHARACTERS;
}

const median = (numbers) => numbers.slice().sort((a, b) => a - b)[numbers.length >> 1];

await tf.setBackend("cpu");
const stepwise = layersModel(1);
const whole = layersModel(CHARACTERS);
const own = network(stepwise);
const ids = Array.from({ length: CHARACTERS }, (_, n) => (n * 37) % VOCABULARY);
const predict = (model, ids) => tf.tidy(() => model.predict(tf.tensor2d([ids], [1, ids.length], "int32")).dataSync());
const ways = {
  "TensorFlow.js, by character": () => ids.forEach((id) => predict(stepwise, [id])),
  "TensorFlow.js, as a whole": () => predict(whole, ids),
  "the page's network": () => ids.forEach((id) => own.read(id)),
};
const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = -2; round < ROUNDS; round++) { // two rounds to warm up
  for (const [name, read] of Object.entries(ways)) {
    const milliseconds = time(read);
    if (round >= 0) times[name].push(milliseconds);
  }
}
const [byCharacter, asWhole, ours] = Object.values(times);
const ratioTo = (theirs) => median(theirs.map((milliseconds, round) => milliseconds / ours[round]));
const ratios = [byCharacter, asWhole].map(ratioTo);
console.log(`embedding ${EMBEDDING}, LSTM ${UNITS}, ${VOCABULARY} characters, ${ROUNDS} rounds, Node.js ${process.version}`);
for (const [name, milliseconds] of Object.entries(times)) {
  const [low, high] = [Math.min(...milliseconds), Math.max(...milliseconds)].map((each) => each.toFixed(2));
  console.log(`  ${name.padEnd(27)} ${median(milliseconds).toFixed(2)} ms a character (${low} to ${high})`);
}
console.log(`  ${ratios.map((ratio) => ratio.toFixed(1)).join(" and ")} times as fast (goal: ${GOAL})`);
process.exit(Math.min(...ratios) >= GOAL ? 0 : 1);
