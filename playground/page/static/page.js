// The playground's page: who acts and where, and what the server tells of it. All text is set as text.

import { Composer } from "./composer.js";
import { Line, enter, post } from "./connection.js";
import { at, make } from "./element.js";
import { showForm } from "./form.js";
import { Messages, avatar } from "./messages.js";
import { showSteps } from "./wire.js";

const EXAMPLES = ["/generate seed: Cats can no longer", "/compare seed: The moon", "/about"];

const acting = { who: "", where: "guild" };
let told = null; // by the server: people, places, the bot's name
let isFresh = false; // whether what is shown is of whom and where the page looks at
let line = null;

const messages = new Messages(at.messages, at.scroll, {
  who: () => acting.who,
  leave: () => composer.focus(),
  press: async (message, customId, button) => {
    button.setAttribute("aria-disabled", "true");
    await act("press", { message: message.id, custom_id: customId });
    button.removeAttribute("aria-disabled");
  },
  choose: (message, name) => act("menu", { message: message.id, name }),
});

const composer = new Composer({
  as: () => ({ ...acting }),
  toMessages: () => messages.focusLast(),
  sent: (result) => {
    messages.toEnd();
    answered(result);
  },
});

async function act(kind, body) {
  at.complaint.textContent = "";
  answered(await post(kind, { who: acting.who, ...body }));
}

function answered({ error, form }) {
  if (error) at.complaint.textContent = error;
  if (form) showForm(form, acting.who);
}

// What the server tells.

function hear(news) {
  if (news.fresh) isFresh = news.who === acting.who && news.where === acting.where;
  if (!isFresh) return; // it is on its way
  if (news.fresh) messages.clear(); // as after the line broke
  if (news.commands) {
    composer.offer(news.commands.slash);
    messages.offer(news.commands.menu);
    showExamples(news.commands.slash);
  }
  messages.update(news);
  if (news.wire) showSteps(news.wire);
  if (news.fresh) {
    showSteps(news.wire ?? []);
    messages.toEnd();
    at.messages.removeAttribute("aria-busy");
  }
}

function lost(reason) {
  at.lost.hidden = !reason;
  at.lost.textContent = reason;
}

function showExamples(commands) {
  const there = EXAMPLES.filter((example) => commands.some(({ name }) => example.split(" ")[0] === `/${name}`));
  at.examples.replaceChildren(...there.map((example) => {
    const button = make("button", { type: "button" }, example);
    button.addEventListener("click", () => composer.fill(example));
    return button;
  }));
}

// Who and where.

function look() {
  isFresh = false;
  composer.clear();
  messages.clear();
  at.messages.setAttribute("aria-busy", "true");
  const person = told.people.find(({ name }) => name === acting.who);
  const place = told.places.find(({ where }) => where === acting.where);
  at.place.textContent = place.name;
  at["side-button"].replaceChildren(avatar(person.shown), person.shown);
  at["side-button"].setAttribute("aria-label", `${person.shown}: change who and where you are`);
  at.status.textContent = `You are ${person.shown}, in ${place.name}.`;
  line.look(acting.who, acting.where);
}

function choice(group, value, children) {
  const input = make("input", { type: "radio", name: group, value, checked: acting[group] === value });
  input.addEventListener("change", () => {
    acting[group] = value;
    look();
  });
  input.addEventListener("click", ({ detail }) => {
    if (detail > 0) showSide(false); // pressed, not walked to with the arrow keys
  });
  return make("label", { className: "choice" }, [input, ...children]);
}

function introduce() {
  acting.who = told.people[0].name;
  const text = (shown) => make("span", {}, shown);
  const hint = (shown) => make("span", { className: "hint" }, shown);
  for (const { name, shown, can } of told.people) at.people.append(choice("who", name, [avatar(shown), text(shown), hint(can)]));
  for (const { where, name, hint: more } of told.places) at.places.append(choice("where", where, [text([text(name), hint(more)])]));
}

function showSide(isShown) {
  at.app.classList.toggle("with-side", isShown);
  at["side-button"].setAttribute("aria-expanded", String(isShown));
}

at["side-button"].addEventListener("click", () => showSide(!at.app.classList.contains("with-side")));
at.side.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  showSide(false);
  at["side-button"].focus();
});
at.channel.addEventListener("pointerdown", ({ target }) => {
  if (!at["side-button"].contains(target)) showSide(false);
});

try {
  told = await enter();
  introduce();
  at.refused.hidden = true;
  at.app.hidden = false;
  line = new Line(hear, lost);
  look();
  composer.focus();
} catch (error) {
  at.refusal.textContent = error.message;
}
