// Map characters to ids and back, and fold typed text to the characters that the model knows.

const UNKNOWN = 0;

/** Spellings that Unicode's own decompositions do not give. */
const SPELLINGS = {
  "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
  "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "×": "x", "•": "*", "·": "*", "⁄": "/",
  "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ð": "d",
};

export class Vocabulary {
  /** @param {string} characters those of ids 1, 2, …; id 0 is the unknown character, which prints as nothing. */
  constructor(characters) {
    this.characters = ["", ...characters];
    this.ids = new Map(this.characters.map((character, id) => [character, id]));
  }

  get size() {
    return this.characters.length;
  }

  /** Return the ids of the characters of `text`; an unknown one is id 0. */
  encode(text) {
    return Array.from(text, (character) => this.ids.get(character) ?? UNKNOWN);
  }

  /** Return the character of an id. */
  decode(id) {
    return this.characters[id];
  }

  /** Bring typed text to the characters known here, as near to what was meant as they allow; the rest is left out. */
  fold(text) {
    return Array.from(text.normalize("NFC"), (character) => this.nearest(character)).join("");
  }

  nearest(character) {
    const known = this.inEitherCase(character);
    if (known) return known;
    if (/\s/u.test(character)) return this.ids.has(" ") ? " " : "";
    const plain = SPELLINGS[character] ?? character.normalize("NFKD").replace(/\p{M}/gu, "");
    return Array.from(plain, (part) => this.inEitherCase(SPELLINGS[part] ?? part)).join("");
  }

  inEitherCase(character) {
    const spellings = [character, character.toLowerCase(), character.toUpperCase()];
    return spellings.find((spelling) => spelling && this.ids.has(spelling)) ?? "";
  }
}
