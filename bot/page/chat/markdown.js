// Light markdown as DOM nodes: **bold**, *italic*, ~~struck~~, `code`, [links](https://...), addresses, and lists.
// What does not fit is shown as it was written.

// Older Safari knows no lookbehind: what must stand before a mark is the group `before`.
const INLINE = [
  { at: /(?<before>)`(?<body>[^`\n]+)`/, tag: "code", plain: true },
  { at: /(?<before>)\[(?<body>[^\]\n]{1,300})\]\((?<href>[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)/ },
  { at: /(?<before>)\*\*(?=\S)(?<body>[\s\S]{0,2000}?\S)\*\*/, tag: "strong" },
  { at: /(?<before>^|[^\p{L}\p{N}*])\*(?=[^\s*])(?<body>[^*\n]{0,1000}?[^\s*])\*(?![\p{L}\p{N}*])/u, tag: "em" },
  { at: /(?<before>^|[^\p{L}\p{N}_])_(?=[^\s_])(?<body>[^_\n]{0,1000}?[^\s_])_(?![\p{L}\p{N}_])/u, tag: "em" },
  { at: /(?<before>)~~(?=\S)(?<body>[^~\n]{1,1000})~~/, tag: "s" },
];
const BARE = /https?:\/\/[^\s<>"'`]+|[\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)+/;
const BULLET = /^\s{0,3}[-*•]\s+(.*)$/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)]\s+(.*)$/;

/** Where an address that stands in a sentence ends: closing marks belong to the sentence. */
function addressIn(found) {
  let address = found.replace(/[.,;:!?'"*_~]+$/, "");
  while (/[)\]}]$/.test(address)) {
    const close = address.slice(-1);
    const open = { ")": "(", "]": "[", "}": "{" }[close];
    if (address.split(open).length >= address.split(close).length) break;
    address = address.slice(0, -1).replace(/[.,;:!?'"*_~]+$/, "");
  }
  return address;
}

function plainText(into, text, texts) {
  let rest = text;
  for (let found = BARE.exec(rest); found; found = BARE.exec(rest)) {
    const shown = addressIn(found[0]);
    const href = safeAddress(shown.includes("://") ? shown : `mailto:${shown}`);
    const end = found.index + shown.length;
    into.append(rest.slice(0, found.index), href ? anchor(href, shown, texts) : shown);
    rest = rest.slice(end);
    if (!shown.length) break;
  }
  into.append(rest);
}

function inline(into, text, texts, depth) {
  let first = null;
  for (const rule of depth < 5 ? INLINE : []) {
    const found = rule.at.exec(text);
    const start = found && found.index + found.groups.before.length;
    if (found && (!first || start < first.start)) first = { rule, found, start, end: found.index + found[0].length };
  }
  // An address that begins earlier keeps its marks: they are part of it.
  const bare = first && BARE.exec(text);
  const bareEnd = bare ? bare.index + addressIn(bare[0]).length : 0;
  if (bare && bare.index < first.start && bareEnd > first.start) {
    plainText(into, text.slice(0, bareEnd), texts);
    inline(into, text.slice(bareEnd), texts, depth);
    return;
  }
  if (!first) {
    plainText(into, text, texts);
    return;
  }
  const { rule, found, start, end } = first;
  const { body, href } = found.groups;
  plainText(into, text.slice(0, start), texts);
  if (href !== undefined) {
    const address = safeAddress(href, location.href);
    into.append(address ? anchor(address, body, texts) : text.slice(start, end));
  } else {
    const made = make(rule.tag, rule.plain ? { text: body } : {});
    if (!rule.plain) inline(made, body, texts, depth + 1);
    into.append(made);
  }
  inline(into, text.slice(end), texts, depth);
}

function lines(into, block, texts) {
  block.forEach((line, number) => {
    if (number) into.append(make("br"));
    inline(into, line, texts, 0);
  });
}

/** A list, when the block's lines from here on are items; else null. */
function listAt(rows, at, texts) {
  const bullet = BULLET.exec(rows[at]);
  const numbered = NUMBER.exec(rows[at]);
  if (!bullet && !numbered) return null;
  const made = make(bullet ? "ul" : "ol", numbered && numbered[1] !== "1" ? { start: Number(numbered[1]) } : {});
  let end = at;
  for (; end < rows.length; end += 1) {
    const found = (bullet ? BULLET : NUMBER).exec(rows[end]);
    if (!found || (numbered && Number(found[1]) !== Number(numbered[1]) + end - at)) break;
    const item = make("li");
    inline(item, found[bullet ? 1 : 2], texts, 0);
    made.append(item);
  }
  return { made, end };
}

/** What a bot or an agent wrote. */
function richText(text, texts) {
  const made = document.createDocumentFragment();
  for (const block of text.replace(/\r\n?/g, "\n").trim().split(/\n{2,}/)) {
    const rows = block.split("\n");
    let plain = [];
    const endPlain = () => {
      if (!plain.length) return;
      const paragraph = make("p");
      lines(paragraph, plain, texts);
      made.append(paragraph);
      plain = [];
    };
    for (let at = 0; at < rows.length; ) {
      const list = listAt(rows, at, texts);
      if (!list) {
        plain.push(rows[at]);
        at += 1;
        continue;
      }
      endPlain();
      made.append(list.made);
      at = list.end;
    }
    endPlain();
  }
  return made;
}

/** What the customer wrote: as written, with its addresses. */
function asWritten(text, texts) {
  const made = document.createDocumentFragment();
  text.split("\n").forEach((line, number) => {
    if (number) made.append(make("br"));
    plainText(made, line, texts);
  });
  return made;
}
