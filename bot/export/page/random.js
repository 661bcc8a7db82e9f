// Draw NumPy's random numbers, Generator(PCG64(SeedSequence(randomSeed, spawn_key=(completion,)))).random(), number for
// number, so that a random seed gives the same text here as on the command line.
// Sources: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms" (2014), for the
// generator, XSL-RR 128/64; and for the seeding NumPy's documentation of SeedSequence, after O'Neill's seed_seq_fe.

const POOL_SIZE = 4;
const INIT_A = 0x43b0d7e5;
const MULTIPLIER_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULTIPLIER_B = 0x58f38ded;
const MIX_LEFT = 0xca01f9dd;
const MIX_RIGHT = 0x4973f715;

const PCG_MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const U128 = (1n << 128n) - 1n;
const U64 = (1n << 64n) - 1n;

export const MAX_RANDOM_SEED = Number.MAX_SAFE_INTEGER;

/** Return a new random seed, 0 to 2^53 - 1. */
export function freshRandomSeed() {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}

/** The random numbers in [0, 1) of one completion of a random seed. */
export class UniformStream {
  /**
   * @param {number} randomSeed 0 to 2^53 - 1.
   * @param {number} completion its index among the completions of the seed, from 0.
   */
  constructor(randomSeed, completion) {
    const [a, b, c, d] = makeWords64(mixPool(randomSeed, completion));
    this.increment = ((((c << 64n) | d) << 1n) | 1n) & U128;
    this.state = this.increment;
    this.state = (this.state + ((a << 64n) | b)) & U128;
    this.advance();
  }

  /** Return the next number. */
  next() {
    this.advance();
    return Number(this.output() >> 11n) / 2 ** 53;
  }

  advance() {
    this.state = (this.state * PCG_MULTIPLIER + this.increment) & U128;
  }

  output() {
    const folded = (this.state >> 64n) ^ (this.state & U64);
    const rotation = this.state >> 122n;
    return ((folded >> rotation) | (folded << (64n - rotation))) & U64;
  }
}

/** Return SeedSequence's pool of entropy: four words, into which the random seed and the spawn key are mixed. */
function mixPool(randomSeed, completion) {
  // The random seed in 32-bit words, low first, filled up with zeros to the pool's size; then the spawn key.
  const entropy = [randomSeed >>> 0, Math.floor(randomSeed / 2 ** 32), 0, 0, completion];
  const hash = makeHasher(INIT_A, MULTIPLIER_A);
  const pool = entropy.slice(0, POOL_SIZE).map(hash);
  for (let from = 0; from < POOL_SIZE; from++) {
    for (let to = 0; to < POOL_SIZE; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
    }
  }
  for (const word of entropy.slice(POOL_SIZE)) {
    for (let to = 0; to < POOL_SIZE; to++) pool[to] = mix(pool[to], hash(word));
  }
  return pool;
}

/** Return the four words of 64 bits that SeedSequence makes of its pool for PCG64. */
function makeWords64(pool) {
  const hash = makeHasher(INIT_B, MULTIPLIER_B);
  const words = Array.from({ length: 8 }, (_, n) => BigInt(hash(pool[n % POOL_SIZE])));
  return [0, 2, 4, 6].map((n) => words[n] | (words[n + 1] << 32n));
}

/** Return a function that hashes a word, in another way at every call. */
function makeHasher(constant, multiplier) {
  return (word) => {
    let value = word ^ constant;
    constant = Math.imul(constant, multiplier);
    value = Math.imul(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  };
}

function mix(x, y) {
  const value = (Math.imul(MIX_LEFT, x) - Math.imul(MIX_RIGHT, y)) | 0;
  return (value ^ (value >>> 16)) >>> 0;
}
