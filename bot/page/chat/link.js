// The line to the server: a session, a socket, and patience. Frames are told in docs/web-chat.md.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30000;
const OFFLINE_WAIT = 8000;
const ANSWER_WAIT = 10000;
const PING_EVERY = 25000;
const HIDDEN_WAIT = 300000;

class Link {
  /**
   * `server` is the address below which the chat answers; `hello` gives the first frame's content; `on` is told
   * `state(name)`, `frame(frame)`, `lost()` (the conversation is another one now) and `token()`.
   */
  constructor(server, store, hello, on) {
    this.server = server;
    this.store = store;
    this.outbox = new Outbox(store);
    this.hello = hello;
    this.on = on;
    this.socket = null;
    this.state = "idle";
    this.wanted = false;
    this.tries = 0;
    this.retryTimer = 0;
    this.watchTimer = 0;
    this.soon = [];
    this.lastTime = 0;
    this.opening = 0;
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("offline", () => this.dropped());
    document.addEventListener("visibilitychange", () => this.visibility());
    store.watch("token", (token) => {
      if (token !== this.token) this.exchanged();
    });
  }

  address(path) {
    return new URL(path, this.server).href;
  }

  get token() {
    return this.store.get("token");
  }

  // What the chat asks for

  start() {
    if (this.wanted) return;
    this.wanted = true;
    this.connect();
  }

  stop() {
    this.wanted = false;
    clearTimeout(this.retryTimer);
    this.hangUp();
    this.tell("idle");
  }

  /** Send a frame with an id until it is acknowledged, over reloads and restarts. */
  post(frame) {
    // Two messages within a millisecond keep their order.
    this.lastTime = Math.max(Date.now(), this.lastTime + 0.001);
    this.outbox.put(frame, this.lastTime);
    this.start();
    this.send(frame);
  }

  /** Send a frame if there is a line now. */
  send(frame) {
    if (this.state !== "online") return false;
    this.socket.send(JSON.stringify(frame));
    if (frame.id || frame.type === "ping") this.expectAnswer();
    return true;
  }

  /** Send a frame now or, at least while this page lives, when the line stands. */
  tellSoon(frame) {
    if (!this.send(frame)) this.soon = [...this.soon, frame].slice(-20);
  }

  event(name, data) {
    this.tellSoon({ type: "event", name, data: data || {} });
  }

  /** Forget this conversation; the next one begins with the next message. */
  forget() {
    this.hangUp();
    this.store.remove("token");
    this.outbox.clear();
    this.on.lost();
  }

  /** A request to the chat's HTTP side, as this visitor. */
  fetch(path, options) {
    return fetch(this.address(path), { ...options, headers: { Authorization: `Bearer ${this.token}` } });
  }

  // How the line is kept

  async connect() {
    if (!this.wanted || this.socket) return;
    clearTimeout(this.retryTimer);
    const opening = (this.opening += 1);
    // What the browser believes is not always so (a machine without a network still has itself): try anyway.
    this.tell(navigator.onLine === false ? "offline" : "connecting");
    try {
      if (!this.token) await this.session();
    } catch (error) {
      if (opening === this.opening) this.later(error.wait);
      return;
    }
    if (opening !== this.opening || !this.wanted || this.socket) return;
    let socket;
    try {
      socket = new WebSocket(this.address("webhooks/chat/socket").replace(/^http/, "ws"));
    } catch {
      this.later();
      return;
    }
    this.socket = socket;
    const mine = (work) => (event) => {
      if (this.socket === socket) work(event);
    };
    socket.addEventListener("open", mine(() => {
      socket.send(JSON.stringify({ type: "hello", token: this.token, ...this.hello() }));
      this.expectAnswer();
    }));
    socket.addEventListener("message", mine((event) => this.heard(event.data)));
    socket.addEventListener("close", mine(() => this.dropped()));
    this.expectAnswer();
  }

  async session() {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_WAIT);
    try {
      const { language } = this.hello();
      const response = await fetch(this.address("webhooks/chat/session"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ language }),
        signal: stop.signal,
      });
      if (!response.ok) {
        const error = new Error(`status ${response.status}`);
        error.wait = Number(response.headers.get("Retry-After")) * 1000 || 0;
        throw error;
      }
      const { token } = await response.json();
      // Another tab may have been quicker; both then speak in one conversation.
      if (!this.token) this.store.set("token", token);
      this.on.token();
    } finally {
      clearTimeout(timer);
    }
  }

  heard(data) {
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    clearTimeout(this.watchTimer);
    this.watchTimer = setTimeout(() => this.ping(), document.hidden ? 2 * PING_EVERY : PING_EVERY);
    if (frame.type === "error" && frame.code === "expired") {
      this.expired();
      return;
    }
    if (frame.type === "ack" || (frame.type === "message" && frame.id)) this.outbox.take(frame.id);
    if (frame.type === "error" && frame.id && !["rate_limited", "unavailable"].includes(frame.code)) {
      this.outbox.take(frame.id);
    }
    if (frame.type === "error" && frame.id && frame.retry_after) {
      setTimeout(() => this.resend(frame.id), frame.retry_after * 1000 + 200);
    }
    if (frame.type === "welcome") {
      this.tries = 0;
      this.tell("online");
    }
    this.on.frame(frame);
    if (frame.type === "welcome") {
      for (const entry of this.outbox.all()) this.send(entry.frame);
      for (const waiting of this.soon.splice(0)) this.send(waiting);
    }
  }

  resend(id) {
    for (const { frame } of this.outbox.all()) if (frame.id === id) this.send(frame);
  }

  ping() {
    const oldest = this.outbox.all()[0];
    // What is still unacknowledged after so long was lost on the way; the server takes each id once.
    if (oldest && Date.now() - oldest.time > PING_EVERY) for (const { frame } of this.outbox.all()) this.send(frame);
    this.send({ type: "ping" });
  }

  /** A line on which nothing is heard is half-open: begin anew. */
  expectAnswer() {
    clearTimeout(this.watchTimer);
    this.watchTimer = setTimeout(() => this.dropped(), ANSWER_WAIT);
  }

  hangUp() {
    clearTimeout(this.watchTimer);
    clearTimeout(this.hiddenTimer);
    this.opening += 1;
    const { socket } = this;
    this.socket = null;
    if (socket) socket.close();
  }

  dropped() {
    this.hangUp();
    if (this.wanted) this.later();
  }

  /** Try again after a while that grows and is never the same for all. */
  later(least) {
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    const off = navigator.onLine === false;
    const wait = Math.max(least || 0, off ? OFFLINE_WAIT : 0, most * (0.5 + Math.random() / 2));
    this.tell(off ? "offline" : this.tries > 4 ? "unavailable" : "broken");
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), wait);
  }

  retryNow() {
    if (!this.wanted || this.state === "online") return;
    this.tries = 0;
    this.hangUp();
    this.connect();
  }

  expired() {
    this.hangUp();
    this.store.remove("token");
    this.on.lost("expired");
    this.later();
  }

  /** Another tab began another conversation. */
  exchanged() {
    this.hangUp();
    this.on.lost();
    if (this.wanted && this.token) this.connect();
  }

  /** A tab that nobody looks at gives its socket back after a while. */
  visibility() {
    clearTimeout(this.hiddenTimer);
    if (document.hidden) {
      this.hiddenTimer = setTimeout(() => {
        if (this.outbox.all().length) return;
        this.hangUp();
        this.tell("connecting");
      }, HIDDEN_WAIT);
    } else {
      this.retryNow();
    }
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.on.state(state);
  }
}
