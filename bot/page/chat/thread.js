// The conversation as it is seen: messages in the server's order, what is still on its way at the end.

const TOGETHER = 180000;
const LAST = Number.MAX_SAFE_INTEGER;

class Thread {
  constructor(chat) {
    this.chat = chat;
    this.rows = new Rows(chat);
    this.list = [];
    this.lastSeq = 0;
    this.seenSeq = 0;
    const { texts } = chat;
    this.clock = new Intl.DateTimeFormat(chat.language, { hour: "2-digit", minute: "2-digit" });
    this.typing = make("div", { class: "typing", hidden: true, "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    this.messages = make("div", { class: "messages" });
    this.foot = make("div", { class: "foot" });
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.conversation, tabindex: "0" },
      this.messages, this.typing, this.foot);
    this.jump = make("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd(true) },
      make("span", { text: texts.newMessages }), icon("down", 16));
    this.node = make("div", { class: "thread" }, this.log, this.jump);
    this.pinned = true;
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    if (window.ResizeObserver) new ResizeObserver(() => this.toEnd()).observe(this.log);
  }

  // Messages come, change and go

  /** Show a message, or what has become known of one. */
  put(message) {
    const known = this.list.find((one) => (message.id && one.id === message.id) || (message.seq > 0 && one.seq === message.seq));
    if (message.seq > 0) this.lastSeq = Math.max(this.lastSeq, message.seq);
    if (known) {
      this.merge(known, message);
      return known;
    }
    const added = { ...message, day: null };
    added.parts = make("div", { class: "parts" }, ...this.rows.parts(added));
    if (!added.parts.childElementCount && !added.upload) return null;
    added.meta = make("div", { class: "meta" });
    added.node = make("div", { class: `row ${added.from}${added.cards ? " wide" : ""}` }, make("span", { class: "only", text: `${this.speaker(added)}: ` }), added.parts, added.meta);
    this.place(added);
    this.dress(added);
    this.refreshChoices();
    if (added.from === "user" || this.pinned) this.toEnd(added.from === "user");
    else this.jump.hidden = false;
    return added;
  }

  merge(known, news) {
    const moved = news.seq > 0 && known.seq !== news.seq;
    const shows = news.attachment && !known.attachment;
    for (const [key, value] of Object.entries(news)) if (value !== undefined) known[key] = value;
    if (shows) known.parts.replaceChildren(...this.rows.parts(known));
    if (moved) {
      this.list.splice(this.list.indexOf(known), 1);
      this.place(known);
    }
    this.dress(known);
    this.refreshChoices();
  }

  /** The end of the messages with a smaller number is where it stands. */
  place(message) {
    const order = (one) => (one.seq === undefined ? LAST : one.seq);
    let at = this.list.length;
    while (at > 0 && order(this.list[at - 1]) > order(message)) at -= 1;
    this.list.splice(at, 0, message);
    const next = this.list[at + 1];
    const after = next ? next.day || next.node : null;
    if (message.node.parentNode !== this.messages || message.node.nextElementSibling !== after) this.messages.insertBefore(message.node, after);
  }

  find(id) {
    return this.list.find((one) => one.id === id);
  }

  remove(message) {
    const at = this.list.indexOf(message);
    if (at < 0) return;
    this.list.splice(at, 1);
    message.node.remove();
    if (message.day) message.day.remove();
    if (this.list[at]) this.dress(this.list[at]);
    if (this.list[at - 1]) this.dress(this.list[at - 1]);
    this.refreshChoices();
  }

  clear() {
    for (const message of [...this.list]) this.remove(message);
    this.lastSeq = 0;
    this.seenSeq = 0;
    this.foot.replaceChildren();
    this.setTyping(null);
  }

  seen(seq) {
    const before = this.seenSeq;
    this.seenSeq = Math.max(before, seq);
    for (const one of this.list) if (one.from === "user" && one.seq > before && one.seq <= this.seenSeq) this.drawMeta(one);
  }

  // How they look beside each other

  speaker(message) {
    const { texts } = this.chat;
    if (message.from === "user") return texts.you;
    return message.from === "agent" ? message.agent || this.chat.agent || texts.agent : texts.assistant;
  }

  together(one, other) {
    return one && other && one.from === other.from && one.agent === other.agent && !other.day
      && Math.abs(new Date(other.time) - new Date(one.time)) < TOGETHER;
  }

  dress(message) {
    const at = this.list.indexOf(message);
    for (const one of [this.list[at - 1], message, this.list[at + 1]]) {
      if (!one) continue;
      const here = this.list.indexOf(one);
      this.drawDay(one, this.list[here - 1]);
      const first = !this.together(this.list[here - 1], one);
      one.node.classList.toggle("first", first);
      const next = this.list[here + 1];
      if (next) this.drawDay(next, one);
      one.node.classList.toggle("last", !this.together(one, next));
      this.drawFace(one, first);
      this.drawMeta(one);
    }
  }

  drawDay(message, before) {
    const day = this.dayOf(message.time);
    const needed = (!before || this.dayOf(before.time) !== day) && message.seq !== -1;
    if (needed && !message.day) {
      message.day = make("div", { class: "day" }, make("span", { text: day }));
      message.node.before(message.day);
    } else if (!needed && message.day) {
      message.day.remove();
      message.day = null;
    } else if (needed && message.node.previousElementSibling !== message.day) {
      message.node.before(message.day);
    }
  }

  dayOf(time) {
    const { texts, language } = this.chat;
    const then = new Date(time);
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86400000);
    if (days <= 0) return texts.today;
    if (days === 1) return texts.yesterday;
    const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
    return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year }).format(then);
  }

  drawFace(message, first) {
    if (message.from === "user") return;
    const old = message.node.querySelector(".face");
    if (!first) {
      if (old) old.remove();
      return;
    }
    if (old) return;
    const name = this.speaker(message);
    const face = message.from === "agent"
      ? make("span", { class: "face agent", "aria-hidden": "true", text: initials(name) })
      : make("span", { class: "face", "aria-hidden": "true" }, mark(28));
    message.node.prepend(face);
    if (message.from === "agent" && !message.node.querySelector(".who")) message.parts.before(make("p", { class: "who", "aria-hidden": "true", text: name }));
  }

  drawMeta(message) {
    const { texts } = this.chat;
    const meta = [];
    const time = new Date(message.time);
    if (message.seq !== -1 && !Number.isNaN(time.getTime())) {
      const shown = this.clock.format(time);
      meta.push(make("time", { datetime: time.toISOString(), text: shown }));
    }
    if (message.from === "user" && !message.failed && !message.upload) {
      const state = !(message.seq > 0) ? "waiting" : message.seq <= this.seenSeq ? "seen" : "delivered";
      meta.push(make("span", { class: `tick ${state}`, role: "img", "aria-label": texts[state], title: texts[state] }, icon(state, 16)));
    }
    const drawn = meta.map((one) => one.textContent + one.className).join();
    if (drawn !== message.drawn) message.meta.replaceChildren(...meta);
    message.drawn = drawn;
    message.node.classList.toggle("waiting", message.from === "user" && !(message.seq > 0));
    this.drawFailure(message);
  }

  drawFailure(message) {
    const old = message.node.querySelector(".failure");
    if (old) old.remove();
    if (!message.failed) return;
    message.node.append(make("div", { class: "failure", role: "alert" },
      make("span", { text: message.failed.text }),
      ...message.failed.ways.map(([label, way]) => make("button", { type: "button", text: label, onclick: way }))));
    this.toEnd();
  }

  /** Choices can be pressed until the customer has said something; what was pressed stays marked. */
  refreshChoices() {
    let answer = null;
    for (const one of [...this.list].reverse()) {
      if (one.from === "user") {
        // What lies before the answer before this one was settled when that one came.
        if (answer) break;
        answer = one;
        continue;
      }
      const buttons = one.parts.querySelectorAll(".choices > button");
      const marked = answer && [...buttons].find((button) => button.textContent === answer.text);
      for (const button of buttons) {
        // Past choices can still be read, but Tab passes them over.
        button.tabIndex = answer ? -1 : 0;
        if (answer) button.setAttribute("aria-disabled", "true");
        else button.removeAttribute("aria-disabled");
        button.classList.toggle("chosen", button === marked);
      }
    }
  }

  /** `from`: "bot", "agent" or null. */
  setTyping(from) {
    clearTimeout(this.typingTimer);
    this.typing.hidden = !from;
    if (!from) return;
    this.typingTimer = setTimeout(() => this.chat.typing(null), 30000);
    this.toEnd();
  }

  // Where the customer looks

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.pinned = scrollHeight - scrollTop - clientHeight < 60;
    if (this.pinned) this.jump.hidden = true;
  }

  toEnd(always) {
    if (!always && !this.pinned) return;
    this.pinned = true;
    this.jump.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function initials(name) {
  return name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("");
}
