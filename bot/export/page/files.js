// Read the files that lie beside the page: charla.json, and the network in TensorFlow.js's layers-model format.

import { GATE_NAMES } from "./network.js";

/** A file that cannot be used; the message says which, and why. */
export class FileError extends Error {}

/**
 * Read the model.
 *
 * @param {(name: string) => Promise<ArrayBuffer>} readFile reads a file's bytes.
 * @returns {Promise<{card: object, description: object}>} the content of charla.json, and the arguments of `Network`.
 */
export async function readModel(readFile) {
  const [card, model] = await Promise.all(["charla.json", "model.json"].map((name) => readJson(readFile, name)));
  if (card.format !== 1) throw new FileError(`charla.json has format ${card.format}: this page reads format 1`);
  if (model.format !== "layers-model") throw new FileError(`model.json is no layers-model`);
  const manifest = model.weightsManifest;
  const shards = await Promise.all(manifest.flatMap((group) => group.paths).map((path) => readFile(path)));
  const weights = splitWeights(new Uint8Array(await new Blob(shards).arrayBuffer()), manifest.flatMap((g) => g.weights));
  return { card, description: describe(model.modelTopology.model_config.config.layers, weights) };
}

/** Read a file of JSON. */
export async function readJson(readFile, name) {
  const text = new TextDecoder().decode(await readFile(name));
  try {
    return JSON.parse(text);
  } catch {
    throw new FileError(`${name} is damaged: it is not JSON`);
  }
}

/** Split the bytes into the weights by their names, each a Float32Array. */
function splitWeights(bytes, entries) {
  const weights = new Map();
  let start = 0;
  for (const { name, shape, quantization } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const end = start + count * (quantization ? 2 : 4);
    if (end > bytes.length) throw new FileError("the weights are incomplete: the .bin files are shorter than they say");
    const own = bytes.slice(start, end).buffer;
    weights.set(name, quantization ? fromFloat16(new Uint16Array(own)) : new Float32Array(own));
    start = end;
  }
  if (start < bytes.length) throw new FileError("the weights do not fit: the .bin files are longer than they say");
  return weights;
}

/** Convert numbers of 16 bits (sign, 5 bits of exponent, 10 of fraction) to numbers of 32. */
function fromFloat16(halves) {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    return sign * (exponent ? 2 ** (exponent - 25) * (0x400 + fraction) : 2 ** -24 * fraction);
  });
}

/** Turn Keras's list of layers into the arguments of `Network`. */
function describe(layers, weights) {
  const description = { embedding: null, recurrent: [], output: null };
  for (const { class_name: kind, config } of layers) {
    const weight = (name) => {
      const found = weights.get(`${config.name}/${name}`);
      if (!found) throw new FileError(`model.json lists no weight ${config.name}/${name}`);
      return found;
    };
    if (kind === "Embedding") {
      description.embedding = { size: config.output_dim, values: weight("embeddings") };
    } else if (kind === "LSTM" || kind === "GRU") {
      description.recurrent.push(describeRecurrent(kind, config, weight));
    } else if (kind === "Dense") {
      description.output = { kernel: weight("kernel"), bias: weight("bias") };
    } else if (kind !== "Dropout") { // dropout acts in training alone
      throw new FileError(`model.json has a layer ${kind}: this page knows Embedding, LSTM, GRU, Dropout and Dense`);
    }
  }
  return description;
}

function describeRecurrent(kind, config, weight) {
  const gate = config.recurrent_activation;
  if (!GATE_NAMES.includes(gate)) {
    throw new FileError(`model.json has a layer with ${gate}: this page knows ${GATE_NAMES.join(" and ")}`);
  }
  const [kernel, recurrentKernel, bias] = ["kernel", "recurrent_kernel", "bias"].map(weight);
  return { kind, units: config.units, gate, kernel, recurrentKernel, bias };
}
