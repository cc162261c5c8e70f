// The demo shop: a cart in this tab, a theme, a language for the chat, and buttons that ask something in the chat.
"use strict";

const part = (id) => document.getElementById(id);
const script = part("chat");
const lira = new Intl.NumberFormat("tr", { maximumFractionDigits: 0 });

const kept = {
  get(area, key) {
    try { return window[area].getItem(`shop:${key}`); } catch { return null; }
  },
  set(area, key, value) {
    try { window[area].setItem(`shop:${key}`, value); } catch { /* forbidden */ }
  },
};

// The chat's script runs after this one and reads what is set here.

const asked = new URLSearchParams(location.search);
const language = asked.get("dil") || kept.get("sessionStorage", "language") || "tr";
kept.set("sessionStorage", "language", language);
script.dataset.language = language;
if (language === "ar") script.dataset.texts = script.dataset.textsAr;
if (language === "en") script.dataset.title = "Santral Shop";
part("language").value = language;
part("language").addEventListener("change", (event) => {
  kept.set("sessionStorage", "language", event.target.value);
  location.search = "";
  if (!location.search) location.reload();
});

let theme = asked.get("tema") || kept.get("sessionStorage", "theme") || "auto";
function showTheme() {
  document.documentElement.dataset.theme = theme;
  script.dataset.theme = theme;
  if (window.SantralChat) window.SantralChat.theme(theme);
}
showTheme();
part("theme").addEventListener("click", () => {
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  theme = dark ? "light" : "dark";
  kept.set("sessionStorage", "theme", theme);
  showTheme();
});

// Cart

let cart = [];
try { cart = JSON.parse(kept.get("sessionStorage", "cart") || "[]"); } catch { cart = []; }

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function showCart() {
  const total = cart.reduce((sum, one) => sum + one.price, 0);
  part("count").textContent = String(cart.length);
  kept.set("sessionStorage", "cart", JSON.stringify(cart));
  if (window.SantralChat) window.SantralChat.cart({ total, items: cart.length });
  const lines = part("lines");
  if (!lines) return;
  lines.replaceChildren(...cart.map((one, at) => {
    const line = document.createElement("li");
    const drop = element("button", "ask", "Çıkar");
    drop.type = "button";
    drop.setAttribute("aria-label", `${one.name} ürününü çıkar`);
    drop.addEventListener("click", () => {
      cart.splice(at, 1);
      showCart();
    });
    line.append(element("span", "", one.name), element("b", "", `${lira.format(one.price)} TL`), drop);
    return line;
  }));
  part("empty").hidden = cart.length > 0;
  part("sum").hidden = cart.length === 0;
  part("total").textContent = `${lira.format(total)} TL`;
}

for (const button of document.querySelectorAll(".add")) {
  button.addEventListener("click", () => {
    cart.push({ name: button.dataset.name, price: Number(button.dataset.price) });
    showCart();
    button.textContent = "Eklendi";
    setTimeout(() => { button.textContent = "Sepete ekle"; }, 1200);
  });
}
if (part("clear")) part("clear").addEventListener("click", () => { cart = []; showCart(); });
if (part("order")) part("order").addEventListener("click", () => {
  part("told").textContent = "Burası bir gösteri: sipariş verilmedi, ödeme alınmadı.";
});

// What asks in the chat

for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => window.SantralChat && window.SantralChat.say(button.dataset.say));
}
if (part("track")) part("track").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = part("number").value.trim();
  if (number && window.SantralChat) window.SantralChat.say(`${number} numaralı siparişim nerede?`);
});

document.addEventListener("santral:ready", showCart);
showCart();
