"use strict";
const talk = document.getElementById("talk");
const wire = document.getElementById("wire");
const state = document.getElementById("state");
const ticks = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "✗" };
const rank = { sent: 1, delivered: 2, read: 3, failed: 4 };

const say = (content) =>
  fetch("/phone/say", { method: "POST", body: JSON.stringify(content) });

function bubble(mine, id) {
  const item = document.createElement("li");
  if (mine) item.className = "mine";
  if (id) item.dataset.id = id;
  talk.append(item);
  return item;
}

function line(item, text) {
  if (!text) return;
  const part = document.createElement("div");
  part.textContent = text;
  item.append(part);
}

function button(item, title, description, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.textContent = title;
  if (description) {
    const small = document.createElement("small");
    small.textContent = description;
    one.append(small);
  }
  one.addEventListener("click", act);
  item.append(one);
}

function media(item, kind, source) {
  if (kind === "image" && source.link) {
    const image = document.createElement("img");
    image.src = source.link;
    image.alt = source.caption || "";
    item.append(image);
  } else line(item, `[${kind}] ${source.filename || source.link || source.id || ""}`);
  line(item, source.caption);
}

function interactive(item, content) {
  const header = content.header;
  if (header) header.type === "text" ? line(item, header.text) : media(item, header.type, header[header.type]);
  line(item, content.body && content.body.text);
  line(item, content.footer && content.footer.text);
  const context = { from: "902120000000", id: item.dataset.id };
  const reply = (type, value) => say({ type: "interactive", context, interactive: { type, [type]: value } });
  const action = content.action;
  for (const one of action.buttons || [])
    button(item, one.reply.title, "", () => reply("button_reply", one.reply));
  for (const section of action.sections || [])
    for (const row of section.rows || []) button(item, row.title, row.description, () => reply("list_reply", row));
  if (action.name === "send_location") button(item, "📍 Konum gönder", "", sendPlace);
  if (action.name === "cta_url") button(item, "↗ " + action.parameters.display_text, action.parameters.url, () => {});
}

const shows = {
  said({ id, content }) {
    const item = bubble(true, id);
    const inner = content[content.type] || {};
    const tapped = inner[inner.type] || {};
    line(item, inner.body || tapped.title || `[${content.type}] ${inner.caption || ""}`);
  },
  sent({ id, body }) {
    const item = bubble(false, id);
    const content = body[body.type];
    if (body.type === "text") line(item, content.body);
    else if (body.type === "interactive") interactive(item, content);
    else if (["image", "video", "audio", "document", "sticker"].includes(body.type)) media(item, body.type, content);
    else line(item, `[${body.type}] ${JSON.stringify(content)}`);
    const tick = document.createElement("span");
    tick.className = "tick";
    item.append(tick);
    note(JSON.stringify(body));
  },
  status({ id, status }) {
    const item = talk.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!item || (rank[item.dataset.status] || 0) >= rank[status]) return;
    item.dataset.status = status;
    const tick = item.querySelector(".tick");
    tick.textContent = ticks[status] || "";
    tick.className = "tick " + status;
  },
  refused({ code, details }) {
    const item = bubble(false);
    item.className = "refused";
    line(item, `WhatsApp kabul etmedi (${code}): ${details}`);
  },
};

function note(text) {
  const item = document.createElement("li");
  item.textContent = text;
  wire.prepend(item);
}

function sendPlace() {
  say({ type: "location", location: { latitude: 40.9903, longitude: 29.0275, name: "Kadıköy" } });
}

document.getElementById("place").addEventListener("click", sendPlace);
document.getElementById("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("text");
  if (field.value.trim()) say({ type: "text", text: { body: field.value } });
  field.value = "";
});
document.getElementById("file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  const answer = await fetch("/phone/upload", { method: "POST", body: file, headers: { "Content-Type": file.type } });
  const { id } = await answer.json();
  const family = file.type.split("/")[0];
  const kind = ["image", "video", "audio"].includes(family) ? family : "document";
  const more = kind === "document" ? { filename: file.name } : kind === "audio" ? { voice: true } : {};
  say({ type: kind, [kind]: { id, mime_type: file.type, ...more } });
  event.target.value = "";
});

const events = new EventSource("/phone/events");
events.onopen = () => { state.textContent = "çevrimiçi"; talk.replaceChildren(); wire.replaceChildren(); };
events.onerror = () => { state.textContent = "bağlantı yok"; };
events.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  shows[event.event](event);
  talk.scrollTop = talk.scrollHeight;
};
