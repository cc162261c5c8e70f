// Files, photos and voice notes: checked here for kindness, by the server for safety.

const LONGEST_NOTE = 180000;
const NOTE_TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4", "audio/webm"];

/** Uploads of one chat. A file becomes a message when the server has it. */
class Uploads {
  constructor(chat) {
    this.chat = chat;
  }

  get limits() {
    return this.chat.settings.uploads || null;
  }

  add(files) {
    for (const file of files) this.addOne(file, false);
  }

  addOne(file, voice) {
    const { thread } = this.chat;
    const type = (file.type || "").split(";")[0];
    const id = randomId();
    const address = URL.createObjectURL(file);
    const row = thread.put({
      id, from: "user", time: new Date().toISOString(), upload: true,
      attachment: { url: address, name: file.name, type, size: file.size },
    });
    const wrong = this.wrong(file, type);
    if (wrong) this.fail(row, wrong, [[this.chat.texts.remove, () => this.drop(row)]]);
    else this.send(row, file, voice);
    this.chat.composer.focus();
  }

  wrong(file, type) {
    const { texts, language } = this.chat;
    const { max_bytes: most, types } = this.limits || {};
    if (!file.size) return filled(texts.emptyFile, { name: file.name });
    if (most && file.size > most) return filled(texts.tooLarge, { name: file.name, limit: size(most, texts, language) });
    if (Array.isArray(types) && !types.includes(type)) {
      return filled(texts.wrongType, { name: file.name, types: kinds(types) });
    }
    return null;
  }

  async send(row, file, voice) {
    const { chat } = this;
    const { texts } = chat;
    row.failed = null;
    const bar = make("div", { class: "bar", role: "progressbar", "aria-label": filled(texts.uploading, { name: file.name }), "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, make("i"));
    const progress = make("div", { class: "progress" }, bar, make("button", { type: "button", text: texts.cancel, onclick: () => this.drop(row) }));
    row.node.append(progress);
    chat.thread.drawMeta(row);
    chat.toEnd();
    const again = [[texts.again, () => this.send(row, file, voice)], [texts.remove, () => this.drop(row)]];
    try {
      await chat.ready();
      if (row.dropped) return;
      const stored = await this.post(row, file, (share) => {
        bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
        bar.firstElementChild.style.width = `${share * 100}%`;
      });
      progress.remove();
      row.upload = false;
      row.posted = true;
      chat.link.post({ type: "upload", id: row.id, upload_id: stored.upload_id, ...(voice ? { voice: true } : {}) });
      chat.thread.drawMeta(row);
    } catch (error) {
      progress.remove();
      if (row.dropped) return;
      this.fail(row, error.shown || filled(texts.uploadFailed, { name: file.name }), error.final ? again.slice(1) : again);
    }
  }

  post(row, file, told) {
    const { link } = this.chat;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      row.request = request;
      request.open("POST", link.address("webhooks/chat/uploads"));
      request.setRequestHeader("Authorization", `Bearer ${link.token}`);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) told(event.loaded / event.total);
      });
      request.addEventListener("load", () => {
        const answer = request.response || {};
        if (request.status >= 200 && request.status < 300 && answer.upload_id) {
          resolve(answer);
          return;
        }
        const error = new Error(`status ${request.status}`);
        error.shown = this.refusal(request.status, file);
        error.final = request.status >= 400 && request.status < 500 && ![401, 408, 429].includes(request.status);
        reject(error);
      });
      for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => reject(new Error(end)));
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  /** Why the server does not take it, as the customer should hear it. */
  refusal(status, file) {
    const { texts, language } = this.chat;
    const { max_bytes: most, types } = this.limits || {};
    if (status === 413) return filled(texts.tooLarge, { name: file.name, limit: size(most || 0, texts, language) });
    if (status === 415) return filled(texts.wrongType, { name: file.name, types: kinds(types || []) });
    if (status === 422) return filled(texts.unsafeFile, { name: file.name });
    if (status === 429) return texts.tooManyFiles;
    return null;
  }

  fail(row, text, ways) {
    row.failed = { text, ways };
    this.chat.thread.drawMeta(row);
  }

  drop(row) {
    row.dropped = true;
    if (row.request) row.request.abort();
    URL.revokeObjectURL(row.attachment.url);
    this.chat.thread.remove(row);
    this.chat.composer.focus();
  }
}

/** "image/jpeg" and the like, as people know them. */
function kinds(types) {
  const named = types.filter((type) => !type.startsWith("audio/")).map((type) => type.split("/").pop().replace("jpeg", "jpg").replace(/^x-/, ""));
  return [...new Set(named)].join(", ");
}

/** Records one voice note: `ended(file)` gets it, or null when it was thrown away. */
class Recorder {
  static possible() {
    return Boolean(window.MediaRecorder && navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  }

  async start(ticked, ended) {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const type = NOTE_TYPES.find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type } : {});
    const pieces = [];
    this.keep = true;
    this.began = performance.now();
    this.recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    this.recorder.addEventListener("stop", () => {
      clearInterval(this.timer);
      for (const track of this.stream.getTracks()) track.stop();
      const kind = (this.recorder.mimeType || type || "audio/webm").split(";")[0];
      const ending = { "audio/mp4": "m4a", "audio/ogg": "ogg" }[kind] || "webm";
      const file = this.keep && pieces.length ? new File(pieces, `ses-${Date.now()}.${ending}`, { type: kind }) : null;
      ended(file);
    });
    this.timer = setInterval(() => {
      const passed = performance.now() - this.began;
      ticked(passed);
      if (passed > LONGEST_NOTE) this.stop(true);
    }, 200);
    this.recorder.start(1000);
  }

  stop(keep) {
    this.keep = keep;
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
  }
}
