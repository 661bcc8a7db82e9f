// Gives the page's modules, and TensorFlow.js, the files of an exported folder.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const fromFolder = (folder) => (name) => readFile(join(folder, name));

/**
 * The files as TensorFlow.js takes them in Node, where it reads no files by itself.
 * @param {(topology: object) => void} change is applied to the architecture first.
 */
export function ioHandler(folder, change = () => {}) {
  const read = fromFolder(folder);
  return {
    async load() {
      const model = JSON.parse(await read("model.json"));
      change(model.modelTopology.model_config.config);
      const shards = await Promise.all(model.weightsManifest.flatMap((group) => group.paths).map(read));
      const weightSpecs = model.weightsManifest.flatMap((group) => group.weights);
      const weightData = await new Blob(shards).arrayBuffer();
      return { modelTopology: model.modelTopology, format: model.format, weightSpecs, weightData };
    },
  };
}
