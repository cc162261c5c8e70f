// The window: header, banner, conversation, composer; and the round button that opens it.

class Panel {
  constructor(chat) {
    this.chat = chat;
    const { texts } = chat;
    this.status = make("p", { class: "status" });
    this.menu = new Menu(texts, () => chat.extras.actions());
    this.caller = iconButton("call", texts.call, () => chat.calls.open(), { hidden: true });
    this.closer = iconButton("close", texts.close, () => chat.close());
    this.title = make("h2", { id: "title", text: chat.title });
    this.banner = make("div", { class: "banners" });
    this.strip = make("div", { class: "strip", hidden: true });
    this.spoken = make("p", { class: "only", role: "status" });
    this.ground = make("div", { class: "ground" });
    this.drop = make("div", { class: "drop", hidden: true, "aria-hidden": "true" }, icon("attach", 28), make("span", { text: texts.drop }));
    this.node = make("section", { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, onkeydown: (event) => this.key(event) },
      make("div", { class: "top" }, make("span", { class: "face", "aria-hidden": "true" }, mark(36)),
        make("div", { class: "names" }, this.title, this.status), this.caller, this.menu.node, this.closer),
      this.banner, chat.thread.node, this.strip, this.ground, this.spoken, this.drop);
    this.dragging();
  }

  key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      this.chat.close();
    }
    if (event.key === "Tab" && this.node.getAttribute("aria-modal") === "true") this.keepInside(event);
  }

  /** Where the window fills the screen, Tab stays in it. */
  keepInside(event) {
    const all = [...this.node.querySelectorAll("a[href], button:not(:disabled), textarea, input:not([hidden]), audio, [tabindex='0']")]
      .filter((one) => one.getClientRects().length && one.tabIndex >= 0 && !one.closest("[inert]"))
      .concat(this.chat.calls.buttons());
    let here = this.node.getRootNode().activeElement;
    while (here && here.shadowRoot && here.shadowRoot.activeElement) here = here.shadowRoot.activeElement;
    const [first, last] = [all[0], all[all.length - 1]];
    if (event.shiftKey ? here === first : here === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  dragging() {
    let depth = 0;
    const withFiles = (event) => this.chat.settings.uploads && [...(event.dataTransfer ? event.dataTransfer.types : [])].includes("Files");
    const show = (shown) => {
      depth = shown ? depth : 0;
      this.drop.hidden = !shown;
    };
    this.node.addEventListener("dragenter", (event) => {
      if (!withFiles(event)) return;
      depth += 1;
      show(true);
    });
    this.node.addEventListener("dragleave", () => {
      depth = Math.max(0, depth - 1);
      if (!depth) show(false);
    });
    this.node.addEventListener("dragover", (event) => {
      if (withFiles(event)) event.preventDefault();
    });
    this.node.addEventListener("drop", (event) => {
      if (!withFiles(event)) return;
      event.preventDefault();
      show(false);
      if (this.chat.mayWrite) this.chat.uploads.add([...event.dataTransfer.files]);
    });
  }

  /** Said to those who do not see it. */
  say(text) {
    this.spoken.textContent = text;
  }

  /** A line above the composer, until `clear`. */
  note(text, kind) {
    this.strip.replaceChildren();
    this.strip.hidden = !text;
    if (!text) return;
    this.strip.className = `strip ${kind || ""}`;
    this.strip.append(make("span", { text }));
    this.say(text);
  }

  /** A question in place of the composer. */
  ask(node) {
    this.ground.replaceChildren(node);
  }
}

class Launcher {
  constructor(chat) {
    this.chat = chat;
    this.badge = make("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    this.node = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => chat.toggle() },
      icon("chat", 28), icon("down", 28), this.badge);
    this.teaser = make("div", { class: "teaser", role: "status" });
    this.show(0);
  }

  show(count) {
    const { texts, isOpen } = this.chat;
    this.badge.hidden = !count || isOpen;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    const label = isOpen ? texts.close : count ? filled(texts.launchUnread, { count }) : texts.launch;
    this.node.setAttribute("aria-label", label);
    this.node.title = isOpen ? texts.close : texts.launch;
    this.node.setAttribute("aria-expanded", String(isOpen));
    this.node.classList.toggle("open", isOpen);
  }

  tease(text, opened, closed) {
    const { texts } = this.chat;
    this.teaser.replaceChildren(
      make("button", { type: "button", class: "teaser-text", dir: "auto", text, onclick: opened }),
      iconButton("close", texts.teaserClose, closed, { size: 16 }));
  }

  untease() {
    this.teaser.replaceChildren();
  }
}
