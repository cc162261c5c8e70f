// The element on the shop's page, and how it comes there.

const SCRIPT = document.currentScript;
const NAME = "santral-chat";
const SETTINGS = ["server", "title", "language", "theme", "position", "texts"];

performance.mark("santral-chat:script");

class SantralChat extends HTMLElement {
  connectedCallback() {
    if (this.started) return;
    this.started = true;
    const options = this.options();
    const shadow = this.attachShadow({ mode: "open" });
    this.root = make("div", { class: "root", lang: options.language, dir: directionOf(options.language) });
    this.root.dataset.side = options.position === "left" ? "left" : "right";
    dress(shadow, STYLE, new URL("santral-chat.css", options.server).href);
    shadow.append(this.root);
    this.followTheme(options.theme);
    this.ready = this.start(options);
  }

  options() {
    const found = {};
    for (const name of SETTINGS) found[name] = this.dataset[name] || (SCRIPT && SCRIPT.dataset[name]) || undefined;
    const home = SCRIPT && SCRIPT.src ? new URL(".", SCRIPT.src).href : new URL("/", location.href).href;
    const server = new URL(found.server || home, location.href).href;
    return { ...found, server: server.endsWith("/") ? server : `${server}/`, language: found.language || document.documentElement.lang || "tr" };
  }

  async start(options) {
    const changes = options.texts ? await readTexts(new URL(options.texts, location.href)) : {};
    if (changes.direction === "rtl" || changes.direction === "ltr") this.root.dir = changes.direction;
    this.chat = new Chat(this, this.root, { ...options, texts: changes });
    // It was open on the page before this one: the customer goes on, and keeps the focus that the page gives.
    if (this.chat.store.get("open", "sessionStorage") && !this.chat.phone.matches) this.chat.open({ focus: false });
    performance.mark("santral-chat:interactive");
    performance.measure("santral-chat", "santral-chat:script", "santral-chat:interactive");
    this.chat.begin();
    this.chat.tellPage("ready");
  }

  followTheme(theme) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.showTheme = (wanted) => {
      this.theme = wanted;
      this.root.dataset.scheme = wanted === "dark" || (wanted !== "light" && dark.matches) ? "dark" : "light";
      if (this.chat && this.chat.calls.call) this.chat.calls.call.theme(this.root.dataset.scheme);
    };
    dark.addEventListener("change", () => this.showTheme(this.theme));
    this.showTheme(theme);
  }
}

async function readTexts(address) {
  try {
    const response = await fetch(address.href);
    const changes = await response.json();
    return changes && typeof changes === "object" ? changes : {};
  } catch {
    console.warn("santral-chat: the texts of data-texts could not be read.");
    return {};
  }
}

/** For the shop's page: open, close, cart, and the like. Each waits until the chat stands. */
function pageInterface(element) {
  const later = (work) => (...given) => element.ready.then(() => work(element.chat, ...given));
  return {
    element,
    open: later((chat) => chat.open()),
    close: later((chat) => chat.close()),
    toggle: later((chat) => chat.toggle()),
    /** Say something in the customer's name, such as a button of the page's does. */
    say: later((chat, text, payload) => {
      chat.open();
      chat.say(String(text), payload);
    }),
    /** `{total, items}`, for rules and for the agent. */
    cart: later((chat, cart) => {
      chat.rules.setCart(cart || {});
      if (chat.link.token) chat.link.event("cart", chat.rules.cart);
    }),
    /** "light", "dark" or "auto". */
    theme: (theme) => element.showTheme(theme),
  };
}

function appear() {
  if (window.SantralChat) return;
  if (!customElements.get(NAME)) customElements.define(NAME, SantralChat);
  let element = document.querySelector(NAME);
  if (!element) {
    element = document.createElement(NAME);
    document.body.append(element);
  }
  window.SantralChat = pageInterface(element);
}

if (document.body && document.readyState !== "loading") appear();
else document.addEventListener("DOMContentLoaded", appear, { once: true });
