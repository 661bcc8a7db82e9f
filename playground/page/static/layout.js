// The components of a message, those of Discord's second version too: texts, sections, containers, and buttons in rows.

import { make } from "./element.js";
import { marked } from "./markup.js";

const LINK = 5;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };
const MAKERS = { 1: row, 2: button, 9: section, 10: text, 14: separator, 17: container };

/**
 * A component as an element, with those inside it.
 *
 * @param part as the bot described it.
 * @param press called with a button's id and its element when it is pressed.
 */
export function component(part, press) {
  const made = MAKERS[part.type]?.(part, press);
  return made ?? make("span", { className: "hint" }, "(There is something that this page cannot show.)");
}

function inside({ components = [] }, press) {
  return components.map((part) => component(part, press));
}

function row(part, press) {
  return make("div", { className: "row" }, inside(part, press));
}

function container(part, press) {
  const card = make("div", { className: "embed container" }, inside(part, press));
  return coloured(card, part.accent_color);
}

/** A card with a bar of this colour. */
export function coloured(card, colour) {
  if (Number.isInteger(colour)) card.style.setProperty("--bar", `#${colour.toString(16).padStart(6, "0")}`);
  return card;
}

function section(part, press) {
  return make("div", { className: "section" }, [make("div", {}, inside(part, press)), component(part.accessory, press)]);
}

function text({ content }) {
  return make("div", { className: "text" }, marked(content));
}

function separator({ divider = true }) {
  return make(divider ? "hr" : "div");
}

function button({ style, label, emoji, url, custom_id: customId, disabled }, press) {
  const shown = [emoji?.name, label].filter(Boolean).join(" ");
  if (style === LINK) {
    const isWeb = /^https?:\/\//.test(url);
    return make("a", { href: isWeb ? url : "#", target: "_blank", rel: "noopener noreferrer" }, shown);
  }
  const element = make("button", { type: "button", className: STYLES[style] ?? "secondary", disabled }, shown);
  element.dataset.customId = customId;
  element.addEventListener("click", () => press(customId, element));
  return element;
}
