// Texts in the visitor's language, some of them in a shop's own words.

const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

const shortOf = (language) => (language || "tr").split("-")[0];

/** Which way a language is written: `rtl` or `ltr`. */
function directionOf(language) {
  return RIGHT_TO_LEFT.includes(shortOf(language)) ? "rtl" : "ltr";
}

/** The texts of a language, by `all` of them; what `changes` (a shop's JSON file) has takes precedence where it fits. */
function textsOf(all, language, changes) {
  return changed(all[shortOf(language)] || all.tr, changes);
}

function changed(known, changes) {
  const found = { ...known };
  for (const key of Object.keys(known)) {
    const wanted = known[key];
    const value = changes && Object.prototype.hasOwnProperty.call(changes, key) ? changes[key] : undefined;
    if (Array.isArray(wanted)) {
      if (Array.isArray(value) && value.length === wanted.length && value.every((one) => typeof one === "string")) found[key] = value;
    } else if (typeof wanted === "object") {
      found[key] = changed(wanted, value);
    } else if (typeof value === "string") {
      found[key] = value;
    }
  }
  return found;
}

/** A text with its {places} filled. */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
