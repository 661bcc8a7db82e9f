// The menu of a message: opens at its button, is walked with the arrow keys, and goes when the focus does.

import { make } from "./element.js";

export class Menu {
  #element = null;
  #button = null;

  /** Open it at a button, or close it if it is open there. */
  toggle(button, entries) {
    const wasHere = this.#button === button;
    this.close();
    if (wasHere) return;
    this.#button = button;
    this.#element = make("div", { className: "menu", role: "menu", "aria-label": "Apps" }, entries.map((entry) => this.#item(entry)));
    this.#element.addEventListener("keydown", (event) => this.#walk(event));
    this.#element.addEventListener("focusout", (event) => {
      if (!this.#element?.contains(event.relatedTarget) && event.relatedTarget !== button) this.close();
    });
    button.setAttribute("aria-expanded", "true");
    button.after(this.#element);
    this.#element.scrollIntoView({ block: "nearest" });
    this.#element.firstElementChild.focus();
  }

  close() {
    const element = this.#element;
    this.#element = null; // first: to remove it moves the focus
    element?.remove();
    this.#button?.setAttribute("aria-expanded", "false");
    this.#button = null;
  }

  #item({ name, choose }) {
    const item = make("button", { type: "button", role: "menuitem", tabIndex: -1 }, name);
    item.addEventListener("click", () => {
      this.#button?.focus();
      this.close();
      choose();
    });
    return item;
  }

  #walk(event) {
    const items = [...this.#element.children];
    const place = items.indexOf(document.activeElement);
    const steps = { ArrowDown: place + 1, ArrowUp: place - 1 + items.length, Home: 0, End: items.length - 1 };
    if (event.key in steps) items[steps[event.key] % items.length].focus();
    else if (event.key === "Escape") {
      this.#button.focus();
      this.close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
