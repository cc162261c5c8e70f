// One message as elements: text, picture, cards, choices, attachment.

const PICTURE = /^image\/(png|jpeg|gif|webp|avif)$/;
const DATA_PICTURE = /^data:image\/(png|jpeg|gif|webp|avif);base64,/;

const isText = (value) => typeof value === "string" && value.trim() !== "";

function size(bytes, texts, language) {
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < 2) {
    value /= 1000;
    step += 1;
  }
  const digits = value < 10 && step ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${texts.bytes[step]}`;
}

/** `chat` gives `texts`, `language`, `server`, `say(title, payload)` and `toEnd()`. */
class Rows {
  constructor(chat) {
    this.chat = chat;
  }

  /** The visible parts of a message. */
  parts(message) {
    const { text, image, cards, buttons, attachment } = message;
    const parts = [];
    if (isText(text)) parts.push(this.bubble(text, message.from === "user"));
    if (isText(image)) parts.push(this.picture(image, text));
    if (attachment) parts.push(this.attachment(attachment));
    if (Array.isArray(cards) && cards.length) parts.push(this.carousel(cards));
    if (Array.isArray(buttons) && buttons.length) parts.push(this.choices(buttons));
    return parts.filter(Boolean);
  }

  bubble(text, own) {
    const { texts } = this.chat;
    return make("div", { class: "bubble", dir: "auto" }, own ? asWritten(text, texts) : richText(text, texts));
  }

  pictureAddress(address) {
    return DATA_PICTURE.test(address) ? address : safeAddress(address, this.chat.server, ["http:", "https:", "blob:"]);
  }

  image(source, alt, className) {
    const made = make("img", { class: className, alt, referrerpolicy: "no-referrer", decoding: "async" });
    made.addEventListener("load", () => this.chat.toEnd());
    made.addEventListener("error", () => {
      made.replaceWith(make("span", { class: "missing", text: this.chat.texts.pictureFailed }));
    });
    made.src = source;
    return made;
  }

  picture(address, text) {
    const { texts } = this.chat;
    const source = this.pictureAddress(address);
    if (!source) return this.bubble(address, true);
    const shown = this.image(source, isText(text) ? "" : texts.picture, "picture");
    if (!/^https?:/.test(source)) return shown;
    const label = `${texts.picture} (${texts.opensNew})`;
    return make("a", { class: "frame", href: source, target: "_blank", rel: "noopener noreferrer", "aria-label": label }, shown);
  }

  attachment(value) {
    const { texts, server, language } = this.chat;
    const given = typeof value === "string" ? { url: value } : value;
    const href = safeAddress(given.url, server, ["http:", "https:", "blob:"]);
    const type = String(given.type || "");
    const name = isText(given.name) ? given.name : decodeURIComponent(String(given.url || "").split("/").pop() || "");
    if (href && PICTURE.test(type)) return this.picture(href, "");
    if (href && type.startsWith("audio/")) {
      const audio = make("audio", { controls: true, preload: "metadata", "aria-label": texts.voiceNote, title: texts.voiceNote });
      audio.src = href;
      return make("div", { class: "bubble sound" }, audio);
    }
    const inside = [
      icon("file", 24),
      make("span", { class: "about" },
        make("span", { class: "name", dir: "auto", text: name || texts.attach }),
        given.size ? make("span", { class: "size", text: size(given.size, texts, language) }) : null),
    ];
    if (!href || href.startsWith("blob:")) return make("div", { class: "bubble file" }, ...inside);
    return make("a", { class: "bubble file", href, target: "_blank", rel: "noopener noreferrer" }, ...inside, only(` (${texts.opensNew})`));
  }

  /** A button that says something, or a link that looks like one. */
  choice(one, className) {
    if (!one || !isText(String(one.title ?? ""))) return null;
    const { chat } = this;
    const title = String(one.title);
    if (isText(one.url)) {
      const href = safeAddress(one.url, location.href);
      if (!href) return null;
      const made = anchor(href, title, chat.texts);
      made.className = `${className} out`;
      return made;
    }
    const payload = isText(one.payload) ? one.payload : title;
    const made = make("button", { type: "button", class: className, text: title, dir: "auto" });
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") chat.say(title, payload === title ? undefined : payload);
    });
    return made;
  }

  choices(buttons) {
    const made = make("div", { class: "choices", role: "group" });
    made.append(...buttons.map((one) => this.choice(one, "choice")).filter(Boolean));
    return made.childElementCount ? made : null;
  }

  carousel(cards) {
    const { texts } = this.chat;
    const list = make("ul", { class: "cards", tabindex: "0", "aria-label": texts.cards });
    list.append(...cards.filter(Boolean).map((card) => this.card(card)));
    if (list.childElementCount < 2) return make("div", { class: "carousel single" }, list);
    const step = (way) => () => {
      const sign = getComputedStyle(list).direction === "rtl" ? -1 : 1;
      list.scrollBy({ left: way * sign * list.firstElementChild.offsetWidth, behavior: this.chat.calm ? "auto" : "smooth" });
    };
    const back = iconButton("left", texts.previous, step(-1), { class: "tool step back", size: 18 });
    const on = iconButton("right", texts.next, step(1), { class: "tool step on", size: 18 });
    const settle = () => {
      const at = Math.abs(list.scrollLeft);
      back.setAttribute("aria-disabled", String(at < 4));
      on.setAttribute("aria-disabled", String(at + list.clientWidth > list.scrollWidth - 4));
    };
    list.addEventListener("scroll", settle, { passive: true });
    if (window.ResizeObserver) new ResizeObserver(settle).observe(list);
    settle();
    return make("div", { class: "carousel" }, list, make("div", { class: "steps" }, back, on));
  }

  card(card) {
    const source = card.image || card.image_url;
    const address = isText(source) ? this.pictureAddress(source) : null;
    const made = make("li", { class: "card" });
    if (address) made.append(make("div", { class: "cover" }, this.image(address, "", "")));
    const about = make("div", { class: "about" });
    const target = card.link || card.url;
    const href = isText(target) ? safeAddress(target, location.href) : null;
    if (isText(card.title)) {
      about.append(make("p", { class: "title", dir: "auto" }, href ? anchor(href, card.title, this.chat.texts) : card.title));
    }
    if (isText(card.subtitle)) about.append(make("p", { class: "subtitle", dir: "auto" }, asWritten(card.subtitle, this.chat.texts)));
    const buttons = Array.isArray(card.buttons) ? card.buttons.map((one) => this.choice(one, "pick")).filter(Boolean) : [];
    made.append(about, ...(buttons.length ? [make("div", { class: "picks" }, ...buttons)] : []));
    return made;
  }
}
