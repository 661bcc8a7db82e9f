// Draw the bars: how likely each character is to come next, and which of them top-n keeps and cuts away.

import { byLikelihood } from "./sampling.js";

const SHOWN = 10;

const NAMES = { "": "unknown", " ": "space", "\n": "line break", "\t": "tab" };

/** Return a character as people can see it. */
export function visible(character) {
  return NAMES[character] ?? character;
}

/**
 * Draw the bars.
 *
 * @param {{body: Element, kept: Element, rest: Element}} elements the table's body, and the lines for what top-n keeps
 *   and for the characters that have no bar.
 * @param {Float32Array} probabilities one for each id.
 * @param {{topN: number, picked: number | null, decode: (id: number) => string}} how many ids are kept, the id that
 *   was picked, if any, and the character of an id.
 */
export function showBars({ body, kept, rest }, probabilities, { topN, picked, decode }) {
  const order = byLikelihood(probabilities);
  const share = (ids) => ids.reduce((sum, id) => sum + probabilities[id], 0);
  const keptShare = share(order.slice(0, topN));
  const shown = order.slice(0, SHOWN);
  if (picked !== null && !shown.includes(picked)) shown[SHOWN - 1] = picked;
  body.replaceChildren(
    ...shown.map((id) => {
      const isKept = order.indexOf(id) < topN;
      return makeRow({
        name: visible(decode(id)),
        share: probabilities[id],
        chance: isKept ? probabilities[id] / keptShare : 0,
        width: probabilities[id] / probabilities[order[0]],
        kind: isKept ? (id === picked ? "picked" : "kept") : "cut",
      });
    }),
  );
  const cut = order.length - Math.min(topN, order.length);
  kept.textContent = cut
    ? `Top-n ${topN} keeps ${percent(keptShare)} of what the model expects, and cuts ${percent(1 - keptShare)} away.`
    : "Nothing is cut away: every character may come.";
  const further = order.length - shown.length;
  rest.textContent = `${further} further characters share ${percent(Math.max(0, 1 - share(shown)))}.`;
}

function makeRow({ name, share, chance, width, kind }) {
  const element = document.createElement("tr");
  element.className = kind;
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.style.setProperty("--width", width);
  const mark = { picked: "picked", cut: "cut away" }[kind];
  element.append(makeCell("th", name), makeCell("td", percent(share)), makeCell("td", chance ? percent(chance) : "–"), makeCell("td", ""));
  element.firstChild.scope = "row";
  element.lastChild.append(bar);
  if (mark) element.lastChild.append(Object.assign(makeCell("span", mark), { className: "mark" }));
  return element;
}

function makeCell(kind, text) {
  return Object.assign(document.createElement(kind), { textContent: text });
}

function percent(share) {
  if (share > 0 && share < 0.0005) return "<0.1%";
  return `${(100 * share).toFixed(1)}%`;
}
