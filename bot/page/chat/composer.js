// Where the customer writes, adds files and speaks.

class Composer {
  constructor(chat) {
    this.chat = chat;
    const { texts } = chat;
    this.text = make("textarea", {
      id: "text", rows: "1", placeholder: texts.placeholder, autocomplete: "off", enterkeyhint: "send", dir: "auto",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.pasted(event),
    });
    this.send = iconButton("send", texts.send, null, { type: "submit", class: "tool send" });
    this.speak = iconButton("voice", texts.voice, () => this.record(), { hidden: true });
    this.picker = make("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => this.picked() });
    this.attach = iconButton("attach", texts.attach, () => this.picker.click(), { hidden: true });
    this.left = make("p", { class: "left", hidden: true, role: "status" });
    this.line = make("div", { class: "line" }, this.attach, make("label", { class: "only", for: "text", text: texts.message }), this.text, this.speak, this.send);
    this.form = make("form", { class: "composer", novalidate: true, onsubmit: (event) => this.submit(event) }, this.left, this.line, this.picker);
    this.node = this.form;
    this.restore();
  }

  restore() {
    this.text.value = this.chat.store.get("draft", "sessionStorage") || "";
    this.fit();
  }

  /** What may be sent is known when the server has told. */
  settle() {
    const { uploads, voice, max_text: most } = this.chat.settings;
    this.most = most || 5000;
    this.attach.hidden = !uploads;
    if (uploads && Array.isArray(uploads.types)) this.picker.accept = uploads.types.filter((type) => !type.startsWith("audio/")).join(",");
    this.hears = Boolean(voice && uploads && Recorder.possible());
    this.fit();
  }

  get value() {
    return this.text.value.trim();
  }

  set value(text) {
    this.text.value = text;
    this.typed();
  }

  focus() {
    if (this.recording) this.recording.done.focus();
    else this.text.focus({ preventScroll: true });
  }

  fit() {
    const written = this.value !== "";
    this.send.setAttribute("aria-disabled", String(!written || this.over > 0));
    this.speak.hidden = written || !this.hears;
    this.send.hidden = !written && Boolean(this.hears);
    this.text.style.height = "auto";
    if (this.text.scrollHeight) this.text.style.height = `${Math.min(this.text.scrollHeight, 132)}px`;
  }

  get over() {
    return [...this.text.value].length - (this.most || 5000);
  }

  typed() {
    this.chat.store.set("draft", this.text.value, "sessionStorage");
    const left = -this.over;
    this.left.hidden = left > 200;
    this.left.classList.toggle("over", left < 0);
    this.left.textContent = left > 200 ? "" : filled(this.chat.texts.left, { count: left });
    this.fit();
    this.chat.isTyping();
  }

  key(event) {
    // An input method uses Enter to choose a word; Shift and Enter begin a new line.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.value;
    if (!text || this.over > 0) return;
    this.value = "";
    this.chat.say(text);
    this.focus();
  }

  picked() {
    this.chat.uploads.add([...this.picker.files]);
    this.picker.value = "";
  }

  pasted(event) {
    const files = [...(event.clipboardData ? event.clipboardData.files : [])];
    if (!files.length || this.attach.hidden) return;
    event.preventDefault();
    this.chat.uploads.add(files);
  }

  // A voice note takes the line's place while it is recorded.

  async record() {
    const { texts, language } = this.chat;
    const clock = make("span", { class: "clock", "aria-hidden": "true", text: "0:00" });
    const recorder = new Recorder();
    try {
      await recorder.start(
        (passed) => {
          const seconds = Math.floor(passed / 1000);
          clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        },
        (file) => this.recorded(file),
      );
    } catch {
      this.chat.note(texts.noMicrophone, "wrong");
      return;
    }
    const cancel = iconButton("trash", texts.recordCancel, () => recorder.stop(false));
    const done = iconButton("send", texts.recordSend, () => recorder.stop(true), { class: "tool send" });
    const line = make("div", { class: "line recording", role: "group", "aria-label": texts.recording, lang: language },
      cancel, make("span", { class: "pulse", "aria-hidden": "true" }), make("span", { role: "status", text: texts.recording }), clock, done);
    this.recording = { recorder, done };
    this.line.replaceWith(line);
    this.recordingLine = line;
    done.focus();
  }

  recorded(file) {
    this.recording = null;
    this.recordingLine.replaceWith(this.line);
    this.focus();
    if (file) this.chat.uploads.addOne(file, true);
  }
}
