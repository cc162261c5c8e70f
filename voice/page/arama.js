// The call's own page: the web chat's session if the server has one, so that both are one conversation.

import { callTexts, openCall } from "./santral-call.js";

const server = new URL("..", location.href);
const texts = callTexts("tr");
const KEY = `santral:${server.host}${server.pathname}:token`;
let settings = {};

const kept = {
  get: () => { try { return localStorage.getItem(KEY) || kept.token; } catch { return kept.token; } },
  set: (token) => {
    kept.token = token;
    try { localStorage.setItem(KEY, token); } catch { /* forbidden: memory serves as long as the page lives */ }
  },
  token: null,
};

/** The session's token; the server renews it, and makes another when it has expired. */
async function token() {
  if (!settings.session) return null;
  const response = await fetch(new URL(settings.session, server), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: kept.get() || undefined, language: "tr" }),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  kept.set((await response.json()).token);
  return kept.get();
}

const call = openCall(document.getElementById("call"), { language: "tr", token });
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => call.theme(dark.matches ? "dark" : "light");
dark.addEventListener("change", follow);
follow();
// Keys of the keyboard count wherever the focus is.
document.body.addEventListener("keydown", (event) => {
  if (event.target === document.body) call.view.key(event);
});
addEventListener("pagehide", () => call.hangUp());

try {
  const response = await fetch(new URL("settings", location.href));
  if (response.ok) settings = await response.json();
} catch { /* the call says by itself when the server cannot be reached */ }
if (settings.title) {
  call.view.name.textContent = settings.title;
  document.title = `${texts.window} · ${settings.title}`;
}
if (settings.privacy) {
  const note = document.getElementById("privacy");
  note.textContent = settings.privacy.text || "";
  if (/^https?:/.test(settings.privacy.link || "")) {
    const link = document.createElement("a");
    link.href = settings.privacy.link;
    link.textContent = settings.privacy.link_text || texts.privacyLink;
    note.append(" ", link);
  }
  note.hidden = !note.textContent;
}
