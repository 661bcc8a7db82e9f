// Talks to the page's server: every request shows this run's secret, which came with the address.

const KEPT = "charla-playground";
const ENDED = "The playground is not running any more. Start it again with “make demo”, and open the address that it prints.";

let secret = "";

/** Shows what the address holds after “#”, or what was kept of it before a reload; what the server then tells. */
export async function enter() {
  const keys = [location.hash.slice(1), sessionStorage.getItem(KEPT)].filter(Boolean);
  history.replaceState(null, "", location.pathname); // it shall not stand in the address bar, for others to see
  for (const key of keys) {
    const answer = await ask("enter", key, "");
    if (!answer.ok) continue;
    const told = await answer.json();
    secret = told.secret;
    sessionStorage.setItem(KEPT, secret);
    return told;
  }
  throw new Error("This address lets nobody in, or not any more. Open the one that “make demo” printed, all of it.");
}

/** Does something; what there is to tell: `error`, `wrong`, `form`, `choices`, or nothing. */
export async function post(kind, body) {
  try {
    const answer = await ask(kind, secret, JSON.stringify(body));
    return answer.status === 200 || answer.status === 400 ? await answer.json() : { error: await answer.text() };
  } catch {
    return { error: ENDED };
  }
}

/** A file's bytes, or null if it is gone. */
export async function fetchFile(body) {
  try {
    const answer = await ask("file", secret, JSON.stringify(body));
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

function ask(kind, key, body) {
  return fetch(`/api/${kind}`, { method: "POST", headers: { Authorization: `Bearer ${key}` }, body });
}

/** The line over which the server tells what changes; it is made again whenever it breaks. */
export class Line {
  #socket = null;
  #looking = null;
  #hear;
  #lost;

  /**
   * @param hear called with what changed.
   * @param lost called with why there is no line, or with "" once there is one.
   */
  constructor(hear, lost) {
    this.#hear = hear;
    this.#lost = lost;
    this.#open();
  }

  /** Look at a place as a person, from nothing. */
  look(who, where) {
    this.#looking = { who, where };
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(this.#looking));
  }

  #open() {
    this.#socket = new WebSocket(`ws://${location.host}/api/live`, ["charla", secret]);
    this.#socket.addEventListener("open", () => {
      this.#lost("");
      if (this.#looking) this.look(this.#looking.who, this.#looking.where);
    });
    this.#socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    this.#socket.addEventListener("close", () => {
      this.#lost(ENDED);
      setTimeout(() => this.#open(), 1500);
    });
  }
}
