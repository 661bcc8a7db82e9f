// The list above the input: commands, options, or values. The focus stays in the input, whose arrow keys move through it.

import { make } from "./element.js";

export class Choices {
  #list;
  #input = null;
  #entries = [];
  #active = -1;

  constructor(list) {
    this.#list = list;
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where it is
  }

  get isOpen() {
    return this.#entries.length > 0;
  }

  /** The entry that Enter takes, if there is one. */
  get active() {
    return this.#entries[this.#active] ?? null;
  }

  /**
   * Show entries: each has a `title`, a `note` or none, and `take()`, which is called when it is chosen.
   *
   * @param input whose list it is.
   * @param picksFirst whether Enter takes the first one although nobody moved to it.
   */
  show(input, entries, picksFirst = false) {
    if (this.#input !== input) this.hide();
    this.#input = input;
    this.#entries = entries;
    this.#list.replaceChildren(...entries.map((entry, place) => this.#row(entry, place)));
    this.#list.hidden = !entries.length;
    input.setAttribute("aria-expanded", String(this.isOpen));
    this.#activate(picksFirst && entries.length ? 0 : -1);
  }

  hide() {
    if (this.#input) {
      this.#input.setAttribute("aria-expanded", "false");
      this.#input.removeAttribute("aria-activedescendant");
    }
    this.#entries = [];
    this.#active = -1;
    this.#list.hidden = true;
    this.#list.replaceChildren();
  }

  /** Move on by one (1) or back by one (-1), around the end. */
  move(step) {
    const count = this.#entries.length;
    this.#activate(this.#active < 0 ? (step > 0 ? 0 : count - 1) : (this.#active + step + count) % count);
  }

  take() {
    const entry = this.active;
    this.hide();
    entry.take();
  }

  #row(entry, place) {
    const row = make("div", { id: `choice-${place}`, role: "option", "aria-selected": "false" }, [
      make("span", { className: "title" }, entry.title),
      entry.note && make("span", { className: "note" }, entry.note),
    ]);
    row.addEventListener("click", () => {
      this.#active = place;
      this.take();
    });
    return row;
  }

  #activate(place) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = place;
    const row = this.#list.children[place];
    if (!row) {
      this.#input.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", row.id);
  }
}
