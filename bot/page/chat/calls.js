// "Sesli görüş": a call in the same conversation. Its script is fetched when somebody wants to speak, and not before.

class Calls {
  constructor(chat) {
    this.chat = chat;
  }

  async open() {
    const { chat } = this;
    if (this.cover) return;
    // Who has not read the notice yet is shown it first.
    if (!chat.mayWrite) {
      chat.focusInside();
      return;
    }
    const cover = (this.cover = make("div", { class: "calling", onkeydown: (event) => this.key(event) }));
    const { panel, link, settings } = chat;
    try {
      const { openCall } = await import(new URL("santral-call.js", link.address(settings.calls)).href);
      if (this.cover !== cover) return;
      panel.node.append(cover);
      for (const one of panel.node.children) one.inert = one !== cover && one !== panel.spoken;
      this.call = openCall(cover, {
        language: chat.language,
        direction: chat.root.dir,
        texts: chat.callTexts,
        title: chat.title,
        token: () => chat.ready().then(() => link.token),
        back: () => this.close(),
      });
      this.call.theme(chat.root.dataset.scheme);
      this.call.dial();
      this.call.view.dialler.focus();
      chat.tellPage("call");
    } catch {
      this.close();
      chat.note(chat.texts.callFailed, "wrong");
    }
  }

  /** Escape leaves a call that is over, and ends none by mistake. */
  key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (this.call && this.call.state === "idle") this.close();
  }

  close(focus = true) {
    const { cover, call } = this;
    if (!cover) return;
    this.cover = this.call = null;
    if (call) call.close();
    cover.remove();
    const { panel } = this.chat;
    for (const one of panel.node.children) one.inert = false;
    this.chat.toEnd();
    if (focus) panel.caller.focus();
  }

  /** What can be reached by Tab in it, in order. */
  buttons() {
    const found = this.call ? [...this.call.host.shadowRoot.querySelectorAll("button:not(:disabled), [tabindex='0']")] : [];
    return found.filter((one) => one.getClientRects().length);
  }
}
