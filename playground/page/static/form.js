// A form that the bot shows: a dialog with its fields, which is sent as a whole.

import { post } from "./connection.js";
import { at, make } from "./element.js";

const LABEL = 18;
const TEXT_INPUT = 4;
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
  at["form-fields"].querySelector("textarea, input")?.focus();
}

function field(part, place) {
  const input = part.type === LABEL ? part.component : part.components?.[0];
  const label = part.label ?? input?.label ?? "";
  if (input?.type !== TEXT_INPUT) return make("p", { className: "hint" }, `${label} (this page cannot show it)`);
  const id = `field-${place}`;
  const element = make(input.style === PARAGRAPH ? "textarea" : "input", {
    id,
    name: input.custom_id,
    value: input.value ?? "",
    placeholder: input.placeholder ?? "",
    required: input.required ?? true,
    autocomplete: "off",
    spellcheck: false,
  });
  if (input.style === PARAGRAPH) element.rows = 4;
  if (input.min_length) element.minLength = input.min_length;
  if (input.max_length) element.maxLength = input.max_length;
  element.dataset.label = label;
  const hint = part.description ?? "";
  const more = hint && make("p", { className: "hint" }, hint);
  return make("div", { className: "field" }, [make("label", { htmlFor: id }, label), element, more]);
}

function check() {
  const wrong = [...form.elements].find((element) => element.name && !element.checkValidity());
  for (const element of form.elements) if (element.name) element.setAttribute("aria-invalid", String(element === wrong));
  at["form-complaint"].textContent = wrong ? `${wrong.dataset.label}: ${wrong.validationMessage}` : "";
  wrong?.focus();
  return !wrong;
}

async function send() {
  const fields = Object.fromEntries([...form.elements].filter(({ name }) => name).map(({ name, value }) => [name, value]));
  const { error, form: next } = await post("submit", { who: shown.who, form: shown.id, fields });
  if (error) {
    at["form-complaint"].textContent = error;
    return;
  }
  at.form.close();
  if (next) showForm(next, shown.who);
}
