// The messages of a channel: who wrote what, embeds, files, buttons, and each message's menu.

import { fetchFile } from "./connection.js";
import { make } from "./element.js";
import { coloured, component } from "./layout.js";
import { marked } from "./markup.js";
import { Menu } from "./menu.js";

const NEAR_THE_END = 80; // pixels

export class Messages {
  #list;
  #scroll;
  #items = new Map();
  #does;
  #menu = new Menu();
  #menuCommands = [];
  #follows = true; // whether the end is in sight, and is to stay there

  /**
   * @param list the list that the messages go into.
   * @param scroll the element that scrolls it.
   * @param does `press(message, customId, button)`, `choose(message, command)`, `who()`, `leave()`.
   */
  constructor(list, scroll, does) {
    this.#list = list;
    this.#scroll = scroll;
    this.#does = does;
    list.addEventListener("keydown", (event) => this.#walk(event));
    list.addEventListener("contextmenu", (event) => this.#openMenu(event));
    this.#scroll.addEventListener("scroll", () => (this.#follows = this.#isNearEnd()));
    new ResizeObserver(() => this.#follows && this.toEnd()).observe(this.#scroll);
  }

  /** Forget all of them: another channel, or another person, comes. */
  clear() {
    this.#menu.close();
    this.#items.clear();
    this.#list.replaceChildren();
  }

  /** Show what changed. */
  update({ messages = [], gone = [] }) {
    const follows = this.#follows; // what comes moves the end away
    for (const id of gone) this.#remove(id);
    for (const message of messages) this.#show(message);
    if (follows) this.toEnd();
  }

  /** The commands of every message's menu. */
  offer(menuCommands) {
    this.#menuCommands = menuCommands;
    for (const button of this.#list.querySelectorAll(".more")) button.hidden = !menuCommands.length;
  }

  #isNearEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < NEAR_THE_END;
  }

  toEnd() {
    this.#follows = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  /** Put the focus on the last message; whether there is one. */
  focusLast() {
    this.#list.lastElementChild?.focus();
    return Boolean(this.#list.lastElementChild);
  }

  #remove(id) {
    const item = this.#items.get(id);
    if (item?.contains(document.activeElement)) this.#does.leave();
    item?.remove();
    this.#items.delete(id);
  }

  #show(message) {
    let item = this.#items.get(message.id);
    const focused = item?.contains(document.activeElement) && document.activeElement.dataset.customId;
    if (!item) {
      item = make("li", { tabIndex: -1 });
      item.dataset.id = message.id;
      this.#items.set(message.id, item);
      this.#list.append(item);
    }
    item.className = `message${message.bot ? " of-bot" : ""}${message.private ? " private" : ""}`;
    item.replaceChildren(...this.#parts(message));
    if (focused) (item.querySelector(`[data-custom-id="${CSS.escape(focused)}"]`) ?? item).focus();
  }

  #parts(message) {
    const looks = { type: "button", className: "more", title: "More", hidden: !this.#menuCommands.length };
    const more = make("button", { ...looks, "aria-label": "More", "aria-haspopup": "menu" }, "⋯");
    more.addEventListener("click", () => this.#toggleMenu(message, more));
    return [
      message.cause && cause(message.cause),
      avatar(message.author, message.bot),
      make("div", { className: "body" }, [
        make("p", { className: "head" }, [
          make("strong", {}, message.author),
          message.bot && make("span", { className: "tag" }, "bot"),
          make("time", { dateTime: message.at }, clock(message.at)),
          message.edited && make("span", {}, "(edited)"),
        ]),
        message.thinking && thinking(message.author),
        message.content && make("div", { className: "content" }, marked(message.content)),
        message.embeds.map(embed),
        message.files.map((file) => attachment(file, this.#does.who)),
        message.components.map((part) => component(part, (customId, button) => this.#does.press(message, customId, button))),
        message.private && make("p", { className: "only-you" }, "Only you can see this"),
      ]),
      !message.thinking && more,
    ].filter(Boolean);
  }

  // The keyboard's way through the messages, and the menu of each.

  #walk(event) {
    const item = event.target.closest("li");
    if (event.key === "Escape") this.#does.leave();
    if (event.target !== item) return;
    const next = { ArrowUp: item.previousElementSibling, ArrowDown: item.nextElementSibling }[event.key];
    if (next) next.focus();
    else if (event.key === "ArrowDown") this.#does.leave();
    else if (event.key === "Enter") item.querySelector(".more:not([hidden])")?.click();
    else if (event.key !== "ArrowUp") return;
    event.preventDefault();
  }

  #openMenu(event) {
    const item = event.target.closest("li");
    const more = item?.querySelector(".more:not([hidden])");
    if (!more || event.target.closest("a, pre") || String(getSelection())) return;
    event.preventDefault();
    more.click();
  }

  #toggleMenu(message, button) {
    const entries = this.#menuCommands.map((name) => ({ name, choose: () => this.#does.choose(message, name) }));
    this.#menu.toggle(button, entries);
  }
}

function cause({ who, did, what, options }) {
  return make("p", { className: "cause" }, [make("strong", {}, who), ` ${did} `, make("b", {}, what), options && ` ${options}`]);
}

function thinking(name) {
  const dots = make("span", { className: "dots", "aria-hidden": "true" });
  return make("p", { className: "thinking" }, [dots, `${name} is thinking…`]);
}

export function avatar(name, isBot = false) {
  const hue = [...name].reduce((sum, character) => sum + character.codePointAt(0) * 47, 0) % 360;
  const element = make("span", { className: `avatar${isBot ? " of-bot" : ""}`, "aria-hidden": "true" });
  element.dataset.letter = name.slice(0, 1).toUpperCase();
  element.style.setProperty("--hue", hue);
  return element;
}

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function embed({ title, description, fields = [], footer, color }) {
  const card = make("div", { className: "embed" }, [
    title && make("p", { className: "title" }, marked(title)),
    description && make("div", { className: "description" }, marked(description)),
    fields.length > 0 && make("dl", {}, fields.map(field)),
    footer?.text && make("p", { className: "footer" }, footer.text),
  ]);
  return coloured(card, color);
}

function field({ name, value, inline }) {
  return make("div", { className: inline ? "inline" : "" }, [make("dt", {}, marked(name)), make("dd", {}, marked(value))]);
}

function attachment(file, who) {
  const button = make("button", { type: "button", className: "secondary" }, "Download");
  button.setAttribute("aria-label", `Download ${file.name}`);
  button.addEventListener("click", () => download(file, who(), button));
  return make("div", { className: "file" }, [
    make("p", {}, [make("strong", {}, file.name), ` ${bytes(file.size)} `]),
    button,
    file.preview && make("pre", { tabIndex: 0, "aria-label": file.name, role: "region" }, file.preview),
  ]);
}

async function download(file, who, button) {
  const blob = await fetchFile({ who, file: file.id });
  if (!blob) {
    button.replaceWith(make("span", { className: "hint" }, "gone"));
    return;
  }
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: file.name }).click();
  URL.revokeObjectURL(address);
}

function bytes(size) {
  return size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`;
}
