// The chat page: messages go to the REST channel, replies come back line by line.
// Whatever a bot or a customer wrote is put on the page as text, never as HTML.
"use strict";

const WEBHOOK = "webhooks/rest/webhook?stream=true";
const SENDER_KEY = "santral.sender";
const HISTORY_KEY = "santral.history";
const MOST_KEPT = 200;
const RETRIES = 3;
const LONGEST_WAIT = 60000;
const URL_IN_TEXT = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

const part = (id) => document.getElementById(id);
const page = {
  scroll: part("scroll"),
  messages: part("messages"),
  welcome: part("welcome"),
  typing: part("typing"),
  form: part("form"),
  text: part("text"),
  send: part("send"),
  state: part("state"),
};

// A browser may forbid storage; the conversation then lasts as long as the page.
const stored = {
  get(area, key) {
    try { return window[area].getItem(key); } catch { return null; }
  },
  set(area, key, value) {
    try { window[area].setItem(key, value); } catch { /* forbidden or full */ }
  },
};

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const chat = {
  sender: stored.get("localStorage", SENDER_KEY),
  history: [],
  waiting: 0,
  line: Promise.resolve(),
};

// What is seen

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function link(address, text) {
  const made = element("a", "", text);
  made.href = address;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function isWebAddress(text) {
  try { return ["http:", "https:"].includes(new URL(text).protocol); } catch { return false; }
}

function bubble(text) {
  const made = element("div", "bubble");
  made.dir = "auto";
  let end = 0;
  for (const match of text.matchAll(URL_IN_TEXT)) {
    made.append(text.slice(end, match.index), link(match[0], match[0]));
    end = match.index + match[0].length;
  }
  made.append(text.slice(end));
  return made;
}

function picture(address) {
  if (!isWebAddress(address) && !/^data:image\//.test(address)) return bubble(address);
  const made = element("img", "picture");
  made.alt = "Gönderilen görsel";
  made.referrerPolicy = "no-referrer";
  made.addEventListener("load", toTheEnd);
  made.addEventListener("error", () => made.replaceWith(bubble("Görsel yüklenemedi.")));
  made.src = address;
  return made;
}

function attachment(value) {
  if (typeof value !== "string" || !isWebAddress(value)) return null;
  const made = element("div", "bubble");
  made.append(link(value, "Eki aç"));
  return made;
}

function choices(buttons) {
  const made = element("div", "choices");
  for (const one of buttons) {
    if (!one || one.title === undefined) continue;
    const title = String(one.title);
    const button = element("button", "choice", title);
    button.type = "button";
    button.addEventListener("click", () => {
      button.classList.add("chosen");
      say(title, typeof one.payload === "string" && one.payload ? one.payload : title);
    });
    made.append(button);
  }
  return made.childElementCount ? made : null;
}

function add(side, ...parts) {
  const kept = parts.filter(Boolean);
  if (!kept.length) return null;
  const item = element("li", side);
  const before = page.messages.lastElementChild;
  if (!before || !before.classList.contains(side)) item.classList.add("first");
  item.append(...kept);
  page.messages.append(item);
  page.welcome.hidden = true;
  toTheEnd();
  return item;
}

function showReply(reply) {
  const { text, image, buttons } = reply;
  add(
    "theirs",
    typeof text === "string" && text.trim() ? bubble(text) : null,
    typeof image === "string" ? picture(image) : null,
    attachment(reply.attachment),
    Array.isArray(buttons) ? choices(buttons) : null,
  );
}

// Choices that were not taken stay visible, but only the last ones can be pressed.
function closeChoices() {
  for (const button of page.messages.querySelectorAll(".choice")) button.disabled = true;
}

function toTheEnd() {
  page.scroll.scrollTop = page.scroll.scrollHeight;
}

function showWaiting(change) {
  chat.waiting += change;
  page.typing.hidden = chat.waiting === 0;
  page.state.textContent = chat.waiting ? "Yazıyor…" : "Yardıma hazır";
  if (chat.waiting) toTheEnd();
}

// What is remembered

function remember(entry) {
  chat.history.push(entry);
  chat.history = chat.history.slice(-MOST_KEPT);
  stored.set("sessionStorage", HISTORY_KEY, JSON.stringify({ sender: chat.sender, entries: chat.history }));
}

function begin() {
  chat.sender = `web-${randomId()}`;
  chat.history = [];
  chat.line = Promise.resolve();
  stored.set("localStorage", SENDER_KEY, chat.sender);
  stored.set("sessionStorage", HISTORY_KEY, "");
}

function recall() {
  if (!chat.sender) { begin(); return; }
  let kept = null;
  try { kept = JSON.parse(stored.get("sessionStorage", HISTORY_KEY) || "null"); } catch { kept = null; }
  if (!kept || kept.sender !== chat.sender || !Array.isArray(kept.entries)) return;
  chat.history = kept.entries;
  for (const entry of kept.entries) {
    if (typeof entry.mine === "string") {
      closeChoices();
      add("mine", bubble(entry.mine));
    } else if (entry.reply) {
      showReply(entry.reply);
    }
  }
}

// What is sent

class Refused extends Error {}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? "\n" : value;
    const lines = rest.split("\n");
    rest = lines.pop();
    yield* lines.filter((one) => one.trim());
    if (done) return;
  }
}

// A delivery that is repeated has the same message_id: the server answers it once.
async function deliver(message, seen) {
  const response = await fetch(WEBHOOK, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout ? AbortSignal.timeout(LONGEST_WAIT) : undefined,
  });
  if (response.status >= 400 && response.status < 500) throw new Refused();
  if (!response.ok) throw new Error(`status ${response.status}`);
  let number = 0;
  for await (const line of linesOf(response)) {
    number += 1;
    if (number > seen.count) {
      seen.count = number;
      const reply = JSON.parse(line);
      if (message.sender !== chat.sender) return;
      remember({ reply });
      showReply(reply);
    }
  }
}

async function deliverPatiently(message, seen) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deliver(message, seen);
      return;
    } catch (error) {
      if (error instanceof Refused || attempt === RETRIES) throw error;
      await pause(700 * attempt);
    }
  }
}

async function transmit(message, item, seen) {
  showWaiting(1);
  try {
    await deliverPatiently(message, seen);
  } catch (error) {
    if (message.sender === chat.sender) showFailure(message, item, seen, error instanceof Refused);
  } finally {
    showWaiting(-1);
  }
}

function showFailure(message, item, seen, refused) {
  const note = element("p", "failed", refused ? "Bu mesaj gönderilemiyor." : "Gönderilemedi. ");
  note.setAttribute("role", "alert");
  if (!refused) {
    const again = element("button", "", "Yeniden dene");
    again.type = "button";
    again.addEventListener("click", () => {
      note.remove();
      queue(() => transmit(message, item, seen));
      page.text.focus();
    });
    note.append(again);
  }
  item.append(note);
  toTheEnd();
}

// One after the other, so that messages arrive in the order in which they were written.
function queue(work) {
  chat.line = chat.line.then(work);
}

function say(shown, sent) {
  closeChoices();
  const item = add("mine", bubble(shown));
  remember({ mine: shown });
  const message = { sender: chat.sender, message: sent, message_id: randomId() };
  queue(() => transmit(message, item, { count: 0 }));
  page.text.focus({ preventScroll: true });
}

// What is typed

function fit() {
  page.send.disabled = !page.text.value.trim();
  page.text.style.height = "auto";
  page.text.style.height = `${page.text.scrollHeight}px`;
}

page.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = page.text.value.trim();
  if (!text) return;
  page.text.value = "";
  fit();
  say(text, text);
});

page.text.addEventListener("input", fit);
page.text.addEventListener("keydown", (event) => {
  // An input method uses Enter to choose a word; Shift and Enter begin a new line.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.form.requestSubmit();
});

for (const button of page.welcome.querySelectorAll("[data-message]")) {
  button.addEventListener("click", () => say(button.dataset.message, button.dataset.message));
}

part("restart").addEventListener("click", () => {
  begin();
  page.messages.replaceChildren();
  page.welcome.hidden = false;
  page.text.value = "";
  fit();
  page.text.focus();
});

recall();
fit();
