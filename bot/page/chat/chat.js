// The chat: what the customer does, what the server tells, and what is shown of both.

const PHONE = "(max-width: 480px), (max-height: 420px)";

class Chat {
  /** `options`: server, title, language, theme, position, texts (changes). `host` is the element on the page. */
  constructor(host, root, options) {
    this.host = host;
    this.root = root;
    this.server = options.server;
    this.language = options.language || "tr";
    const changes = options.texts || {};
    this.texts = textsOf(TEXTS, this.language, changes);
    this.callTexts = changes.callWindow;
    this.fixedTitle = options.title;
    this.settings = {};
    this.settled = false;
    this.isOpen = false;
    this.agent = null;
    this.unread = 0;
    this.teased = false;
    this.waiters = [];
    const { host: site, pathname } = new URL(this.server);
    this.store = new Store(site + pathname);
    this.link = new Link(this.server, this.store, () => this.hello(), {
      state: (state) => this.stateChanged(state),
      frame: (frame) => this.heard(frame),
      lost: (why) => this.lost(why),
      token: () => this.wakeWaiters(),
    });
    this.thread = new Thread(this);
    this.rules = new Rules(this);
    this.extras = new Extras(this);
    this.calls = new Calls(this);
    this.uploads = new Uploads(this);
    this.composer = new Composer(this);
    this.panel = new Panel(this);
    this.launcher = new Launcher(this);
    root.append(this.launcher.teaser, this.panel.node, this.launcher.node);
    this.phone = matchMedia(PHONE);
    this.phone.addEventListener("change", () => this.fitScreen());
    this.store.watch("read", (seq) => this.markRead(Number(seq) || 0));
    document.addEventListener("visibilitychange", () => this.readNow());
    if (window.visualViewport) visualViewport.addEventListener("resize", () => this.fitScreen());
    this.stateChanged("idle");
  }

  get title() {
    return this.fixedTitle || this.settings.title || this.texts.title;
  }

  get calm() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  hello() {
    return { after: this.thread.lastSeq, page: { url: location.href, title: document.title }, language: this.language };
  }

  /** What is needed before anybody opens the chat. A visitor who never does gets no session. */
  async begin() {
    for (let wait = 2000; ; wait = Math.min(wait * 2, 60000)) {
      if (await this.fetchSettings()) break;
      if (this.settled) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async fetchSettings() {
    try {
      const response = await fetch(this.link.address("webhooks/chat/settings"));
      if (!response.ok) return false;
      this.settle(await response.json());
      return true;
    } catch {
      return false;
    }
  }

  settle(settings) {
    const first = !this.settled;
    this.settings = settings && typeof settings === "object" ? settings : {};
    this.settled = true;
    this.panel.title.textContent = this.title;
    this.composer.settle();
    this.panel.caller.hidden = !isText(this.settings.calls);
    this.rules.begin(this.settings.proactive);
    if (first && this.link.token && this.privacyRead) this.link.start();
    if (this.isOpen) this.enter();
  }

  // Opening and closing

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** `focus: false` is for a chat that was open before the page changed. */
  open({ focus = true } = {}) {
    if (this.isOpen) return;
    this.isOpen = true;
    const active = this.host.getRootNode().activeElement;
    this.cameFrom = focus && active && active !== document.body && active !== this.host ? active : null;
    this.panel.node.hidden = false;
    this.fitScreen();
    this.store.set("open", "1", "sessionStorage");
    if (!this.teaserRule) this.dismissTeaser();
    this.enter();
    this.composer.fit();
    this.thread.toEnd(true);
    this.readNow();
    this.launcher.show(0);
    if (focus) this.focusInside();
    this.tellPage("open");
    this.link.event("open");
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.panel.node.hidden = true;
    this.panel.menu.close(false);
    this.calls.close(false);
    this.store.remove("open", "sessionStorage");
    this.fitScreen();
    this.launcher.show(this.unread);
    const back = this.cameFrom && this.cameFrom.isConnected ? this.cameFrom : this.launcher.node;
    back.focus();
    this.tellPage("close");
    if (this.link.token) this.link.event("close");
  }

  focusInside() {
    const ground = this.panel.ground.querySelector("button.primary");
    if (ground && !this.mayWrite) ground.focus({ preventScroll: true });
    else this.composer.focus();
  }

  /** On a phone the window fills the screen, keyboard left out, and the page behind it stands still. */
  fitScreen() {
    const full = this.isOpen && this.phone.matches;
    const { node } = this.panel;
    if (full) node.setAttribute("aria-modal", "true");
    else node.removeAttribute("aria-modal");
    const page = document.documentElement;
    if (full && this.scrolling === undefined) {
      this.scrolling = page.style.overflow;
      page.style.overflow = "hidden";
    } else if (!full && this.scrolling !== undefined) {
      page.style.overflow = this.scrolling;
      this.scrolling = undefined;
    }
    const view = window.visualViewport;
    node.style.height = full && view && view.scale === 1 ? `${Math.round(view.height)}px` : "";
    node.style.top = full && view && view.scale === 1 ? `${Math.round(view.offsetTop)}px` : "";
  }

  /** Notice or composer, greeting, line. */
  enter() {
    if (!this.settled) {
      this.panel.ask(this.composer.node);
      return;
    }
    this.greet();
    const { privacy } = this.settings;
    if (!this.privacyRead && privacy.confirm !== false) {
      const notice = privacyNotice(this.texts, privacy, () => this.acceptPrivacy());
      if (!this.panel.ground.querySelector(".notice")) this.panel.ask(notice);
      return;
    }
    if (!this.composer.node.isConnected) this.panel.ask(this.composer.node);
    if (!this.privacyRead) this.thread.foot.replaceChildren(privacyNotice(this.texts, privacy, null));
    this.link.start();
    this.openedByRule();
  }

  get privacyRead() {
    const { privacy } = this.settings;
    return !privacy || this.store.get("privacy") === this.privacyMark;
  }

  /** Another text is another notice. */
  get privacyMark() {
    const { text, link } = this.settings.privacy || {};
    let sum = 0;
    for (const letter of `${text}|${link}`) sum = (sum * 31 + letter.codePointAt(0)) | 0;
    return String(sum);
  }

  get mayWrite() {
    return this.composer.node.isConnected;
  }

  acceptPrivacy() {
    this.store.set("privacy", this.privacyMark);
    this.enter();
    this.composer.focus();
  }

  greet() {
    const greeting = this.settings.greeting || { text: this.texts.greeting };
    if (this.greeted || greeting.payload) return;
    this.greeted = true;
    this.thread.put({ seq: -1, from: "bot", time: new Date().toISOString(), text: greeting.text, buttons: greeting.buttons });
  }

  // Speaking first

  tease(rule) {
    this.teased = true;
    this.teaserRule = null;
    this.launcher.tease(rule.text, () => {
      this.teaserRule = rule;
      this.open();
      this.launcher.untease();
    }, () => {
      this.dismissTeaser();
      this.launcher.node.focus();
    });
    this.launcher.show(Math.max(1, this.unread));
    this.teaserWaiting = rule;
    this.tellPage("tease", { rule: rule.id });
  }

  dismissTeaser() {
    this.launcher.untease();
    // Who opens the chat while the offer stands has taken it.
    if (this.isOpen && this.teaserWaiting) this.teaserRule = this.teaserWaiting;
    this.teaserWaiting = null;
    this.launcher.show(this.unread);
  }

  openedByRule() {
    if (!this.teaserRule) return;
    this.link.event("proactive", { rule: this.teaserRule.id });
    this.teaserRule = null;
    this.teaserWaiting = null;
  }

  // Speaking

  say(text, payload) {
    if (!this.mayWrite) {
      this.focusInside();
      return;
    }
    const id = randomId();
    this.clearPrivacyLine();
    this.thread.put({ id, from: "user", time: new Date().toISOString(), text });
    this.link.post({ type: "message", id, text, ...(payload === undefined ? {} : { payload }), ...this.proof });
    this.composer.focus();
    this.tellPage("message", { from: "user", text });
  }

  /** That the notice was read, kept beside each message. */
  get proof() {
    return this.settings.privacy ? { metadata: { privacy: "accepted" } } : {};
  }

  clearPrivacyLine() {
    const line = this.thread.foot.querySelector(".notice");
    if (!line) return;
    line.remove();
    this.store.set("privacy", this.privacyMark);
  }

  /** An agent sees that the customer writes; a bot does not care. */
  isTyping() {
    if (!this.agent || Date.now() - (this.typedAt || 0) < 3000) return;
    this.typedAt = Date.now();
    this.link.send({ type: "typing" });
  }

  /** When there is a session. */
  ready() {
    this.link.start();
    return this.link.token ? Promise.resolve() : new Promise((resolve) => this.waiters.push(resolve));
  }

  wakeWaiters() {
    for (const wake of this.waiters.splice(0)) wake();
  }

  // Hearing

  heard(frame) {
    const { thread } = this;
    const handlers = {
      welcome: () => this.welcomed(frame),
      message: () => this.messageCame(frame),
      ack: () => thread.put({ id: frame.id, seq: frame.seq, time: frame.time, from: "user" }),
      seen: () => thread.seen(frame.seq),
      typing: () => this.typing(frame.on ? frame.from : null),
      handoff: () => this.handoff(frame),
      rate: () => this.extras.rateAsked(frame),
      reset: () => this.lost(),
      error: () => this.refused(frame),
    };
    if (Object.prototype.hasOwnProperty.call(handlers, frame.type)) handlers[frame.type]();
  }

  welcomed(frame) {
    if (frame.reset || (frame.new && this.thread.lastSeq)) this.lost();
    this.historyTo = frame.seq || 0;
    this.markRead(Math.max(Number(this.store.get("read")) || 0, frame.read || 0));
    if (frame.settings) this.settle(frame.settings);
    this.quiet();
    this.typing(null);
    // What this browser still has to send is shown, too, when the page was loaded anew.
    for (const { frame: waiting, time } of this.link.outbox.all()) {
      if (waiting.type === "message" && !this.thread.find(waiting.id)) {
        this.thread.put({ id: waiting.id, from: "user", time: new Date(time).toISOString(), text: waiting.text });
      }
    }
  }

  /** A history is not read aloud while it comes. */
  quiet() {
    const { log } = this.thread;
    log.setAttribute("aria-busy", "true");
    clearTimeout(this.quietEnd);
    this.quietEnd = setTimeout(() => log.removeAttribute("aria-busy"), 400);
  }

  messageCame(frame) {
    const fresh = frame.seq > this.thread.lastSeq && frame.seq > (this.historyTo || 0);
    const agent = frame.from === "agent" ? frame.agent?.name || this.agent || undefined : undefined;
    this.thread.put({ ...frame, agent, text: frame.text === null ? undefined : frame.text });
    this.countUnread();
    if (frame.from === "user") return;
    if (fresh) {
      this.typing(null);
      if (!this.looking) this.extras.chime();
      this.tellPage("message", { from: frame.from, text: frame.text });
    }
    this.readNow();
  }

  typing(from) {
    this.typist = from;
    this.thread.setTyping(from);
    this.drawStatus();
  }

  handoff({ state, agent, seq }) {
    const name = (agent && isText(agent.name) && agent.name) || this.texts.agent;
    const was = this.agent;
    this.agent = state === "joined" ? name : null;
    const banner = handoffBanner(this.texts, state, name);
    this.panel.banner.replaceChildren(...(banner ? [banner] : []));
    if (banner) this.panel.say(banner.textContent);
    if (state === "left" && !(seq <= this.historyTo)) {
      const words = filled(this.texts.handoffLeft, { name: was || name });
      this.panel.banner.replaceChildren(make("div", { class: "banner left" }, make("p", { text: words })));
      this.panel.say(words);
    }
    this.drawStatus();
  }

  refused(frame) {
    const { texts, thread } = this;
    const row = frame.id ? thread.find(frame.id) : null;
    if (frame.code === "rate_limited" || frame.code === "unavailable") {
      this.note(frame.retry_after && row ? filled(texts.tooFast, { seconds: Math.ceil(frame.retry_after) }) : frame.text || texts.unavailable, "wrong");
    } else if (row) {
      const edit = [texts.edit, () => {
        this.composer.value = row.text;
        thread.remove(row);
        this.composer.focus();
      }];
      const drop = [texts.remove, () => thread.remove(row)];
      row.failed = { text: frame.text || texts.failed, ways: row.text ? [edit, drop] : [drop] };
      thread.drawMeta(row);
    } else if (isText(frame.text)) {
      this.note(frame.text, "wrong");
    }
  }

  /** The conversation that was shown is not the one that is spoken now. */
  lost(why) {
    this.thread.clear();
    this.greeted = false;
    this.store.remove("read");
    this.store.remove("rated");
    this.readSeq = 0;
    this.historyTo = 0;
    this.countUnread();
    this.handoff({ state: "none" });
    if (why === "expired") this.note(this.texts.expired);
    if (this.isOpen) this.enter();
  }

  // What has been read

  get looking() {
    return this.isOpen && !document.hidden;
  }

  readNow() {
    if (!this.looking || this.thread.lastSeq <= (this.readSeq || 0)) return;
    const seq = this.thread.lastSeq;
    this.markRead(seq);
    this.store.set("read", String(seq));
    this.link.send({ type: "read", seq });
  }

  markRead(seq) {
    this.readSeq = Math.max(this.readSeq || 0, seq);
    this.countUnread();
  }

  countUnread() {
    const count = this.thread.list.filter((one) => one.from !== "user" && one.seq > (this.readSeq || 0)).length;
    if (count === this.unread) return;
    this.unread = count;
    this.launcher.show(count);
    this.tellPage("unread", { count });
  }

  // What is told of the line

  stateChanged(state) {
    const { texts } = this;
    this.root.dataset.state = state;
    const notes = { offline: texts.offlineNote, broken: texts.reconnecting, unavailable: texts.unavailable };
    clearTimeout(this.noteTimer);
    if (state === "online") {
      if (this.lineNote) {
        this.note(null);
        this.panel.say(texts.reconnected);
      }
      this.lineNote = false;
    } else if (notes[state]) {
      // A line that comes back within a second is nobody's concern.
      this.noteTimer = setTimeout(() => {
        this.lineNote = true;
        this.note(notes[state], state === "offline" ? "off" : "");
      }, state === "offline" ? 0 : 1200);
    }
    this.drawStatus();
  }

  note(text, kind) {
    this.panel.note(text, kind);
    clearTimeout(this.noteEnd);
    if (text && !this.lineNote) this.noteEnd = setTimeout(() => this.panel.note(null), 8000);
  }

  drawStatus() {
    const { texts } = this;
    const { state } = this.link;
    let words = { connecting: texts.connecting, broken: texts.connecting, offline: texts.offline, unavailable: texts.offline }[state] || texts.online;
    if (this.typist) words = this.typist === "agent" ? filled(texts.agentTyping, { name: this.agent || texts.agent }) : texts.typing;
    else if (state === "online" && this.agent) words = filled(texts.handoffJoined, { name: this.agent });
    if (this.panel.status.textContent !== words) this.panel.status.textContent = words;
  }

  toEnd() {
    this.thread.toEnd();
  }

  tellPage(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`santral:${name}`, { bubbles: true, composed: true, detail: detail || {} }));
  }
}
