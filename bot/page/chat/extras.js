// What stands in the menu: sound, the transcript, the rating, a new conversation.

class Extras {
  constructor(chat) {
    this.chat = chat;
  }

  actions() {
    const { texts } = this.chat;
    const sounds = this.chat.store.get("sound") === "1";
    return [
      [sounds ? "mute" : "sound", sounds ? texts.soundOff : texts.soundOn, () => this.setSound(!sounds)],
      ...(this.chat.link.token ? [["download", texts.transcript, () => this.download()]] : []),
      ...(this.chat.settings.rating !== false && this.chat.link.token ? [["star", texts.rate, () => this.askRating(true)]] : []),
      ...(this.chat.link.token ? [["restart", texts.restart, () => this.askRestart()]] : []),
    ];
  }

  setSound(on) {
    this.chat.store.set("sound", on ? "1" : "0");
    if (on) this.chime();
  }

  /** Two soft notes. */
  chime() {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (this.chat.store.get("sound") !== "1" || !Audio) return;
    const context = (this.audio = this.audio || new Audio());
    [[660, 0], [880, 0.12]].forEach(([pitch, at]) => {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const start = context.currentTime + at;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.08, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.32);
    });
  }

  async download() {
    try {
      const response = await this.chat.link.fetch("webhooks/chat/transcript");
      if (!response.ok) throw new Error(`status ${response.status}`);
      const href = URL.createObjectURL(await response.blob());
      const day = new Date().toISOString().slice(0, 10);
      const made = make("a", { href, download: `${this.chat.title}-${day}.txt`, hidden: true });
      this.chat.root.append(made);
      made.click();
      made.remove();
      setTimeout(() => URL.revokeObjectURL(href), 10000);
    } catch {
      this.chat.note(this.chat.texts.transcriptFailed, "wrong");
    }
  }

  /** A question is not asked again that was answered, or put off, before the page was loaded. */
  rateAsked({ ask, seq }) {
    if (!ask || seq <= (Number(this.chat.store.get("rated")) || 0)) return;
    this.rateSeq = seq || 0;
    this.askRating();
  }

  askRating(focus) {
    const { thread } = this.chat;
    const old = thread.foot.querySelector(".rating");
    const end = (thanks) => {
      if (this.rateSeq) this.chat.store.set("rated", String(this.rateSeq));
      thread.foot.replaceChildren(...(thanks ? [make("p", { class: "thanks", text: this.chat.texts.rateThanks })] : []));
      if (thanks) this.chat.panel.say(this.chat.texts.rateThanks);
      this.chat.composer.focus();
      thread.toEnd(true);
    };
    const card = old || ratingCard(this.chat.texts, (score, comment) => {
      this.chat.link.tellSoon({ type: "rating", score, ...(comment ? { comment } : {}) });
      end(true);
    }, () => end(false));
    if (!old) thread.foot.replaceChildren(card);
    thread.toEnd(true);
    if (focus) card.querySelector("input").focus();
  }

  askRestart() {
    const { texts } = this.chat;
    const back = () => {
      this.chat.panel.ask(this.chat.composer.node);
      this.chat.composer.focus();
    };
    const yes = make("button", { type: "button", class: "primary", text: texts.restartYes, onclick: () => {
      this.chat.panel.ask(this.chat.composer.node);
      this.chat.link.forget();
      this.chat.enter();
      this.chat.composer.focus();
    } });
    this.chat.panel.ask(make("div", { class: "question", role: "group", "aria-label": texts.restart },
      make("p", { text: texts.restartQuestion }),
      make("div", { class: "ways" }, yes, make("button", { type: "button", class: "plain", text: texts.cancel, onclick: back }))));
    yes.focus();
  }
}
