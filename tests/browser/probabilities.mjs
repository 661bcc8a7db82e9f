// For each {folder, text} on standard input: the probabilities after each of its characters, by TensorFlow.js and by
// the page's own modules.

import { text as readText } from "node:stream/consumers";
import * as tf from "@tensorflow/tfjs";

import { softmax } from "../../bot/export/page/sampling.js";
import { Writer } from "../../bot/export/page/writer.js";
import { fromFolder, ioHandler } from "./reading.mjs";

async function byTensorFlow(folder, ids) {
  const model = await tf.loadLayersModel(ioHandler(folder));
  return model.predict(tf.tensor2d([ids], [1, ids.length], "int32")).squeeze([0]).arraySync();
}

await tf.setBackend("cpu");
const answers = [];
for (const { folder, text } of JSON.parse(await readText(process.stdin))) {
  const writer = await Writer.load(fromFolder(folder));
  const ids = writer.vocabulary.encode(text);
  const page = ids.map((id) => Array.from(softmax(writer.network.read(id))));
  answers.push({ page, tfjs: await byTensorFlow(folder, ids) });
}
console.log(JSON.stringify(answers));
