// When the chat speaks first: by page, time and cart. At most once a visit for each rule, and never into an open chat.

/** Does a path fit? `*` stands for anything; without it, the path itself or a folder above it. */
function pageFits(pattern, path) {
  if (!isText(pattern)) return true;
  if (!pattern.includes("*")) {
    const whole = pattern.replace(/\/+$/, "");
    return path === whole || path === pattern || path.startsWith(`${whole}/`);
  }
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(path);
}

class Rules {
  constructor(chat) {
    this.chat = chat;
    this.cart = { total: 0, items: 0 };
    this.path = "";
  }

  begin(rules) {
    this.rules = (Array.isArray(rules) ? rules : []).filter((rule) => rule && isText(rule.text));
    clearInterval(this.timer);
    if (!this.rules.length) return;
    this.timer = setInterval(() => this.look(), 1000);
    this.look();
  }

  setCart(cart) {
    this.cart = { total: Number(cart.total) || 0, items: Number(cart.items) || 0 };
    if (this.rules) this.look();
  }

  key(rule) {
    return `rule:${rule.id ?? rule.text}`;
  }

  look() {
    // A page of one part changes its address without loading.
    if (this.path !== location.pathname) {
      this.path = location.pathname;
      this.since = performance.now();
    }
    const waited = (performance.now() - this.since) / 1000;
    for (const rule of this.rules) {
      if (this.chat.isOpen || this.chat.teased || this.chat.store.get(this.key(rule), "sessionStorage")) continue;
      if (!pageFits(rule.page, this.path) || waited < (Number(rule.after_seconds) || 0)) continue;
      if (rule.cart_over !== undefined && rule.cart_over !== null && !(this.cart.total > Number(rule.cart_over))) continue;
      this.chat.store.set(this.key(rule), "1", "sessionStorage");
      this.chat.tease(rule);
    }
  }
}
