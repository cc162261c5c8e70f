// What a call looks like: the window, its keys and buttons, and the transcript.

import { ICONS, filled, icon, iconButton, make, only } from "./call-parts.js";

Object.assign(ICONS, {
  hangUp: "M3 14.6c0-2.2 4-4.6 9-4.6s9 2.4 9 4.6v1.6a1 1 0 0 1-1.2 1l-3.6-.7a1 1 0 0 1-.8-1v-1.8a13 13 0 0 0-6.8 0v1.8a1 1 0 0 1-.8 1l-3.6.7a1 1 0 0 1-1.2-1v-1.6Z",
  muted: "M9 6.5a3 3 0 0 1 6 0v4.5M15 13a3 3 0 0 1-6-1.5V9M5.5 11.5A6.5 6.5 0 0 0 16.8 16M18.5 11.5c0 .8-.1 1.5-.4 2.2M12 18v3M4 3.5l16 17",
  keypad: "M6 6v.01M12 6v.01M18 6v.01M6 12v.01M12 12v.01M18 12v.01M6 18v.01M12 18v.01M18 18v.01",
});
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ" };
const BARS = 12;

export class CallView {
  constructor(call, { title, back, language, direction }) {
    this.call = call;
    const { texts } = call;
    this.orb = make("div", { class: "orb", "aria-hidden": "true" }, make("span", { class: "halo" }), make("span", { class: "core" }, icon("call", 34)));
    this.name = make("h2", { text: title || texts.title });
    this.words = make("p", { class: "status", role: "status", text: texts.ready });
    this.time = make("span", { class: "time", text: "0:00" });
    this.answer = make("span", { class: "latency", hidden: true, title: texts.latencyTitle });
    this.facts = make("p", { class: "facts", hidden: true }, only(`${texts.duration}: `), this.time, this.answer);
    this.bars = Array.from({ length: BARS }, () => make("i"));
    this.meter = make("div", { class: "meter", role: "meter", "aria-label": texts.level, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0, hidden: true }, ...this.bars);
    this.lead = make("p", { class: "lead", text: texts.lead });
    this.told = make("p", { class: "hint", role: "alert", hidden: true });
    this.pad = make("div", { class: "pad", id: "pad", role: "group", "aria-label": texts.keypad },
      ...[..."123456789*0#"].map((key) => make("button", { type: "button", class: "key", disabled: true, "aria-label": filled({ "*": texts.star, "#": texts.hash }[key] || texts.key, { key }), onclick: () => this.press(key) },
        make("b", { text: key === "*" ? "∗" : key }), make("span", { text: LETTERS[key] || "" }))));
    this.muter = iconButton("voice", texts.mute, () => this.toggleMute(), { size: 22, class: "round", "aria-pressed": "false", disabled: true });
    this.dialler = make("button", { type: "button", class: "dial", onclick: () => this.dial() }, icon("call", 22), make("span", { text: texts.call }));
    this.padder = iconButton("keypad", texts.keypad, () => this.togglePad(), { size: 22, class: "round padder", "aria-expanded": "false", "aria-controls": "pad" });
    this.list = make("ol");
    this.empty = make("p", { class: "empty", text: texts.nothing });
    // It is spoken already: read aloud, too, both would be hard to follow.
    this.log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": texts.conversation, tabindex: 0 }, this.empty, this.list);
    const top = back ? make("div", { class: "top" }, make("button", { type: "button", class: "back", onclick: () => back() }, icon("left", 18), make("span", { text: texts.back }))) : null;
    this.node = make("section", { class: "root window", lang: language, dir: direction, "aria-label": texts.window, onkeydown: (event) => this.key(event) }, top,
      make("div", { class: "both" },
        make("div", { class: "stage" }, this.orb, make("div", { class: "who" }, this.name, this.words, this.facts), this.meter, this.lead, this.told, this.pad,
          make("div", { class: "acts" }, this.muter, this.dialler, this.padder)),
        make("div", { class: "talk" }, make("h3", { text: texts.conversation }), this.log)));
    this.node.dataset.state = "idle";
  }

  dial() {
    if (this.call.state === "idle") this.call.dial();
    else this.call.hangUp();
  }

  // What the call tells

  begin() {
    const { texts } = this.call;
    this.node.dataset.state = "called";
    this.list.replaceChildren();
    this.piece = null;
    this.empty.hidden = false;
    this.lead.hidden = true;
    this.hint("");
    this.meter.hidden = true;
    this.facts.hidden = this.answer.hidden = true;
    this.dialler.className = "dial end";
    this.dialler.replaceChildren(icon("hangUp", 24), make("span", { text: texts.hangUp }));
    this.status("calling");
  }

  opened() {
    this.facts.hidden = false;
    for (const key of this.pad.children) key.disabled = false;
    if (this.began) return;
    this.began = Date.now();
    this.time.textContent = "0:00";
    this.ticking = setInterval(() => {
      const seconds = Math.floor((Date.now() - this.began) / 1000);
      this.time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }, 500);
  }

  redialling() {
    for (const key of this.pad.children) key.disabled = true;
    this.node.dataset.doing = "calling";
    this.words.textContent = this.call.texts.redialling;
  }

  ended(text) {
    const { texts } = this.call;
    clearInterval(this.ticking);
    this.began = 0;
    this.node.dataset.doing = "idle";
    this.words.textContent = text;
    this.hint("");
    this.togglePad(false);
    this.meter.hidden = true;
    this.muter.disabled = true;
    this.showMuted(false);
    for (const key of this.pad.children) key.disabled = true;
    this.dialler.className = "dial";
    this.dialler.replaceChildren(icon("call", 22), make("span", { text: texts.again }));
    this.botLevel(0);
    if (this.pad.contains(this.focused) || this.focused === this.muter) this.dialler.focus();
  }

  get focused() {
    return this.node.getRootNode().activeElement;
  }

  status(doing) {
    this.node.dataset.doing = doing;
    const words = this.isMuted && doing === "listening" ? this.call.texts.muted : this.call.texts[doing];
    if (words && words !== this.words.textContent) this.words.textContent = words;
  }

  microphone(there) {
    this.meter.hidden = !there;
    this.muter.disabled = !there;
    // Without one the keys are the way to speak: they are shown.
    if (!there) this.togglePad(true);
  }

  hint(text) {
    this.told.hidden = !text;
    if (this.told.textContent !== text) this.told.textContent = text;
    this.node.classList.toggle("hinted", Boolean(text));
    if (text) this.togglePad(true);
  }

  said({ from, by, text }) {
    const { texts } = this.call;
    const mine = from === "caller";
    this.empty.hidden = true;
    const last = this.list.lastElementChild;
    const words = make("span", { text: by === "keys" ? filled(texts.pressed, { keys: text }) : plainOf(text) });
    if (!mine && this.piece && last && last.dataset.from === "bot") {
      last.querySelector(".words").append(" ", words);
    } else {
      const line = make("li", { class: mine ? "mine" : "" }, only(`${mine ? texts.you : texts.assistant}: `), make("span", { class: `bubble ${by === "keys" ? "keys" : ""}` }, make("span", { class: "words", dir: "auto" }, words)));
      line.dataset.from = from;
      this.list.append(line);
    }
    if (!mine) this.piece = { text, words };
    while (this.list.children.length > 400) this.list.firstElementChild.remove();
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** The bot's last words were not said to their end: what nobody heard of them is crossed out. */
  cut({ text, heard }) {
    if (!this.piece || this.piece.text !== text) return;
    const { words } = this.piece;
    const rest = plainOf(text).slice(plainOf(heard).length).trim();
    const label = make("span", { class: "only", dir: this.node.dir, text: `${this.call.texts.unheard}: ` });
    words.replaceChildren(plainOf(heard), heard ? " " : "", make("s", { title: this.call.texts.unheard }, label, rest));
    // What comes next is another answer.
    this.piece = null;
  }

  latency(seconds) {
    this.answer.hidden = false;
    this.answer.textContent = filled(this.call.texts.latency, { seconds: seconds.toFixed(2).replace(".", this.call.texts.point) });
  }

  level(level) {
    const share = level ? Math.max(0, Math.min(1, (20 * Math.log10(level) + 55) / 45)) : 0;
    // Falls slowly, as meters do.
    this.shown = Math.max(share, (this.shown || 0) - 0.04);
    const lit = Math.round(this.shown * BARS);
    if (lit === this.lit) return;
    this.lit = lit;
    this.bars.forEach((bar, at) => bar.classList.toggle("on", at < lit));
    const now = Date.now();
    if (now - (this.levelTold || 0) > 500) {
      this.levelTold = now;
      this.meter.setAttribute("aria-valuenow", String(Math.round(this.shown * 100)));
    }
  }

  botLevel(level) {
    const step = level < 0.003 ? 0 : Math.max(1, Math.min(4, Math.round(level * 28)));
    if (step !== this.step) this.orb.dataset.level = String(step);
    this.step = step;
  }

  // What the customer does

  press(key) {
    this.call.press(key);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^[0-9*#]$/.test(event.key) && this.call.state === "open") {
      event.preventDefault();
      const button = this.pad.children["123456789*0#".indexOf(event.key)];
      button.classList.add("down");
      setTimeout(() => button.classList.remove("down"), 140);
      this.press(event.key);
    }
  }

  toggleMute() {
    const on = !this.isMuted;
    this.call.mute(on);
    this.showMuted(on);
    if (this.node.dataset.doing === "listening") this.status("listening");
  }

  showMuted(on) {
    const { texts } = this.call;
    const label = on ? texts.unmute : texts.mute;
    this.isMuted = on;
    this.muter.setAttribute("aria-pressed", String(on));
    this.muter.title = label;
    this.muter.replaceChildren(icon(on ? "muted" : "voice", 22));
  }

  togglePad(on = this.padder.getAttribute("aria-expanded") !== "true") {
    this.padder.setAttribute("aria-expanded", String(on));
    this.node.classList.toggle("with-pad", on);
  }
}

/** Without the signs of light markdown, which the chat shows and nobody hears. */
const plainOf = (text) => text.replace(/\*\*|__/g, "");
