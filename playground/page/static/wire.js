// The panel that shows what went over the wire.

import { at, make } from "./element.js";

let shown = []; // what each step was made of

at["wire-button"].addEventListener("click", () => show(at.wire.hidden));
at["wire-close"].addEventListener("click", () => show(false));
at.wire.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
});

function show(isShown) {
  at.wire.hidden = !isShown;
  at["wire-button"].setAttribute("aria-expanded", String(isShown));
  (isShown ? at["wire-close"] : at["wire-button"]).focus();
}

/** Show the steps of an interaction; those that did not change stay as they are, opened or not. */
export function showSteps(steps) {
  const made = steps.map((step) => JSON.stringify(step));
  const kept = made.findIndex((step, place) => step !== shown[place]);
  const from = kept < 0 ? made.length : kept;
  while (at.steps.children.length > from) at.steps.lastElementChild.remove();
  at.steps.append(...steps.slice(from).map(item));
  shown = made;
  at["no-steps"].hidden = steps.length > 0;
}

function item({ to, what, meaning, after, status, body }) {
  const facts = [status, after !== null && `${after} ms`].filter(Boolean).join(" · ");
  const summary = make("summary", {}, [
    make("span", { className: "way" }, to === "bot" ? "→ bot" : "bot →"),
    make("span", { className: "meaning" }, meaning),
    facts && make("span", { className: "facts" }, facts),
    make("code", {}, what),
  ]);
  return make("li", { className: `to-${to}` }, make("details", {}, [summary, make("pre", { tabIndex: 0 }, body || "(no body)")]));
}
