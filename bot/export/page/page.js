// Run the page: read the options, let the worker write, show what it wrote and what the model expected on the way.
// All text of people and of models is set as text, never as HTML.

import { showBars, visible } from "./bars.js";
import { MAX_RANDOM_SEED, freshRandomSeed } from "./random.js";
import { Vocabulary } from "./vocabulary.js";

// The page's elements by their ids.
const at = Object.fromEntries(Array.from(document.querySelectorAll("[id]"), (element) => [element.id, element]));
const main = document.querySelector("main");
const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });

let vocabulary = null;
let tickets = 0;
let running = null; // the ticket of the text that is being written
let text = { typed: "", ids: [], rows: [] }; // what was written, and the probabilities of each character
let expected = null; // the probabilities after the seed, before anything is written
let shownTopN = 1; // the top-n of the text
let waiting = null; // a timer that runs while the person types

const numberOf = (field) => Number(field.value);

// Messages from the worker.

const handlers = {
  ready({ card, spellings }) {
    vocabulary = new Vocabulary(card.characters, spellings);
    introduce(card);
    at["not-running"].hidden = true;
    main.hidden = false;
    startOver();
  },
  failed({ reason }) {
    fail(reason);
  },
  expected({ probabilities }) {
    expected = probabilities;
    if (!text.ids.length) showExpected();
  },
  written({ ticket, ids, rows }) {
    if (ticket !== running) return;
    text.ids.push(...ids);
    text.rows.push(...rows);
    at.position.max = Math.max(0, text.ids.length - 1);
    at.position.value = at.position.max;
    showText();
    showExpected();
  },
  finished({ ticket, seconds }) {
    if (ticket !== running) return;
    running = null;
    showText();
    finish(seconds);
  },
};

worker.addEventListener("message", ({ data }) => handlers[data.kind](data));
worker.addEventListener("error", (event) => fail(event.message || "this browser runs no module workers"));

function fail(reason) {
  at["not-running"].replaceChildren(Object.assign(document.createElement("p"), { textContent: `The model cannot be used: ${reason}.` }));
  at["not-running"].hidden = false;
  at["not-running"].setAttribute("role", "alert");
  main.hidden = true;
}

// The card.

function introduce(card) {
  document.title = `${card.name} · Charla`;
  at.name.textContent = card.name;
  at.description.textContent = card.description;
  at["top-n"].max = vocabulary.size;
  at["top-n-slider"].max = Math.min(30, vocabulary.size);
  at["top-n"].value = at["top-n-slider"].value = card.top_n;
  at.seed.value = card.seeds[0];
  at.examples.replaceChildren(...card.seeds.map(makeExample));
  at.examples.hidden = card.seeds.length < 2;
  at.made.textContent = describeFacts(card).join(" · ");
  at.notice.hidden = !card.notice;
}

function makeExample(seed) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: seed.trim() });
  button.addEventListener("click", () => {
    at.seed.value = seed;
    startOver();
  });
  return button;
}

function describeFacts({ corpus, quality, precision }) {
  const number = (value) => value.toLocaleString("en");
  const facts = [];
  if (corpus) facts.push(`Learned from ${corpus.name} (${number(corpus.characters)} characters; ${corpus.licence})`);
  if (quality) facts.push(`${quality.held_out_bits_per_character.toFixed(2)} bits per character on text it never saw`);
  return [...facts, `${vocabulary.size - 1} characters known`, `weights in ${precision}`];
}

// The person's input.

at.options.addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
at.seed.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  write();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stop();
});
at.stop.addEventListener("click", stop);
at.copy.addEventListener("click", copy);
at.seed.addEventListener("input", startOver);
for (const name of ["top-n", "temperature"]) {
  const [field, slider] = [at[name], at[`${name}-slider`]];
  field.addEventListener("input", () => (slider.value = field.value));
  slider.addEventListener("input", () => (field.value = slider.value));
  for (const each of [field, slider]) each.addEventListener("input", startOver);
}
at.position.addEventListener("input", () => {
  showText();
  showExpected();
});

/** Drop the shown text, as an option has changed, and show what comes after the seed. */
function startOver() {
  stop();
  running = null;
  setPressable(at.stop, false);
  text = { typed: at.seed.value, ids: [], rows: [] };
  at.position.max = at.position.value = 0;
  showText();
  at.status.textContent = "";
  setPressable(at.copy, false);
  clearTimeout(waiting);
  waiting = setTimeout(lookAhead, 120);
}

function lookAhead() {
  const options = readOptions();
  showComplaint(options.complaint);
  showFoldedSeed(options.seed);
  if (!options.complaint) {
    shownTopN = options.topN;
    worker.postMessage({ kind: "expect", seed: options.seed, temperature: options.temperature });
  }
}

function write() {
  const options = readOptions();
  showComplaint(options.complaint, options.field);
  showFoldedSeed(options.seed);
  if (options.complaint) return;
  stop();
  running = ++tickets;
  shownTopN = options.topN;
  text = { ...options, typed: at.seed.value, ids: [], rows: [] };
  setPressable(at.stop, true);
  setPressable(at.copy, false);
  at.status.textContent = "Writing …";
  at.text.scrollIntoView({ block: "nearest" });
  worker.postMessage({ kind: "write", ticket: running, ...options });
}

function stop() {
  if (running !== null) worker.postMessage({ kind: "stop" });
}

function finish(seconds) {
  const stopped = text.ids.length < text.length ? "stopped · " : "";
  at.status.textContent =
    `${stopped}${text.ids.length} characters in ${seconds.toFixed(2)} s · top-n ${text.topN} · ` +
    `temperature ${text.temperature} · random seed ${text.randomSeed}`;
  setPressable(at.stop, false);
  setPressable(at.copy, true);
}

async function copy() {
  if (at.copy.ariaDisabled === "true") return;
  try {
    await navigator.clipboard.writeText(at.text.textContent);
    at.status.textContent = "Copied.";
  } catch {
    at.status.textContent = "This browser does not let the page copy: select the text instead.";
  }
}

/** Enable or disable a button; a disabled one keeps the focus and stays on a screen reader's path. */
function setPressable(button, isPressable) {
  button.ariaDisabled = String(!isPressable);
}

// Options.

function readOptions() {
  const seed = vocabulary.fold(at.seed.value);
  const randomSeed = at["random-seed"].value.trim();
  const checks = [
    [at.seed, seed !== "", "The seed is empty: give at least one character that the model knows."],
    [at["top-n"], at["top-n"].checkValidity(), `Top-n: allowed are whole numbers from 1 to ${vocabulary.size}.`],
    [at.temperature, at.temperature.checkValidity(), "Temperature: allowed are numbers from 0.01 to 100."],
    [at.length, at.length.checkValidity(), `Length: allowed are whole numbers from 1 to ${at.length.max}.`],
    [
      at["random-seed"],
      /^[0-9]*$/.test(randomSeed) && Number(randomSeed) <= MAX_RANDOM_SEED,
      `Random seed: allowed are whole numbers from 0 to ${MAX_RANDOM_SEED}, or nothing for a new one.`,
    ],
  ];
  for (const [field, isRight] of checks) field.ariaInvalid = String(!isRight);
  const [field, , complaint] = checks.find(([, isRight]) => !isRight) ?? [];
  return {
    seed,
    topN: numberOf(at["top-n"]),
    temperature: numberOf(at.temperature),
    length: numberOf(at.length),
    randomSeed: randomSeed ? Number(randomSeed) : freshRandomSeed(),
    complaint,
    field,
  };
}

function showComplaint(complaint, field) {
  at.complaint.textContent = complaint ?? "";
  field?.focus();
}

function showFoldedSeed(seed) {
  const isTyped = seed === at.seed.value;
  at["seed-read"].hidden = isTyped;
  at["seed-read"].textContent = isTyped ? "" : `The model does not know all of these characters. It reads: ${seed}`;
}

// Display.

function showText() {
  const characters = text.ids.map((id) => vocabulary.decode(id));
  const here = running === null ? numberOf(at.position) : characters.length;
  at["text-seed"].textContent = text.typed;
  at["text-before"].textContent = characters.slice(0, here).join("");
  at["text-here"].textContent = characters[here] ?? "";
  at["text-after"].textContent = characters.slice(here + 1).join("");
}

function showExpected() {
  const position = numberOf(at.position);
  const probabilities = text.rows[position] ?? expected;
  if (!probabilities) return;
  const picked = text.ids[position] ?? null;
  at["position-label"].textContent = text.ids.length ? `Character ${position + 1} of ${text.ids.length}` : "After the seed";
  at.position.setAttribute("aria-valuetext", picked === null ? "after the seed" : `${position + 1}: ${visible(vocabulary.decode(picked))}`);
  at.position.disabled = text.ids.length < 2;
  const elements = { body: at.bars, kept: at.kept, rest: at.rest };
  showBars(elements, probabilities, { topN: shownTopN, picked, decode: (id) => vocabulary.decode(id) });
}
