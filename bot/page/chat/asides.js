// What stands beside the conversation: the privacy notice, the hand-off banner, the rating, the menu.

/** The notice before the first message. `accepted()` is called when the customer goes on. */
function privacyNotice(texts, privacy, accepted) {
  const href = isText(privacy.link) ? safeAddress(privacy.link, location.href, ["http:", "https:"]) : null;
  const link = href
    ? make("a", { href, target: "_blank", rel: "noopener noreferrer" }, isText(privacy.link_text) ? privacy.link_text : texts.privacyLink, only(` (${texts.opensNew})`))
    : null;
  return make("div", { class: "notice", role: "group", "aria-labelledby": "notice" },
    make("div", { class: "notice-head" }, icon("shield", 22), make("h3", { id: "notice", text: texts.privacyTitle })),
    make("p", { dir: "auto" }, isText(privacy.text) ? privacy.text : texts.privacyText, link ? " " : null, link),
    accepted ? make("button", { type: "button", class: "primary", text: texts.privacyAccept, onclick: accepted }) : null);
}

/** Stars and a line; `sent(score, comment)`, `later()`. */
function ratingCard(texts, sent, later) {
  const face = make("output", { class: "score", text: "" });
  const name = `score-${randomId()}`;
  const send = make("button", { type: "submit", class: "primary", text: texts.rateSend, "aria-disabled": "true" });
  const stars = texts.scores.map((label, at) => {
    const input = make("input", { type: "radio", name, value: String(at + 1), id: `${name}-${at}` });
    return [input, make("label", { for: `${name}-${at}` }, icon("star", 28), only(`${at + 1}: ${label}`))];
  });
  const comment = make("textarea", { rows: "2", maxlength: "1000", dir: "auto", placeholder: texts.comment, "aria-label": texts.comment });
  const chosen = () => Number(stars.map(([input]) => input).find((input) => input.checked)?.value || 0);
  const form = make("form", {
    class: "rating",
    onchange: () => {
      stars.forEach(([, label], at) => label.classList.toggle("lit", at < chosen()));
      face.textContent = texts.scores[chosen() - 1] || "";
      send.setAttribute("aria-disabled", String(!chosen()));
    },
    onsubmit: (event) => {
      event.preventDefault();
      if (chosen()) sent(chosen(), comment.value.trim());
    },
  },
  make("fieldset", {}, make("legend", { text: texts.rateQuestion }), make("div", { class: "stars" }, ...stars.flat()), face),
  comment,
  make("div", { class: "ways" }, send, make("button", { type: "button", class: "plain", text: texts.rateLater, onclick: later })));
  return form;
}

/** Who is there: nobody is, somebody comes, somebody is there. */
function handoffBanner(texts, state, name) {
  if (state !== "waiting" && state !== "joined") return null;
  const words = state === "waiting" ? texts.handoffWaiting : filled(texts.handoffJoined, { name });
  const sign = state === "waiting" ? make("span", { class: "turning", "aria-hidden": "true" }) : make("span", { class: "face agent", "aria-hidden": "true", text: initials(name) });
  return make("div", { class: `banner ${state}` }, sign, make("p", { text: words }));
}

/** A button with a small menu: arrows move in it, Esc closes it. `entries` gives `[icon, label, action]` when it opens. */
class Menu {
  constructor(texts, entries) {
    this.entries = entries;
    this.list = make("div", { class: "menu", role: "menu", "aria-label": texts.more, hidden: true, onkeydown: (event) => this.key(event) });
    this.button = iconButton("more", texts.more, () => this.toggle(), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.node = make("div", { class: "more" }, this.button, this.list);
    this.node.addEventListener("focusout", (event) => {
      if (this.open && !this.node.contains(event.relatedTarget)) this.close(false);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  toggle() {
    if (this.open) {
      this.close(true);
      return;
    }
    this.list.replaceChildren(...this.entries().map(([sign, label, action]) => make("button", {
      type: "button", role: "menuitem", tabindex: "-1",
      onclick: () => {
        this.close(true);
        action();
      },
    }, icon(sign, 18), make("span", { text: label }))));
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.list.firstElementChild.focus();
  }

  close(back) {
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  key(event) {
    const items = [...this.list.children];
    const at = items.indexOf(event.target.closest("button"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close(true);
    }
  }
}
