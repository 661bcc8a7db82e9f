// The bars: how likely each character is to come next, and what top-n keeps of that and what it cuts away.

import { byLikelihood } from "./sampling.js";

const SHOWN = 10;

const NAMES = { "": "unknown", " ": "space", "\n": "line break", "\t": "tab" };

/** A character as people can see it. */
export function visible(character) {
  return NAMES[character] ?? character;
}

/**
 * Show the bars.
 *
 * @param {{body: Element, kept: Element, rest: Element}} places the table's body, and where its summary and its rest
 *   are told.
 * @param {Float32Array} probabilities one for each id.
 * @param {{topN: number, picked: number | null, decode: (id: number) => string}} how many are kept, which id was
 *   picked if one was, and what characters ids stand for.
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
      return row({
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

function row({ name, share, chance, width, kind }) {
  const element = document.createElement("tr");
  element.className = kind;
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.style.setProperty("--width", width);
  const mark = { picked: "picked", cut: "cut away" }[kind];
  element.append(cell("th", name), cell("td", percent(share)), cell("td", chance ? percent(chance) : "–"), cell("td", ""));
  element.firstChild.scope = "row";
  element.lastChild.append(bar);
  if (mark) element.lastChild.append(Object.assign(cell("span", mark), { className: "mark" }));
  return element;
}

function cell(kind, text) {
  return Object.assign(document.createElement(kind), { textContent: text });
}

function percent(share) {
  if (share > 0 && share < 0.0005) return "<0.1%";
  return `${(100 * share).toFixed(1)}%`;
}
