// Discord's marks, as far as bots' messages have them: bold, italics, code, links, small print, and what is escaped by a
// backslash.

import { make } from "./element.js";

const MARKS = new RegExp(
  [
    String.raw`\\(?<escaped>[^\sA-Za-z0-9])`,
    String.raw`(?<![^\n])-# (?<small>[^\n]+)`,
    "```(?:\\n)?(?<block>.+?)(?:\\n)?```",
    "`(?<code>[^`]+)`",
    String.raw`\[(?<label>(?:\\.|[^\]\\])+)\]\((?<address>https?:\/\/[^\s)]+)\)`,
    String.raw`\*\*(?<bold>(?:\\.|[^\\])+?)\*\*`,
    String.raw`\*(?<italic>(?:\\.|[^\\*])+?)\*`,
    String.raw`(?<link>https?:\/\/[^\s<>\\]+)`,
  ].join("|"),
  "gs",
);

/** A text as nodes: its marks are taken out, and what they mean is shown. */
export function marked(text) {
  const nodes = [];
  let place = 0;
  for (const found of text.matchAll(MARKS)) {
    if (found.index > place) nodes.push(document.createTextNode(text.slice(place, found.index)));
    nodes.push(shown(found.groups));
    place = found.index + found[0].length;
  }
  if (place < text.length) nodes.push(document.createTextNode(text.slice(place)));
  return nodes;
}

function shown({ escaped, small, block, code, label, address, bold, italic, link }) {
  if (escaped) return document.createTextNode(escaped);
  if (small) return make("small", {}, marked(small));
  if (block) return make("pre", {}, block);
  if (code) return make("code", {}, code);
  if (bold) return make("strong", {}, marked(bold));
  if (italic) return make("em", {}, marked(italic));
  return make("a", { href: address ?? link, target: "_blank", rel: "noopener noreferrer" }, label ? marked(label) : link);
}
