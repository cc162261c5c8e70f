// Elements. Whatever a bot, an agent or a customer wrote becomes text nodes, never HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  chat: "M5 5.5h14a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 19 17h-6.5L8 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 5 5.5ZM8 10h8M8 13h5",
  down: "M6 9.5l6 6 6-6",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  attach: "M20 11.5l-7.8 7.8a5 5 0 0 1-7.1-7.1l8.2-8.2a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.6 1.6 0 0 1-2.3-2.3l7.4-7.4",
  call: "M7.2 3.8 9.6 8 8 10a12 12 0 0 0 6 6l2-1.6 4.2 2.4v3a1.6 1.6 0 0 1-1.7 1.6C10.4 20.9 3.1 13.6 2.6 5.5a1.6 1.6 0 0 1 1.6-1.7h3Z",
  voice: "M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  file: "M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5l-5-5ZM13.5 3.5v5h5",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11",
  mute: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM16 10l4 4M20 10l-4 4",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  star: "M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 3.8Z",
  restart: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5v4h4",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  shield: "M12 3.5l7 2.5v5.5c0 4.4-2.9 7.6-7 9-4.1-1.4-7-4.6-7-9V6l7-2.5ZM9 12l2.2 2.2L15.2 10",
  waiting: "M12 7.5V12l3 2M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
  delivered: "M5 12.5l4.5 4.5L19 7",
  seen: "M2 12.5l4.5 4.5L16 7M11.5 16l1 1L22 7",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
};

function icon(name, size) {
  const made = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const attributes = { viewBox: "0 0 24 24", width: size || 20, height: size || 20, "aria-hidden": "true", class: `icon ${name}` };
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}

/** The assistant's mark. */
function mark(size) {
  const made = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 36 36", width: size, height: size, "aria-hidden": "true", class: "mark" };
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  const add = (tag, more) => {
    const part = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(more)) part.setAttribute(key, value);
    made.append(part);
  };
  add("path", { d: "M11 12.5C11 22 25 14 25 23.5", class: "line" });
  add("circle", { cx: 11, cy: 12, r: 3.4, class: "dot" });
  add("circle", { cx: 25, cy: 24, r: 3.4, class: "dot" });
  add("circle", { cx: 25, cy: 12, r: 2.2, class: "faint" });
  add("circle", { cx: 11, cy: 24, r: 2.2, class: "faint" });
  return made;
}

/**
 * An element. In `options`, `class` and `text` are what they say, functions under `on...` listen, `false`, `null`
 * and `undefined` are left out, everything else is an attribute. Children that are null are left out, too.
 */
function make(tag, options, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(options || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "class") made.className = value;
    else if (key === "text") made.textContent = value;
    else if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button with an icon; its name is for those who do not see it, and for the pointer that rests on it. */
function iconButton(name, label, onclick, more) {
  const { size, ...rest } = more || {};
  return make("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick, ...rest }, icon(name, size));
}

const only = (text) => make("span", { class: "only", text });

/** A stylesheet that a strict Content-Security-Policy lets in: constructed, or else linked from the server. */
function dress(shadow, style, address) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make("link", { rel: "stylesheet", href: address }));
  }
}

/** An address that may be opened, or null. Relative ones belong to `base`. */
function safeAddress(address, base, schemes) {
  try {
    const url = new URL(String(address), base);
    return (schemes || ["http:", "https:", "mailto:", "tel:"]).includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Links of the shop's own pages stay in this tab: the conversation goes on there. Others open beside it. */
function anchor(href, text, texts) {
  const url = new URL(href);
  const own = url.origin === location.origin || !/^https?:$/.test(url.protocol);
  const made = make("a", { href, text, title: text === href ? null : href });
  if (!own) {
    made.target = "_blank";
    made.rel = "noopener noreferrer nofollow";
    made.append(only(` (${texts.opensNew})`));
  }
  return made;
}
