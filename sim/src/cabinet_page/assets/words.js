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

/** The machine's own short words, as "ready; hopper 100 nothing left to pay out". */
export function translate(sentence) {
  return sentence.split("; ").map(translatePart).join(say("and"));
}

function translatePart(part) {
  const exact = find(`machine/${part}`);
  if (exact) {
    return exact;
  }
  const whose = part.match(/^(acceptor|hopper|drum) ?(\d*) (.*)$/);
  if (whose) {
    return say(`places/${whose[1]}`, { value: whose[2] }) + " " + translatePart(whose[3]);
  }
  const caused = part.match(/^([^:]+): (.*)$/);
  if (caused && find(`machine/${caused[1]}`)) {
    return `${find(`machine/${caused[1]}`)} (${translatePart(caused[2])})`;
  }
  const coded = part.match(/^(.*), code (\w+)$/);
  return coded ? `${translatePart(coded[1])} (${coded[2]})` : part;
}

/** The words for a place, as "hopper 100" or "cash_box". */
export function place(name) {
  const [kind, value] = name.replace("cash_box", "cash box").replace("coin_box", "coin box").split(/ (?=\d)/);
  return say(`places/${kind}`, { value: value ?? "" });
}
