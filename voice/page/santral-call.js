// A call in a window: `openCall` puts it into an element, on a page of its own or in the web chat.

import { Line } from "./call-line.js";
import { Sound } from "./call-sound.js";
import { directionOf, dress, textsOf } from "./call-parts.js";
import { STYLE } from "./call-style.js";
import { TEXTS } from "./call-texts.js";
import { CallView } from "./call-view.js";

const HOME = new URL(".", import.meta.url).href;
const REDIALS = 3;
const REDIAL_WAIT = 1200;
const NO_MICROPHONE = { denied: "denied", none: "none", busy: "busyMicrophone", insecure: "insecure" };

class Call {
  /**
   * `texts` are changes of TEXTS, and `direction` (`rtl`, `ltr`) is the language's when it is absent. `token()` gives the
   * token of the session, or null; `back` is called when the customer leaves, if there is something to go back to;
   * `changed(state)` is told `idle`, `calling`, `open`.
   */
  constructor(place, { language = "tr", direction = directionOf(language), texts, title, token, back, changed }) {
    this.texts = textsOf(TEXTS, language, texts);
    this.token = token || (async () => null);
    this.changed = changed || (() => {});
    this.host = document.createElement("div");
    const shadow = this.host.attachShadow({ mode: "open" });
    dress(shadow, STYLE, new URL("call.css", HOME).href);
    this.view = new CallView(this, { title, back, language, direction });
    shadow.append(this.view.node);
    place.append(this.host);
    this.state = "idle";
    this.round = 0;
    this.wait = 0.06;
  }

  async dial() {
    if (this.state !== "idle") return;
    this.set("calling");
    this.redials = 0;
    this.lastLine = null;
    this.view.begin();
    const { texts } = this;
    this.sound = new Sound(new URL("call-worklet.js", HOME).href, {
      frame: (buffer) => this.line && this.line.sound(buffer),
      level: (level) => this.view.level(level),
      said: ({ level, wait }) => {
        this.wait = wait;
        if (this.state !== "idle") this.view.botLevel(level);
      },
      flushed: (id, samples) => this.line && this.line.send({ type: "flushed", id, samples }),
      lost: () => this.view.hint(texts.lostMicrophone),
    });
    const { sound } = this;
    try {
      await sound.open();
    } catch {
      if (sound === this.sound) this.finish(null, texts.noSound);
      return;
    }
    const why = await sound.listen();
    if (sound !== this.sound || this.state === "idle") {
      sound.close();
      return;
    }
    this.microphone = !why;
    this.view.microphone(this.microphone);
    this.view.hint(why ? texts[NO_MICROPHONE[why]] : "");
    this.connect();
  }

  async connect() {
    const { sound } = this;
    let token = null;
    try {
      token = await this.token();
    } catch { /* a conversation of its own, then */ }
    if (sound !== this.sound || this.state === "idle") return;
    const start = { microphone: this.microphone, ...(token ? { token } : {}) };
    const line = new Line(new URL("call", HOME).href, start, {
      message: (frame) => (line === this.line ? this.told(frame) : this.toldLater(line, frame)),
      sound: (buffer) => sound.play(buffer),
      round: (seconds) => { this.round = seconds; },
      closed: (why) => line === this.line && this.closed(why),
    });
    this.line = this.lastLine = line;
  }

  /** What the server still tells of a call that was hung up here. */
  toldLater(line, frame) {
    if (line === this.lastLine && frame.type === "cut") this.view.cut(frame);
  }

  told(frame) {
    const { view } = this;
    switch (frame.type) {
      case "ready":
        this.redials = 0;
        this.set("open");
        view.opened();
        if (this.microphone && !frame.speech) this.goOnByKeys();
        break;
      case "state":
        view.status(frame.state === "connecting" ? "calling" : frame.state);
        break;
      case "transcript":
        view.said(frame);
        break;
      case "cut":
        view.cut(frame);
        break;
      case "latency":
        // What the customer waits: the server's time, the way there and back, and what waits to be played.
        view.latency(frame.seconds + this.round + this.wait);
        break;
      case "flush":
        this.sound.flush(frame.id);
        break;
      case "error":
        if (frame.text) this.refusal = frame;
        break;
    }
  }

  /** Nobody listens: then the microphone is not open either. */
  goOnByKeys() {
    this.microphone = false;
    this.sound.release();
    this.view.microphone(false);
    this.view.hint(this.texts.keysOnly);
  }

  closed(why) {
    const { refusal } = this;
    this.line = this.refusal = null;
    if (refusal) {
      this.finish(refusal.code, this.texts.ended[refusal.code] || refusal.text);
    } else if ((why === "lost" || why === "restart") && this.redials < REDIALS) {
      // The conversation is kept by the server; the call goes on where it broke off.
      this.redials += 1;
      this.set("calling");
      this.view.redialling();
      this.redialling = setTimeout(() => this.connect(), REDIAL_WAIT * this.redials);
    } else {
      this.finish(why);
    }
  }

  finish(why, text) {
    clearTimeout(this.redialling);
    const { line, sound } = this;
    this.line = this.sound = null;
    if (line) line.hangUp();
    if (sound) {
      // The last words are still on their way to the ear.
      if (why === "bot" || why === "silence" || why === "long") setTimeout(() => sound.close(), 600);
      else sound.close();
    }
    this.set("idle");
    this.view.ended(text || this.texts.ended[why] || this.texts.ended.gone);
  }

  hangUp() {
    if (this.state !== "idle") this.finish("hung_up");
  }

  press(key) {
    if (this.state !== "open") return;
    this.sound.beep(key);
    this.line.send({ type: "key", key });
  }

  mute(on) {
    this.sound.mute(on);
    this.line?.send({ type: "mute", on });
  }

  set(state) {
    if (state === this.state) return;
    this.state = state;
    this.host.dataset.state = state;
    this.changed(state);
  }

  theme(scheme) {
    this.view.node.dataset.scheme = scheme;
  }

  close() {
    this.hangUp();
    this.host.remove();
  }
}

export function openCall(place, options) {
  return new Call(place, options);
}

/** The texts of a language, with a shop's changes. */
export const callTexts = (language, changes) => textsOf(TEXTS, language, changes);
