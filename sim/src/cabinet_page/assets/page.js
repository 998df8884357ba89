// The cabinet page: draws the newest snapshot, and sends what people do. It decides nothing.

import { button, draw, forgetDrawn, lamp, make, panelHead, piece, pieceButton } from "./parts.js";
import { chooseLanguage, find, inLanguage, otherLanguage, place, say, yen } from "./words.js";

const NOTES = [1000, 2000, 5000, 10000];
const COINS = [500, 100, 50, 10, 5, 1];
const TOAST_MS = 6000;

/** What belongs to each device in the drawer: [what to do, how to undo it, how what is to be undone is told]. */
const PAIRS = {
  note: [
    ["jam_acceptor", "clear", "jammed"],
    ["jam_payout", "clear", "will_jam"],
    ["box_out", "box_in", "cash_box_out"],
    ["stall_on", "stall_off", "stalled"],
    ["power_cut", "power_on", "power_off"],
    ["unplug", "plug", "unplugged"],
  ],
  coin: [
    ["jam_acceptor", "clear", "jammed"],
    ["stall_on", "stall_off", "stalled"],
    ["power_cut", "power_on", "power_off"],
    ["unplug", "plug", "unplugged"],
  ],
  printer: [
    ["cover_open", "cover_close", "cover_open"],
    ["paper_out", "paper_ok", "paper_out"],
    ["paper_near", "paper_ok", "paper_near"],
    // First it is about to jam, and then it is jammed.
    ["cutter_jam", "cutter_clear", "will_jam", "jammed"],
    ["stall_on", "stall_off", "stalled"],
    ["power_cut", "power_on", "power_off"],
    ["unplug", "plug", "unplugged"],
  ],
  scanner: [["unplug", "plug", "unplugged"]],
};
const SINGLES = {
  note: ["jam_stacker", "pull_back", "box_empty", "lose_replies"],
  coin: ["return_lever", "lose_replies"],
  printer: ["lose_replies"],
  scanner: [],
};

/** The buttons of the screen's pages, for the screen as text. */
const SCREEN_BUTTONS = {
  confirm_payer: ["yes", "no"],
  key_birthday: ["delete", "confirm", "cancel"],
  keep_note: ["yes", "no", "cancel"],
  choose_method: ["pay_cash", "cancel"],
  nothing_due: ["confirm", "cancel"],
  insert_cash: ["confirm", "cancel"],
};

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0];
const BIRTHDAY_DIGITS = 4;

let state;
let asText = false;
let slid = 0;

const at = (id) => document.getElementById(id);
const device = (name) => state.devices.find((one) => one.name === name);
const page = () => state.view?.page ?? { name: "none" };

async function send(address, content = {}) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(content),
    });
    if (!answer.ok) {
      const { error, refused } = await answer.json();
      toast(refused ? inLanguage(refused) : (find(`refusals/${error}`) ?? error));
    }
  } catch {
    toast(say("gone"));
  }
}

const act = (name) => () => send("/act", { act: name });

let toastTimer;
function toast(text) {
  at("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (at("toast").textContent = ""), TOAST_MS);
}

// The kiosk screen

function drawScreen() {
  const { picture, screen_program: program } = state;
  const canShow = program === "running" && picture;
  at("picture").hidden = !canShow || asText;
  at("as-text").hidden = canShow && !asText;
  at("text-button").hidden = !canShow;
  if (canShow && at("picture").dataset.seq !== String(picture.seq)) {
    at("picture").dataset.seq = picture.seq;
    at("picture").src = `/screen.png?${picture.seq}`;
  }
  at("picture").alt = say("kiosk/alt", { page: say(`pages/${page().name}`) });
  drawSpoken();
  draw("as-text", [state.view, program, Boolean(picture), asText], screenAsText);
}

/** What would be heard at the machine. */
function drawSpoken() {
  at("spoken").hidden = !state.spoken;
  if (state.spoken) {
    at("spoken").title = say("kiosk/spoken");
    at("spoken-words").textContent = inLanguage(state.spoken);
    at("spoken-tone").textContent = say(`tones/${state.view.tone}`);
  }
}

function touch(event) {
  const image = at("picture");
  const box = image.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * state.picture.w);
  const y = Math.floor(((event.clientY - box.top) / box.height) * state.picture.h);
  const ring = make("span", { class: "touch" });
  ring.style.left = `${event.clientX - box.left}px`;
  ring.style.top = `${event.clientY - box.top}px`;
  at("glass").append(ring);
  setTimeout(() => ring.remove(), 500);
  send("/touch", { x, y });
}

function screenAsText() {
  const { name, ...facts } = page();
  const press = (which) =>
    button(`press-${which}`, find(`buttons/${name}_${which}`) ?? say(`buttons/${which}`), () => send("/press", { button: which }), {
      class: ["yes", "pay_cash", "confirm"].includes(which) ? "primary big" : "big",
      disabled: which === "confirm" && (facts.missing > 0 || facts.keyed?.length < BIRTHDAY_DIGITS),
    });
  const pressDigit = (digit) =>
    button(`press-${digit}`, String(digit), () => send("/press", { button: { digit } }), { class: "big" });
  const why = state.screen_program === "running" ? (asText ? null : "starting") : state.screen_program;
  return [
    why && make("p", { class: "note-line" }, say(`kiosk/${why}`)),
    make("h3", {}, say(`pages/${name}`)),
    make("dl", {}, Object.entries(facts).map(([key, value]) => fact(key, value))),
    state.view && state.view.call !== "none" && make("p", { class: "call-line" }, say(`call/${state.view.call}`)),
    name === "key_birthday" && make("div", { class: "number-pad" }, DIGITS.map(pressDigit)),
    make("div", { class: "screen-buttons" }, (SCREEN_BUTTONS[name] ?? []).map(press), state.view && press("call_staff")),
  ];
}

function fact(key, value) {
  const label = find(`facts/${key}`);
  if (!label || value === false || value === null) {
    return null;
  }
  return [make("dt", {}, label), make("dd", {}, factText(key, value))];
}

function factText(key, value) {
  switch (key) {
    case "accepting":
      return value.map((kind) => Number(kind).toLocaleString("ja-JP")).join(" ");
    case "at":
      return `${value.year}/${value.month}/${value.day} ${value.hour}:${String(value.minute).padStart(2, "0")}`;
    case "keyed":
      return value.padEnd(BIRTHDAY_DIGITS, "_");
    case "payer":
      return `${value.name} (…${value.number_tail})`;
    case "receipts":
      return value.map(numbered).join(", ");
    case "code":
      return value;
    case "payment":
      return numbered(value);
    default:
      return typeof value === "number" ? yen(value) : (find(`values/${value}`) ?? String(value));
  }
}

// The cabinet

/** How well the machine says that its units are: good, warn or bad. */
const TONES = {
  note: ({ cash }) => worstTone(cash, "notes"),
  coin: ({ cash }) => worstTone(cash, "coins"),
  printer: ({ printer: { responding, cover_open: open, error, paper } }) =>
    !responding || open || error || paper === "end" ? "bad" : paper === "near_end" ? "warn" : "good",
  scanner: ({ scanner_connected: connected }) => (connected ? "good" : "bad"),
};
const toneOf = (unit) => ({ ready: "good", starting: "warn" })[unit] ?? "bad";
const toneOfUnit = ({ acceptor, hoppers = [] }) =>
  toneOf(acceptor) === "good" && hoppers.some(({ state }) => state !== "ready") ? "warn" : toneOf(acceptor);
const worstTone = (cash, kind) => {
  const tones = cash.filter(({ unit }) => unit.kind === kind).map(toneOfUnit);
  return ["bad", "warn"].find((tone) => tones.includes(tone)) ?? "good";
};

function deviceLamp(name) {
  const { unplugged, troubles } = device(name);
  if (!state.believed) {
    return lamp("bad", say("not_running"));
  }
  const tone = TONES[name](state.believed.status.units);
  const isFooled = tone === "good" && (unplugged || troubles.length > 0);
  return lamp(isFooled ? "warn" : tone, deviceWords(name));
}

/** What the machine says of a device; undefined while it does not run. */
const SAID = { note: "note_unit", coin: "coin_unit", printer: "printer", scanner: "scanner" };
const deviceWords = (name) => said()?.[SAID[name]];
const said = () => state.believed && inLanguage(state.believed.said);

function drawCards() {
  draw("cards", [state.cards, deviceWords("scanner"), device("scanner")], () => [
    panelHead("cards", say("cards/title"), deviceLamp("scanner")),
    make("div", { class: "cards" }, state.cards.map(card), byNumber()),
  ]);
}

/** Any other card, for bills that somebody has put into the folder. It keeps what is typed while the panel is drawn anew. */
const typed = make("input", { inputmode: "numeric", maxlength: "40", "data-key": "card-number" });
function byNumber() {
  typed.placeholder = say("cards/number");
  typed.setAttribute("aria-label", say("cards/number"));
  const hold = () => typed.value.trim() && send("/scan", { number: typed.value.trim() });
  typed.onkeydown = (event) => event.key === "Enter" && hold();
  return make("div", { class: "by-number" }, typed, button("hold-number", say("cards/hold_number"), hold));
}

function card(one) {
  const title = one.name ?? say(`cards/${one.kind}`);
  const due = one.due === null ? say(`cards/${one.not_payable}`) : yen(one.due);
  const isSettled = one.kind === "patient" && !one.open;
  const line = one.kind !== "patient" ? say(`cards/${one.kind}_line`) : one.open ? due : say("cards/no_bill");
  const hold = button(
    `card-${one.code}`,
    [make("b", {}, title), make("span", {}, one.code), make("small", {}, isSettled ? "" : line)],
    () => send("/scan", { card: one.code }),
    { class: `card ${one.kind} ${one.open ? "open" : ""}`, "aria-label": say("cards/hold", { title, code: one.code, line }) },
  );
  const more =
    isSettled &&
    button(`bill-${one.code}`, say("cards/new_bill"), () => send("/bill", { card: one.code }), { class: "new-bill" });
  return make("div", { class: "card-place" }, hold, more);
}

function drawNotes() {
  draw("notes", [deviceWords("note"), state.mouth, device("note")], () => [
    panelHead("notes", say("notes/title"), deviceLamp("note")),
    make("div", { class: "slot", "aria-hidden": "true" }),
    make("div", { class: "pieces" }, NOTES.map((value) => pieceButton(`note-${value}`, value, act(`note.insert.${value}`)))),
    make(
      "div",
      { class: `out ${state.mouth ? "full" : ""}` },
      make("span", {}, say("notes/mouth")),
      state.mouth ? piece(state.mouth) : make("em", {}, say("nothing")),
      button("take-note", say("take"), act("note.take"), { class: "primary", disabled: !state.mouth }),
    ),
  ]);
}

function drawCoins() {
  const total = state.tray.reduce((sum, [value, count]) => sum + value * count, 0);
  draw("coins", [deviceWords("coin"), state.tray, device("coin")], () => [
    panelHead("coins", say("coins/title"), deviceLamp("coin")),
    make("div", { class: "slot round", "aria-hidden": "true" }),
    make("div", { class: "pieces" }, COINS.map((value) => pieceButton(`coin-${value}`, value, act(`coin.insert.${value}`)))),
    make(
      "div",
      { class: `out ${total ? "full" : ""}` },
      make("span", {}, say("coins/tray")),
      total
        ? make("b", { title: state.tray.map(([value, count]) => `${yen(value)} × ${count}`).join(", ") }, yen(total))
        : make("em", {}, say("nothing")),
      button("take-coins", say("take"), act("coin.take"), { class: "primary", disabled: !total }),
    ),
  ]);
}

function drawPrinter() {
  draw("printer", [deviceWords("printer"), state.papers, device("printer")], () => {
    const waiting = state.papers.filter((paper) => !paper.taken);
    const taken = state.papers.filter((paper) => paper.taken);
    return [
      panelHead("printer", say("printer/title"), deviceLamp("printer")),
      make(
        "div",
        { class: "printer" },
        make(
          "div",
          { class: "mouth" },
          make("div", { class: "slot wide", "aria-hidden": "true" }),
          make(
            "div",
            { class: "hanging", "data-scroll": true, tabindex: waiting.length ? 0 : undefined },
            waiting.length ? waiting.map(paper) : make("em", {}, say("printer/nothing")),
          ),
        ),
        make(
          "div",
          { class: "taken" },
          button("take-paper", say("printer/take"), act("printer.tear"), {
            class: "primary",
            disabled: waiting.length === 0,
          }),
          make("p", {}, say("printer/taken")),
          make("div", { class: "pile", "data-scroll": true }, taken.length ? taken.map(thumbnail) : make("em", {}, say("nothing"))),
        ),
      ),
    ];
  });
}

function paperTitle(paper) {
  // Above the title stands the clinic.
  const title = paper.text.find((line) => /領収証|預り票/.test(line));
  const words = title ?? paper.text.find((line) => line.trim()) ?? "";
  const mark = paper.complete ? "" : say("printer/spoilt");
  return say("printer/paper", { number: paper.number, words: words.trim() }) + mark;
}

function paperImage(paper) {
  const image = make("img", { src: `/papers/${paper.number}.png`, alt: paperTitle(paper) });
  // Without a Japanese typeface there is no picture; the words are there all the same.
  image.addEventListener("error", () => image.replaceWith(make("pre", {}, paper.text.join("\n"))));
  return image;
}

function paper(one) {
  const isNew = one.number > slid;
  slid = Math.max(slid, one.number);
  return button(`paper-${one.number}`, paperImage(one), () => enlarge(one), {
    class: `paper ${isNew ? "sliding" : ""}`,
    "aria-label": say("printer/enlarge", { paper: paperTitle(one) }),
  });
}

function thumbnail(one) {
  return button(`paper-${one.number}`, paperTitle(one), () => enlarge(one), { class: "thumbnail" });
}

function enlarge(one) {
  const dialog = at("paper");
  const hold = () => {
    dialog.close();
    send("/scan", { paper: one.number });
  };
  dialog.replaceChildren(
    make(
      "div",
      { class: "panel-head" },
      make("h2", { id: "paper-title" }, paperTitle(one)),
      one.qr ? button("hold-paper", say("printer/hold"), hold) : "",
      button("close-paper", say("close"), () => dialog.close(), { class: "primary" }),
    ),
    make("div", { class: "sheet" }, paperImage(one)),
  );
  dialog.showModal();
}

// The desk

function drawDesk() {
  draw("desk", [state.believed?.calls, state.believed?.prints, state.believed?.payment, state.believed?.status.undelivered_results], () => {
    const parts = state.believed ? [...suspended(), ...calls(), ...doubtful()] : [];
    const ringing = (state.believed?.calls ?? []).some((call) => !call.answered_by);
    at("desk").classList.toggle("ringing", ringing);
    return [
      panelHead("desk", say("desk/title"), ringing ? lamp("bad", say("desk/rings")) : null),
      parts.length > 0
        ? make("ul", { class: "tasks", "data-scroll": true }, parts)
        : make("p", { class: "calm" }, state.believed ? say("desk/nothing") : say("not_running")),
    ];
  });
}

function calls() {
  return state.believed.calls.map((call, index) =>
    make(
      "li",
      { class: call.answered_by ? "" : "rings" },
      make("span", {}, say("desk/call", { reason: said().calls[index] })),
      call.answered_by
        ? make("em", {}, say("desk/answered", { by: call.answered_by }))
        : button("answer-call", say("desk/answer"), () => send("/desk/answer-call"), { class: "primary" }),
    ),
  );
}

function suspended() {
  const payment = state.believed.payment;
  if (!payment?.suspended) {
    return [];
  }
  const line = say("desk/suspended", { id: numbered(payment.id), reason: said().suspended, inserted: yen(payment.inserted) });
  return [
    make(
      "li",
      { class: "rings" },
      make("span", {}, line),
      // Taking over is what is left when the machine can do nothing more.
      payment.decisions.map((decision, index) =>
        button(`decide-${decision}`, say(`desk/${decision}`), () => send("/desk/decide", { payment: payment.id, decision }), {
          class: index === 0 ? "primary" : "",
        }),
      ),
      button("take-over", say("desk/take_over"), () => send("/desk/take-over", { payment: payment.id }), {
        class: payment.decisions.length > 0 ? "cautious" : "primary",
      }),
    ),
  ];
}

function doubtful() {
  return state.believed.prints.map((print, index) => {
    const [kind, number] = Object.entries(print.paper)[0];
    const answers = state.believed.answers[index].map((answer) =>
      button(`paper-${kind}-${number}-${answer}`, say(`desk/${answer}`), () => send("/desk/paper", { paper: print.paper, answer })),
    );
    const asks = print.doubt.begun ? "doubtful" : "held";
    const line = say(`desk/${asks}_${kind}`, { number: numbered(number), cause: said().papers[index] });
    return make("li", {}, make("span", {}, line), make("div", { class: "answers" }, answers));
  });
}

/** As it stands on papers. */
const numbered = (number) => String(number).padStart(6, "0");

/** Unknown while the machine cannot read its journal. */
const booksWord = (balanced) =>
  balanced === true ? "cash/balanced" : balanced === false ? "cash/unbalanced" : "cash/balance_unknown";

function drawCash() {
  draw("cash", [state.cash, state.believed?.status.ledger_balanced], () => {
    const heads = ["place", "believed", "is", ""].map((key) => make("th", { scope: "col" }, key && say(`cash/${key}`)));
    return [
      panelHead("cash", say("cash/title"), cashLamp()),
      make(
        "div",
        { class: "rows", "data-scroll": true },
        make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, state.cash.map(cashRow))),
      ),
      make(
        "div",
        { class: "cash-foot" },
        make("span", {}, say(booksWord(state.believed?.status.ledger_balanced))),
        button("count", say("cash/count"), () => send("/desk/count"), { title: say("cash/count_title") }),
      ),
    ];
  });
}

function cashLamp() {
  if (!state.believed) {
    return lamp("bad", say("not_running"));
  }
  const off = state.cash.filter((row) => row.believed !== row.is);
  if (off.length === 0) {
    return lamp("good", say("cash/agrees"));
  }
  return off.every(isMoving) ? lamp("warn", say("cash/moving")) : lamp("bad", say("cash/differs"));
}

const PAYING_OUT = ["take_notes", "take_coins"];

/** A piece is on its way and its place is not told yet, or comes out in a payout that has not ended. */
function isMoving(row) {
  const ofKind = state.cash.filter((other) => other.kind === row.kind);
  const more = ofKind.reduce((sum, other) => sum + other.is - other.believed, 0);
  const comesOut = more < 0 && (state.mouth === row.kind || PAYING_OUT.includes(state.view?.page.name));
  return row.place === "transport" || comesOut || (more === 0 && ofKind.some((other) => other.place === "transport"));
}

function cashRow(row) {
  const moving = isMoving(row);
  const differs = row.believed !== null && row.believed !== row.is;
  const words = !differs ? "" : moving ? say("cash/moving") : say("cash/off", { by: signed(row.is - row.believed) });
  return make(
    "tr",
    { class: differs ? (moving ? "moves" : "differs") : "" },
    make("th", { scope: "row" }, inLanguage(row.name), make("span", { class: "kind" }, kindIn(row))),
    make("td", { class: "count" }, row.believed ?? "–"),
    make("td", { class: "count" }, row.is),
    make("td", { class: "remark" }, words),
  );
}

const kindIn = (row) => (row.place.hopper ? "" : yen(row.kind));
const signed = (count) => (count > 0 ? `+${count}` : `−${-count}`);

function drawLog() {
  draw("log", state.log, () => [
    panelHead("log", say("log_title")),
    make("ol", { class: "log", "data-scroll": true }, state.log.map(logLine)),
  ]);
}

function logLine({ device: name, what, at_s: seconds }) {
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return make("li", {}, make("time", {}, time), happening(name, what));
}

function happening(name, what) {
  const variant = [what.on, what.open, what.in_place, what.complete].find((value) => value !== undefined);
  const keys = [`log/${name}/${what.happened}_${variant}`, `log/${name}/${what.happened}`];
  const key = keys.find((one) => find(one));
  const values = {
    value: what.value === undefined || what.value === null ? "" : yen(what.value),
    place: what.place ? place(what.place) : "",
    pieces: what.pieces,
    piece: what.piece,
    why: what.why ? (find(`values/${what.why}`) ?? what.why) : "",
  };
  return key ? say(key, values) : `${say(`devices/${name}`)}: ${what.happened} ${values.value}`;
}

// Trouble

function drawTrouble() {
  draw("trouble", state.devices, () => [
    make(
      "div",
      { class: "panel-head" },
      make("h2", { id: "trouble-title" }, say("trouble/title")),
      button("close-trouble", say("close"), () => showTrouble(false)),
    ),
    make("p", { class: "calm" }, say("trouble/about")),
    make(
      "div",
      { class: "devices", "data-scroll": true },
      ["note", "printer", "scanner", "coin"].map(troubleOf),
      hoppers(),
      make(
        "section",
        {},
        make("h3", {}, say("trouble/program")),
        button("restart", say("trouble/restart"), () => send("/restart"), { class: "danger" }),
      ),
    ),
  ]);
}

function troubleOf(name) {
  const { troubles, unplugged } = device(name);
  const there = unplugged ? [...troubles, "unplugged"] : troubles;
  const pairs = PAIRS[name].map(([mischief, remedy, ...signs]) => {
    const trouble = signs.find((sign) => there.includes(sign));
    const on = trouble !== undefined;
    return actButton(name, on ? remedy : mischief, { class: on ? "undo" : "", "data-trouble": trouble });
  });
  // A jam is cleared by one button, whatever was jammed.
  const singles = SINGLES[name].map((single) =>
    actButton(name, single, { disabled: single === "box_empty" && !there.includes("cash_box_out") }),
  );
  return make(
    "section",
    {},
    make("h3", {}, say(`devices/${name}`), there.length > 0 && make("em", {}, there.map((one) => say(`troubles/${one}`)).join(say("and")))),
    make("div", { class: "acts" }, pairs, singles),
  );
}

function actButton(name, what, attributes) {
  return button(`act-${name}.${what}`, say(`acts/${name}.${what}`), act(`${name}.${what}`), attributes);
}

function hoppers() {
  const row = (value) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, yen(value)),
      ["empty", "jam", "fill"].map((what) =>
        make("td", {}, button(`act-hopper.${what}.${value}`, say(`acts/hopper.${what}`), act(`hopper.${what}.${value}`), {
          "aria-label": `${yen(value)} ${say(`acts/hopper.${what}`)}`,
        })),
      ),
    );
  return make(
    "section",
    {},
    make("h3", {}, say("trouble/hoppers")),
    make("div", { class: "acts" }, [1000, 5000].map(fillDrum)),
    make("table", { class: "hoppers" }, make("tbody", {}, COINS.map(row))),
  );
}

function fillDrum(value) {
  return button(`act-note.fill.${value}`, `${yen(value)} ${say("acts/note.fill")}`, act(`note.fill.${value}`));
}

function showTrouble(open) {
  at("trouble").hidden = !open;
  at("trouble-button").setAttribute("aria-expanded", String(open));
  (open ? at("trouble").querySelector("button") : at("trouble-button"))?.focus();
}

// The hint

function hint() {
  const { name, missing } = page();
  const waiting = state.papers.some((paper) => !paper.taken);
  if (!state.believed) {
    return say("hints/none");
  }
  if (state.believed.payment?.suspended) {
    return say("hints/suspended");
  }
  if (state.mouth) {
    return say("hints/mouth", { note: yen(state.mouth) });
  }
  if (name === "insert_cash") {
    return missing > 0 ? say("hints/insert_cash", { missing: yen(missing) }) : say("hints/enough");
  }
  if (["idle", "thanks", "printing"].includes(name) && waiting) {
    return say("hints/paper");
  }
  if (["idle", "thanks", "take_coins"].includes(name) && state.tray.length > 0) {
    return say("hints/take_coins");
  }
  if (name === "take_coins") {
    return say("hints/coins_coming");
  }
  if (name === "idle" && !state.cards.some((one) => one.open)) {
    return say("hints/no_bill");
  }
  return say(`hints/${name}`);
}

function drawAll() {
  if (!state?.devices) {
    return;
  }
  if (at("hint").textContent !== hint()) {
    at("hint").textContent = hint();
  }
  drawScreen();
  drawCards();
  drawNotes();
  drawCoins();
  drawPrinter();
  drawDesk();
  drawCash();
  drawLog();
  drawTrouble();
  document.body.dataset.page = page().name;
}

async function speak(wanted) {
  await chooseLanguage(wanted);
  forgetDrawn();
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-words]")) {
    element.textContent = say(element.dataset.words.replace(".", "/"));
  }
  at("trouble-button").textContent = say("trouble/button");
  at("language-button").textContent = say("language");
  at("text-button").textContent = say(asText ? "kiosk/as_picture" : "kiosk/as_text");
  drawAll();
}

function remember(language) {
  try {
    localStorage.setItem("language", language);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

at("picture").addEventListener("click", touch);
at("trouble-button").addEventListener("click", () => showTrouble(at("trouble").hidden));
at("language-button").addEventListener("click", () => {
  const wanted = otherLanguage();
  remember(wanted);
  speak(wanted);
});
at("text-button").addEventListener("click", () => {
  asText = !asText;
  at("text-button").setAttribute("aria-pressed", String(asText));
  at("text-button").textContent = say(asText ? "kiosk/as_picture" : "kiosk/as_text");
  drawScreen();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !at("trouble").hidden && !at("paper").open) {
    showTrouble(false);
  }
});

// The page is whole as soon as it is there, and follows what happens from then on.
state = await (await fetch("/state")).json();
await speak(new URLSearchParams(location.search).get("lang") ?? remembered());
const events = new EventSource("/events");
events.addEventListener("message", (event) => {
  state = JSON.parse(event.data);
  drawAll();
});
events.addEventListener("error", () => {
  at("hint").textContent = say("gone");
});
