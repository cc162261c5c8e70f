// What this browser remembers: the token, the outbox, what was read. A browser may forbid storage, or it may be full;
// then memory serves as long as the page lives.

class Store {
  constructor(name) {
    this.prefix = `santral:${name}:`;
    this.memory = { localStorage: new Map(), sessionStorage: new Map() };
  }

  get(key, area = "localStorage") {
    const full = this.prefix + key;
    try {
      const kept = window[area].getItem(full);
      if (kept !== null) return kept;
    } catch { /* forbidden */ }
    const kept = this.memory[area].get(full);
    return kept === undefined ? null : kept;
  }

  set(key, value, area = "localStorage") {
    const full = this.prefix + key;
    try {
      window[area].setItem(full, value);
      this.memory[area].delete(full);
    } catch {
      this.memory[area].set(full, value);
    }
  }

  remove(key, area = "localStorage") {
    const full = this.prefix + key;
    this.memory[area].delete(full);
    try { window[area].removeItem(full); } catch { /* forbidden */ }
  }

  keys(start) {
    const found = new Set(this.memory.localStorage.keys());
    try {
      for (let n = 0; n < localStorage.length; n += 1) found.add(localStorage.key(n));
    } catch { /* forbidden */ }
    const full = this.prefix + start;
    return [...found].filter((key) => key.startsWith(full)).map((key) => key.slice(this.prefix.length));
  }

  /** Calls back when another tab changes `key`. */
  watch(key, changed) {
    window.addEventListener("storage", (event) => {
      if (event.key === this.prefix + key) changed(event.newValue);
    });
  }
}

/** Random, and as a UUID is written. */
function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Frames that wait until the server has acknowledged them. Each has a key of its own, so that tabs do not overwrite
 * each other's; every tab sends what it finds, and the server takes each id once.
 */
class Outbox {
  constructor(store) {
    this.store = store;
  }

  put(frame, time) {
    this.store.set(`out:${frame.id}`, JSON.stringify({ frame, time }));
  }

  take(id) {
    this.store.remove(`out:${id}`);
  }

  /** Entries `{frame, time}`, oldest first. */
  all() {
    const entries = [];
    for (const key of this.store.keys("out:")) {
      try {
        const entry = JSON.parse(this.store.get(key));
        if (entry && entry.frame && entry.frame.id) entries.push(entry);
      } catch {
        this.store.remove(key);
      }
    }
    return entries.sort((one, other) => one.time - other.time);
  }

  clear() {
    for (const key of this.store.keys("out:")) this.store.remove(key);
  }
}
