// Run the network here, off the page's own thread, so that the page answers the person meanwhile.
//
// Messages in: {kind: "expect", seed, temperature}, {kind: "write", ticket, …options of Writer.write}, {kind: "stop"}.
// Messages out: {kind: "ready", card, spellings}, {kind: "failed", reason}, {kind: "expected", probabilities},
// {kind: "written", ticket, ids, rows}, {kind: "finished", ticket, seconds}.

import { readJson } from "./files.js";
import { softmax } from "./sampling.js";
import { Writer } from "./writer.js";

const SLICE = 30; // milliseconds of work between two looks at the page's messages

let writer = null;
let ticket = null; // of the text that is being written

async function readFile(name) {
  const response = await fetch(new URL(name, import.meta.url)).catch(() => null);
  if (!response) throw new Error(`${name} cannot be read: the server does not answer`);
  if (!response.ok) throw new Error(`${name} cannot be read: the server says ${response.status}`);
  return response.arrayBuffer();
}

function expect({ seed, temperature }) {
  if (ticket !== null) return; // the network's state belongs to the text that is being written
  const probabilities = softmax(writer.prime(seed), temperature);
  postMessage({ kind: "expected", probabilities }, [probabilities.buffer]);
}

async function write(options) {
  ticket = options.ticket;
  const started = performance.now();
  const steps = writer.write(options);
  let done = false;
  while (!done && ticket === options.ticket) {
    done = writeSlice(steps, options.ticket);
    await new Promise((resume) => setTimeout(resume)); // lets a message in
  }
  if (ticket === options.ticket) ticket = null;
  postMessage({ kind: "finished", ticket: options.ticket, seconds: (performance.now() - started) / 1000 });
}

/** Write for a moment and send what was written; return whether the text is complete. */
function writeSlice(steps, ofTicket) {
  const ids = [];
  const rows = [];
  const until = performance.now() + SLICE;
  let done = false;
  while (!done && performance.now() < until) {
    const { value, done: ended } = steps.next();
    done = ended;
    if (ended) break;
    ids.push(value.id);
    rows.push(value.probabilities);
  }
  postMessage({ kind: "written", ticket: ofTicket, ids, rows });
  return done;
}

addEventListener("message", ({ data }) => {
  if (data.kind === "stop") ticket = null;
  else if (data.kind === "expect") expect(data);
  else write(data);
});

try {
  const [loaded, spellings] = await Promise.all([Writer.load(readFile), readJson(readFile, "spellings.json")]);
  writer = loaded;
  postMessage({ kind: "ready", card: writer.card, spellings });
} catch (error) {
  postMessage({ kind: "failed", reason: error.message });
}
