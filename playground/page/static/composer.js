// Where people type: a message, or a command with its options, each in a field of its own.

import { Choices } from "./choices.js";
import { post } from "./connection.js";
import { at, make } from "./element.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const TYPING_PAUSE = 120; // milliseconds

const hasKeys = matchMedia("(hover: hover)").matches;
const PLAIN_HINT = `Type / for the bot's commands.${hasKeys ? " ↑ goes to the messages, and Enter there opens a message's menu." : ""}`;
const LIST_HINT = "↑ ↓ choose, Enter or Tab takes, Esc closes.";

export class Composer {
  #choices = new Choices(at.choices);
  #does;
  #commands = [];
  #command = null;
  #fields = new Map(); // the options that are being filled in, by their names: { option, input, part, wrong }
  #pause = null; // a timer: the person is typing
  #tickets = 0;

  /** @param does `as()` tells who acts and where, `toMessages()` moves the focus there, `sent(result)` hears of answers. */
  constructor(does) {
    this.#does = does;
    at.line.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    at.line.addEventListener("keydown", (event) => this.#key(event));
    at.line.addEventListener("focusout", ({ relatedTarget }) => {
      if (!at.line.contains(relatedTarget)) this.#choices.hide();
    });
    at.text.addEventListener("input", () => this.#typed());
    at.text.addEventListener("focus", () => this.#typed());
    this.#showKind();
  }

  /** The commands that there are, for this person in this place. */
  offer(commands) {
    this.#commands = commands;
    if (this.#command && !commands.some(({ name }) => name === this.#command.name)) this.clear();
  }

  focus() {
    (this.#fields.values().next().value?.input ?? at.text).focus();
  }

  /** Nothing is typed, and no command is chosen. */
  clear() {
    clearTimeout(this.#pause);
    this.#tickets += 1; // suggestions that are on their way are for what was typed before
    this.#command = null;
    for (const { part } of this.#fields.values()) part.remove();
    this.#fields.clear();
    at.text.value = "";
    this.#complain("");
    this.#choices.hide();
    this.#showKind();
  }

  /** Fill a whole line in, such as `/generate seed: It was top_n: 3`; whether it is a command's. */
  fill(line) {
    const names = this.#commands.map(({ name }) => name).sort((one, other) => other.length - one.length);
    const name = names.find((each) => line === `/${each}` || line.startsWith(`/${each} `));
    if (!name) return false;
    const rest = line.slice(name.length + 2);
    this.#begin(this.#commands.find((each) => each.name === name));
    const given = split(rest, this.#command.options);
    for (const [option, value] of given) this.#open(option, value);
    if (!given.length) at.text.value = rest.trim();
    (given.length ? this.#fields.get(given.at(-1)[0].name).input : this.#firstInput()).focus();
    return true;
  }

  // A command and its options.

  #begin(command) {
    this.clear();
    this.#command = command;
    const required = command.options.filter((option) => option.required);
    const first = command.options[0];
    const isFreeText = first?.type === STRING && !first.autocomplete && !first.choices;
    for (const option of required.length || !isFreeText ? required : [first]) this.#open(option);
    this.#showKind();
    this.#firstInput().focus();
  }

  #firstInput() {
    return this.#fields.values().next().value?.input ?? at.text;
  }

  #showKind() {
    const { name, options } = this.#command ?? {};
    at.command.hidden = !name;
    at.command.textContent = name ? `/${name}` : "";
    at.text.setAttribute("aria-label", name ? `More options of /${name}` : "Message");
    at.text.placeholder = name ? (this.#rest().length ? "+ option" : "") : "Message, or / for commands";
    at.text.classList.toggle("more-options", Boolean(name));
    at.text.hidden = Boolean(name) && options.length > 0 && !this.#rest().length;
    at.hint.textContent = name ? this.#command.description : PLAIN_HINT;
  }

  #rest() {
    return this.#command.options.filter(({ name }) => !this.#fields.has(name));
  }

  #open(option, value = "") {
    if (this.#fields.has(option.name)) {
      const { input } = this.#fields.get(option.name);
      input.value = value;
      fit(input);
      return;
    }
    const id = `option-${option.name}`;
    const plain = { autocomplete: "off", autocapitalize: "off", spellcheck: false };
    const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "choices" };
    const input = make("input", { id, type: "text", value, ...plain, ...combobox, "aria-describedby": `hint wrong-${option.name}` });
    if (option.type === INTEGER) input.inputMode = "numeric";
    const wrong = make("span", { id: `wrong-${option.name}`, className: "wrong" });
    const part = make("span", { className: "option" }, [make("label", { htmlFor: id }, option.name), input, wrong]);
    const field = { option, input, part, wrong };
    input.addEventListener("input", (event) => this.#typedInto(field, event));
    input.addEventListener("focus", () => {
      at.hint.textContent = `${option.name}: ${option.description}${option.rule ? ` ${option.rule}` : ""}`;
      this.#suggest(field, 0);
    });
    this.#fields.set(option.name, field);
    at.text.before(part);
    fit(input);
    this.#showKind();
  }

  #close(field) {
    this.#fields.delete(field.option.name);
    const others = [...this.#fields.values()];
    field.part.remove();
    this.#showKind();
    (others.at(-1)?.input ?? at.text).focus();
  }

  // What is typed.

  #typed() {
    this.#complain("");
    const text = at.text.value;
    if (this.#command) this.#listOptions(text);
    else if (text.startsWith("/")) {
      if (!(text.includes(" ") && this.fill(text))) this.#listCommands(text.slice(1).toLowerCase());
    } else {
      this.#choices.hide();
      at.hint.textContent = PLAIN_HINT;
    }
  }

  #listCommands(typed) {
    const begins = this.#commands.filter(({ name }) => name.startsWith(typed));
    const has = this.#commands.filter(({ name }) => !name.startsWith(typed) && name.includes(typed));
    const entries = [...begins, ...has].map((command) => ({
      title: `/${command.name}`,
      note: command.description,
      take: () => this.#begin(command),
    }));
    this.#choices.show(at.text, entries, true);
    at.hint.textContent = LIST_HINT;
  }

  #listOptions(typed) {
    const named = this.#rest().find(({ name }) => typed.startsWith(`${name}:`));
    if (named) {
      at.text.value = "";
      this.#openAndFocus(named);
      return;
    }
    const entries = this.#rest()
      .filter(({ name }) => name.includes(typed.trim().toLowerCase()))
      .map((option) => ({
        title: option.name,
        note: `${option.description}${option.rule ? ` ${option.rule}` : ""}`,
        take: () => this.#openAndFocus(option),
      }));
    this.#choices.show(at.text, entries, typed.trim() !== "");
    at.hint.textContent = `${this.#command.description}. Enter sends; ↑ ↓ and Enter add an option.`;
  }

  #openAndFocus(option) {
    at.text.value = "";
    this.#open(option, this.#fields.get(option.name)?.input.value);
    this.#fields.get(option.name).input.focus();
  }

  #typedInto(field, event) {
    if (event.inputType === "insertText" && this.#isLine(field, event.data)) return;
    fit(field.input);
    this.#mark(field, "");
    this.#complain("");
    this.#suggest(field, TYPING_PAUSE);
  }

  /**
   * A person types a command as one line, with names and colons, such as `seed: It was top_n: 3`: behind a name and its
   * colon its option's field is next, and the blank there belongs to none. Whether that is what was typed just now.
   */
  #isLine({ option, input }, typed) {
    if (typed === " " && input.value === " ") {
      input.value = "";
      return true;
    }
    if (typed !== ":" || input.selectionEnd !== input.value.length) return false;
    const next = [option, ...this.#rest()].find(({ name }) => ` ${input.value}`.endsWith(` ${name}:`));
    if (!next || (next === option && input.value !== `${option.name}:`)) return false;
    input.value = input.value.slice(0, -next.name.length - 1).trimEnd();
    fit(input);
    this.#openAndFocus(next);
    return true;
  }

  #suggest(field, pause) {
    clearTimeout(this.#pause);
    const { option, input } = field;
    const ticket = ++this.#tickets;
    if (!option.autocomplete) {
      const names = option.type === BOOLEAN ? ["true", "false"] : (option.choices ?? []).map(({ name }) => name);
      const matching = names.filter((name) => name.toLowerCase().includes(input.value.toLowerCase()));
      this.#listValues(field, names.includes(input.value) ? [] : matching.map((name) => ({ name, value: name })));
      return;
    }
    this.#pause = setTimeout(async () => {
      const body = { ...this.#does.as(), name: this.#command.name, options: this.#texts(), focused: option.name };
      const { choices = [] } = await post("suggest", body);
      const isOnly = choices.length === 1 && choices[0].value === input.value;
      if (ticket === this.#tickets && document.activeElement === input) this.#listValues(field, isOnly ? [] : choices);
    }, pause);
  }

  #listValues(field, values) {
    const entries = values.map(({ name, value }) => ({
      title: name,
      take: () => {
        field.input.value = value;
        this.#tickets += 1;
        fit(field.input);
        this.#mark(field, "");
        field.input.focus();
      },
    }));
    this.#choices.show(field.input, entries);
  }

  #texts() {
    return Object.fromEntries(Array.from(this.#fields, ([name, { input }]) => [name, input.value]));
  }

  // Keys.

  #key(event) {
    const { key, target: input } = event;
    if (input.tagName !== "INPUT" || event.isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!this.#arrow(input, key === "ArrowDown" ? 1 : -1)) return;
    } else if (key === "Enter") {
      if (this.#choices.active) this.#choices.take();
      else this.#send();
    } else if (key === "Tab" && !event.shiftKey && this.#choices.active) {
      this.#choices.take();
      if (document.activeElement === input && this.#command && input !== at.text) return; // a value: on to the next field
    } else if (key === "Escape" && this.#choices.isOpen) {
      this.#choices.hide();
    } else if (key === "Escape" && this.#command) {
      this.clear();
      at.text.focus();
    } else if (!(key === "Backspace" && !input.value && this.#command && this.#erase(input))) {
      return;
    }
    event.preventDefault();
  }

  #arrow(input, step) {
    const field = [...this.#fields.values()].find((each) => each.input === input);
    if (this.#choices.isOpen) this.#choices.move(step);
    else if (field) this.#suggest(field, 0);
    else if (this.#command) this.#listOptions(input.value);
    else return step < 0 && !input.value && this.#does.toMessages();
    return true;
  }

  /** Backspace in an empty field: it goes, or the one before it, or the command. */
  #erase(input) {
    const fields = [...this.#fields.values()];
    const field = fields.find((each) => each.input === input) ?? fields.at(-1);
    if (!field) {
      this.clear();
      at.text.focus();
    } else if (input === at.text) {
      field.input.focus();
    } else {
      this.#close(field);
    }
    return true;
  }

  // Sending.

  async #send() {
    const asked = this.#asked();
    if (!asked) return;
    const typed = { command: this.#command, texts: this.#texts(), text: at.text.value };
    this.clear(); // at once: a person who types fast is at the next line already
    at.text.focus();
    const result = await post(asked.kind, { ...this.#does.as(), ...asked.body });
    if (!result.error && !result.wrong) {
      this.#does.sent(result);
      return;
    }
    if (!this.#command && !at.text.value) this.#restore(typed);
    if (this.#command === typed.command && result.wrong) this.#tellWrong(result.wrong);
    else this.#complain(result.error ?? Object.values(result.wrong).join(" "));
  }

  #restore({ command, texts, text }) {
    if (command) {
      this.#begin(command);
      for (const option of command.options) if (option.name in texts) this.#open(option, texts[option.name]);
    }
    at.text.value = text;
    this.#choices.hide();
  }

  /** What to send, or null if there is nothing, or something that cannot be. */
  #asked() {
    const text = at.text.value.trim();
    if (!this.#command) {
      if (text.startsWith("/")) this.#complain(`There is no command ${text.split(" ")[0]}. Type / to see those there are.`);
      else if (text) return { kind: "say", body: { text } };
      return null;
    }
    if (text) {
      const names = this.#rest().map(({ name }) => name);
      this.#complain(`“${text}” belongs to no option. ${names.length ? `There are: ${names.join(", ")}.` : "There are none."}`);
      return null;
    }
    return { kind: "command", body: { name: this.#command.name, options: this.#texts() } };
  }

  #tellWrong(wrong) {
    for (const option of this.#command.options) if (wrong[option.name] && !this.#fields.has(option.name)) this.#open(option);
    for (const [name, field] of this.#fields) this.#mark(field, wrong[name] ?? "");
    this.#fields.get(Object.keys(wrong)[0]).input.focus();
    this.#choices.hide();
  }

  #mark({ input, wrong, part }, complaint) {
    wrong.textContent = complaint;
    input.setAttribute("aria-invalid", String(complaint !== ""));
    part.classList.toggle("is-wrong", complaint !== "");
  }

  #complain(complaint) {
    at.complaint.textContent = complaint;
  }
}

/** The options that a line gives, with their values: a value runs until the next name with a colon, or to the end. */
function split(line, options) {
  if (!options.length) return [];
  const byName = new Map(options.map((option) => [option.name, option]));
  const marks = [...line.matchAll(new RegExp(`(?:^|(?<=\\s))(${[...byName.keys()].join("|")}):`, "gu"))];
  return marks.map((mark, place) => [byName.get(mark[1]), line.slice(mark.index + mark[0].length, marks[place + 1]?.index).trim()]);
}

/** Give an input the room that its text needs. */
function fit(input) {
  input.size = Math.max(3, input.value.length + 1);
}
