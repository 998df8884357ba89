// The words of the page: one file a language. What is missing shows its key, so that it is seen and mended.

const LANGUAGES = ["ja", "en"];
let words = {};
let language = LANGUAGES[0];

export async function chooseLanguage(wanted) {
  language = LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
  const answer = await fetch(`/words/${language}.json`);
  words = await answer.json();
  document.documentElement.lang = language;
}

export function otherLanguage() {
  return LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
}

/** Of words that come in every language, those in the chosen one. */
export function inLanguage(all) {
  return all[language];
}

/** The words under a key such as "kiosk.title", or undefined. */
export function find(key) {
  let found = words;
  for (const part of key.split("/")) {
    found = found?.[part];
  }
  return typeof found === "string" ? found : undefined;
}

/** The words under a key such as "kiosk/title", with every {name} replaced. */
export function say(key, values = {}) {
  const text = find(key) ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function yen(amount) {
  return say("yen", { amount: Number(amount).toLocaleString("ja-JP") });
}

/** The words for a place as the models of the devices call it, for instance "hopper 100" or "cash_box". */
export function place(name) {
  const [kind, value] = name.split(" ");
  return say(`places/${kind}`, { value: value ?? "" });
}
