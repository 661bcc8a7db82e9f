// Map characters to ids and back, and fold typed text to the characters that the model knows.

const UNKNOWN = 0;
const MARKS_BEYOND = /(\p{M}{30})\p{M}+/gu;

export class Vocabulary {
  /**
   * @param {string} characters those of ids 1, 2, …; id 0 is the unknown character, which prints as nothing.
   * @param {Object<string, string>} spellings what unknown characters come to: each spelling with all such characters.
   */
  constructor(characters, spellings = {}) {
    this.characters = ["", ...characters];
    this.ids = new Map(this.characters.map((character, id) => [character, id]));
    this.spellings = new Map();
    for (const [spelling, unknown] of Object.entries(spellings)) {
      for (const character of unknown) this.spellings.set(character, spelling);
    }
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
    const nearest = (character) => (this.ids.has(character) ? character : this.spellings.get(character) ?? "");
    const bounded = text.replace(MARKS_BEYOND, "$1"); // as the bot: putting many marks in order takes long
    return Array.from(bounded.normalize("NFC"), nearest).join("");
  }
}
