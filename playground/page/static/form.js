// A form that the bot shows: a dialog with its fields, which is sent as a whole.

import { post } from "./connection.js";
import { at, make } from "./element.js";

const LABEL = 18;
const SELECT = 3;
const TEXT_INPUT = 4;
const RADIO = 21;
const BOX = 23;
const PARAGRAPH = 2;

const form = at.form.querySelector("form");
let shown = null; // the form's id and who it was shown to

at["form-cancel"].addEventListener("click", () => at.form.close());
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (check()) await send();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

/** Show a form to the person, as the bot described it. */
export function showForm(described, who) {
  shown = { id: described.id, who };
  at["form-title"].textContent = described.title;
  at["form-complaint"].textContent = "";
  at["form-fields"].replaceChildren(...described.components.map(field));
  at.form.showModal();
  at["form-fields"].querySelector("textarea, input, select")?.focus();
}

function field(part, place) {
  const input = part.type === LABEL ? part.component : part.components?.[0];
  const label = part.label ?? input?.label ?? "";
  const element = MAKERS[input?.type]?.(input);
  if (!element) return make("p", { className: "hint" }, `${label} (this page cannot show it)`);
  element.id = `field-${place}`;
  element.name = input.custom_id;
  element.dataset.label = label;
  const name = make("label", { htmlFor: element.id }, label);
  const hint = part.description && make("p", { className: "hint", id: `hint-${place}` }, part.description);
  if (hint) element.setAttribute("aria-describedby", hint.id);
  const isBox = input.type === BOX;
  return make("div", { className: isBox ? "field box" : "field" }, isBox ? [element, name, hint] : [name, element, hint]);
}

const MAKERS = { [TEXT_INPUT]: textInput, [SELECT]: select, [RADIO]: select, [BOX]: box };

function textInput(input) {
  const element = make(input.style === PARAGRAPH ? "textarea" : "input", {
    value: input.value ?? "",
    placeholder: input.placeholder ?? "",
    required: input.required ?? true,
    autocomplete: "off",
    spellcheck: false,
  });
  if (input.style === PARAGRAPH) element.rows = 4;
  if (input.min_length) element.minLength = input.min_length;
  if (input.max_length) element.maxLength = input.max_length;
  return element;
}

function select(input) {
  const isRequired = input.required ?? true;
  const options = input.options.map(({ label, value, description, default: chosen = false }) =>
    make("option", { value, selected: chosen }, description ? `${label} – ${description}` : label));
  if (!input.options.some((option) => option.default)) options.unshift(make("option", { value: "" }));
  return make("select", { required: isRequired }, options);
}

function box(input) {
  return make("input", { type: "checkbox", checked: input.default ?? false });
}

function check() {
  const wrong = [...form.elements].find((element) => element.name && !element.checkValidity());
  for (const element of form.elements) if (element.name) element.setAttribute("aria-invalid", String(element === wrong));
  at["form-complaint"].textContent = wrong ? `${wrong.dataset.label}: ${wrong.validationMessage}` : "";
  wrong?.focus();
  return !wrong;
}

function isEntered({ name, type, value }) {
  return name && !(type === "select-one" && value === ""); // nothing chosen is sent as nothing
}

function entered({ type, checked, value }) {
  return type === "checkbox" ? checked : value;
}

async function send() {
  const fields = Object.fromEntries([...form.elements].filter(isEntered).map((field) => [field.name, entered(field)]));
  const { error, form: next } = await post("submit", { who: shown.who, form: shown.id, fields });
  if (error) {
    at["form-complaint"].textContent = error;
    return;
  }
  at.form.close();
  if (next) showForm(next, shown.who);
}
