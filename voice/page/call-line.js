// The line to the server: one WebSocket a call. docs/voice-protocol.md tells its messages.

const ANSWER_WAIT = 20000;
const PING_EVERY = 4000;
const SILENT_WAIT = 12000;
const LEAVING_WAIT = 2000;
/** Bytes that may wait to be sent; what a slow network cannot carry is not said later. */
const MOST_WAITING = 64000;

export class Line {
  /** `on` is told `message(frame)`, `sound(buffer)`, `round(seconds)` and, once, `closed(why)`. */
  constructor(address, start, on) {
    this.on = on;
    this.socket = new WebSocket(address.replace(/^http/, "ws"));
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("open", () => {
      this.send({ type: "start", rate: 16000, ...start });
      this.expect(ANSWER_WAIT);
    });
    this.socket.addEventListener("message", ({ data }) => this.heard(data));
    this.socket.addEventListener("close", ({ code }) => this.end({ 1001: "restart", 4401: "expired", 4409: "replaced", 4503: "busy" }[code] || "lost"));
    this.expect(ANSWER_WAIT);
    this.pinging = setInterval(() => this.send({ type: "ping", at: Math.round(performance.now()) }), PING_EVERY);
  }

  heard(data) {
    if (!this.leaving) this.expect(SILENT_WAIT);
    if (data instanceof ArrayBuffer) {
      this.on.sound(data);
      return;
    }
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    if (frame.type === "pong") this.on.round((performance.now() - frame.at) / 1000);
    else this.on.message(frame);
    if (frame.type === "ended") this.end(frame.reason);
  }

  /** A line on which nothing is heard is half-open. */
  expect(wait) {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.end("lost"), wait);
  }

  get isOpen() {
    return !this.over && this.socket.readyState === WebSocket.OPEN;
  }

  send(frame) {
    if (this.isOpen) this.socket.send(JSON.stringify(frame));
    return this.isOpen;
  }

  sound(buffer) {
    if (this.isOpen && this.socket.bufferedAmount < MOST_WAITING) this.socket.send(buffer);
  }

  /** The server's last words are still taken. */
  hangUp() {
    if (!this.send({ type: "hang_up" })) {
      this.end("hung_up");
      return;
    }
    this.leaving = true;
    this.expect(LEAVING_WAIT);
  }

  end(why) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.watch);
    clearInterval(this.pinging);
    this.socket.close();
    this.on.closed(why);
  }
}
