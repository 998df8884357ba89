// Small parts that several panels are made of.

import { say, yen } from "./words.js";

/** An element with attributes and children; `on` holds what a click does. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      element.addEventListener("click", value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== undefined && value !== null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button; `key` finds it again after its panel was drawn anew. */
export function button(key, label, on, attributes = {}) {
  return make("button", { type: "button", "data-key": key, on, ...attributes }, label);
}

/** A note or coin: a plain coloured shape with its value and 「見本」 (K31). */
export function piece(value) {
  const kind = value >= 1000 ? "note" : "coin";
  return make(
    "span",
    { class: `${kind} yen${value}`, "aria-hidden": "true" },
    make("b", {}, Number(value).toLocaleString("ja-JP")),
    make("small", {}, "見本"),
  );
}

export function pieceButton(key, value, on) {
  const label = say("insert", { piece: yen(value) });
  return button(key, piece(value), on, { class: "piece", "aria-label": label, title: label });
}

export function panelHead(id, title, lamp) {
  return make("div", { class: "panel-head" }, make("h2", { id: `${id}-title` }, title), lamp);
}

/** What the machine says of a device: colour, sign and words. */
export function lamp(tone, words) {
  const sign = { good: "●", warn: "▲", bad: "■" }[tone];
  return make("span", { class: `lamp ${tone}`, title: words }, make("span", { "aria-hidden": "true" }, sign), words);
}

/** Draws a panel anew if what it shows has changed, and gives the focus back to the same button. */
const shown = new Map();
export function draw(id, what, build) {
  const now = JSON.stringify(what);
  if (shown.get(id) === now) {
    return;
  }
  shown.set(id, now);
  const panel = document.getElementById(id);
  const focused = panel.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const scrolled = [...panel.querySelectorAll("[data-scroll]")].map((part) => part.scrollTop);
  panel.replaceChildren(...build().filter(Boolean));
  panel.querySelectorAll("[data-scroll]").forEach((part, index) => (part.scrollTop = scrolled[index] ?? 0));
  if (focused) {
    panel.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** Everything is drawn anew: the language has changed. */
export function forgetDrawn() {
  shown.clear();
}
