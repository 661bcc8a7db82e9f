// Run the network: read one character at a time, and return after each the logits of the next one.
// It computes what Keras computes (bot/generation/reference.py in Charla's source explains it), laid out so that a
// JavaScript engine is quick at it.

/** The functions that bring a gate into 0 to 1, by their names in Keras 2 and TensorFlow.js. */
const GATES = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hard_sigmoid: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
};

export const GATE_NAMES = Object.keys(GATES);

/**
 * A matrix to multiply vectors with. Nearly all of the time is spent here.
 *
 * Its columns are stored in panels of eight: the eight numbers of a row that belong together lie side by side. So
 * memory is read from front to back, and the eight sums are independent of each other: a processor works on all of
 * them at once, and they stay in its registers until they are whole.
 */
class Matrix {
  /**
   * @param {Float32Array} values row after row.
   * @param {number} columns how many a row has.
   * @param {number} from the first column to take.
   * @param {number} to the column after the last one to take.
   */
  constructor(values, columns, from = 0, to = columns) {
    this.rows = values.length / columns;
    this.columns = to - from;
    const panels = Math.ceil(this.columns / 8);
    this.values = new Float32Array(panels * this.rows * 8); // zeros where the last panel is not full
    this.product = new Float32Array(panels * 8);
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const panel = column >> 3;
        this.values[(panel * this.rows + row) * 8 + (column & 7)] = values[row * columns + from + column];
      }
    }
  }

  /** Multiply `vector` with the matrix: return `columns` numbers, in an array that the next call overwrites. */
  times(vector) {
    const { rows, values, product } = this;
    let index = 0;
    for (let column = 0; column < product.length; column += 8) {
      let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
      for (let row = 0; row < rows; row++) {
        const x = vector[row];
        a += values[index] * x;
        b += values[index + 1] * x;
        c += values[index + 2] * x;
        d += values[index + 3] * x;
        e += values[index + 4] * x;
        f += values[index + 5] * x;
        g += values[index + 6] * x;
        h += values[index + 7] * x;
        index += 8;
      }
      product[column] = a;
      product[column + 1] = b;
      product[column + 2] = c;
      product[column + 3] = d;
      product[column + 4] = e;
      product[column + 5] = f;
      product[column + 6] = g;
      product[column + 7] = h;
    }
    return product;
  }
}

/** The part of a layer's gates that comes from its input: the kernel times the input, plus the bias. */
class Input {
  constructor(kernel, bias) {
    this.kernel = new Matrix(kernel, bias.length);
    this.bias = bias;
    this.sums = new Float32Array(bias.length);
  }

  of(vector) {
    const product = this.kernel.times(vector);
    for (let n = 0; n < this.sums.length; n++) this.sums[n] = product[n] + this.bias[n];
    return this.sums;
  }
}

/** The same for the first recurrent layer, whose input is one of few embeddings: all sums are computed beforehand. */
class EmbeddedInput {
  constructor(embeddings, size, kernel, bias) {
    const input = new Input(kernel, bias);
    this.sums = [];
    for (let start = 0; start < embeddings.length; start += size) {
      this.sums.push(input.of(embeddings.subarray(start, start + size)).slice());
    }
  }

  of(id) {
    return this.sums[id];
  }
}

class LSTM {
  constructor(input, { units, gate, recurrentKernel }) {
    Object.assign(this, { input, units, gate: GATES[gate] });
    this.recurrent = new Matrix(recurrentKernel, 4 * units);
    this.output = new Float32Array(units);
    this.memory = new Float32Array(units);
  }

  reset() {
    this.output.fill(0);
    this.memory.fill(0);
  }

  read(x) {
    const { units, gate, output, memory } = this;
    const fromInput = this.input.of(x);
    const fromOutput = this.recurrent.times(output);
    for (let n = 0; n < units; n++) {
      const admit = gate(fromInput[n] + fromOutput[n]);
      const forget = gate(fromInput[units + n] + fromOutput[units + n]);
      const candidate = Math.tanh(fromInput[2 * units + n] + fromOutput[2 * units + n]);
      const expose = gate(fromInput[3 * units + n] + fromOutput[3 * units + n]);
      memory[n] = forget * memory[n] + admit * candidate;
      output[n] = expose * Math.tanh(memory[n]);
    }
    return output;
  }
}

class GRU {
  constructor(input, { units, gate, recurrentKernel }) {
    Object.assign(this, { input, units, gate: GATES[gate] });
    this.gates = new Matrix(recurrentKernel, 3 * units, 0, 2 * units);
    this.candidates = new Matrix(recurrentKernel, 3 * units, 2 * units);
    this.output = new Float32Array(units);
    this.remembered = new Float32Array(units);
    this.keep = new Float32Array(units);
  }

  reset() {
    this.output.fill(0);
  }

  read(x) {
    const { units, gate, output, remembered, keep } = this;
    const fromInput = this.input.of(x);
    const fromOutput = this.gates.times(output);
    for (let n = 0; n < units; n++) {
      keep[n] = gate(fromInput[n] + fromOutput[n]);
      remembered[n] = output[n] * gate(fromInput[units + n] + fromOutput[units + n]);
    }
    const fromRemembered = this.candidates.times(remembered);
    for (let n = 0; n < units; n++) {
      const candidate = Math.tanh(fromInput[2 * units + n] + fromRemembered[n]);
      output[n] = keep[n] * output[n] + (1 - keep[n]) * candidate;
    }
    return output;
  }
}

const RECURRENT = { LSTM, GRU };

/** A network with its recurrent state. */
export class Network {
  /** @param description the embedding, the recurrent layers and the output, as `readModel` of files.js returns them. */
  constructor({ embedding, recurrent, output }) {
    this.layers = recurrent.map((layer, n) => {
      const { kernel, bias } = layer;
      const input = n ? new Input(kernel, bias) : new EmbeddedInput(embedding.values, embedding.size, kernel, bias);
      return new RECURRENT[layer.kind](input, layer);
    });
    this.output = new Input(output.kernel, output.bias);
  }

  /** Forget all that was read. */
  reset() {
    for (const layer of this.layers) layer.reset();
  }

  /**
   * Read the character of an id.
   * @returns {Float32Array} the logits of the next character, in an array that the next call overwrites.
   */
  read(id) {
    let x = id;
    for (const layer of this.layers) x = layer.read(x);
    return this.output.of(x);
  }
}
