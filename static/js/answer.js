// A paper without this module is a plain form with a “Save” button. With it, each answer is saved by itself as one
// writes: on this device at once, on the server after a pause. Answers are sent one after the other per question, each
// naming the stored one it was typed over, so that an older text never overwrites a newer one.
import "./answer_clock.js";
import "./answer_files.js";
import { token } from "./answer_token.js";

const PAUSE_MS = 1_000;
const RETRY_MS = 5_000;
const KEEP_MS = 200; // typing until a copy is kept on this device
const KEEPALIVE_CHARACTERS = 15_000; // a browser finishes no larger request for a page that is gone
const STATES = ["over", "signedOut", "failed", "conflict", "refused", "waiting", "saved"]; // the worst first
const TROUBLE = STATES.slice(0, 5);

const form = document.querySelector("#paper");
const chip = document.querySelector("#saved");
const isPreview = form && "preview" in form.dataset;
let isLeaving = false; // a form was let through

// Short enough to keep many, long enough never to meet another by chance.
function print(content) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < content.length; at += 1) {
    a = Math.imul(a ^ content.charCodeAt(at), 2654435761);
    b = Math.imul(b ^ content.charCodeAt(at), 1597334677);
  }
  return `${content.length}.${a >>> 0}.${b >>> 0}`;
}

class Answer {
  constructor(section) {
    const number = section.dataset.question;
    this.section = section;
    this.slot = `answer ${section.dataset.save}`;
    this.base = form.elements[`base-${number}`];
    this.text = form.elements[`text-${number}`];
    this.ticks = [...section.querySelectorAll(`[name=choice-${number}]`)];
    this.said = section.querySelector("[data-said]");
    this.other = section.querySelector("[data-other]");
    this.look = section.querySelector("[data-look]");
    this.known = this.read("default"); // what the server has
    this.looked = this.known; // what its rendering shows
    this.sent = []; // prints of what was sent and not yet confirmed
    this.state = "saved";
    this.isDirty = false;
    section.addEventListener("input", (event) => event.target.type !== "file" && this.touched());
    section.addEventListener("focusout", () => this.save());
    section.addEventListener("files-changed", (event) => this.filed(event.detail));
    this.look?.addEventListener("toggle", () => this.lookUp());
    section.querySelector("[data-keep]").addEventListener("click", () => this.choose());
    section.querySelector("[data-take]").addEventListener("click", () => this.choose(this.offered));
    section.querySelector("[data-choose]").hidden = false;
    section.querySelector("[data-plain]").hidden = true;
    if (isPreview) return;
    if ("unsaved" in section.dataset) this.reopen();
    else this.restore();
    // Somebody types faster than this file arrives, or the browser filled in what was there before.
    if (!this.isDirty && this.state === "saved" && this.read() !== this.known) this.touched();
  }

  read(which = "") {
    const field = which ? ["defaultValue", "defaultChecked"] : ["value", "checked"];
    const choices = this.ticks.filter((tick) => tick[field[1]]).map((tick) => Number(tick.value));
    return JSON.stringify({ text: this.text?.[field[0]] ?? "", choices });
  }

  write(content) {
    const { text, choices } = JSON.parse(content);
    if (this.text) this.text.value = text;
    for (const tick of this.ticks) tick.checked = choices.includes(Number(tick.value));
    grow(this.text);
  }

  get isAnswered() {
    const { text, choices } = JSON.parse(this.read());
    return Boolean(text.trim() || choices.length || this.section.querySelector("[data-file]"));
  }

  // The copy on this device. Storage may be full or forbidden: the server's copy is then the only one.
  keep() {
    clearTimeout(this.keeper);
    const copy = { content: this.read(), base: this.base.value, at: Date.now(), sent: this.sent };
    try {
      if (copy.content === this.known) localStorage.removeItem(this.slot);
      else localStorage.setItem(this.slot, JSON.stringify(copy));
    } catch {}
  }

  restore() {
    let copy = null;
    try {
      copy = JSON.parse(localStorage.getItem(this.slot));
    } catch {}
    if (!copy || copy.content === this.known) return;
    const isMine = copy.base === this.base.value || copy.sent.includes(print(this.known));
    if (!isMine && copy.at < Date.parse(this.base.value)) return this.offer(copy.content, "here");
    if (!isMine) this.base.value = copy.base; // the server then says what it has instead
    this.sent = copy.sent;
    this.write(copy.content);
    this.touched();
  }

  // What was sent without this module and refused; what is stored instead may stand beside it.
  reopen() {
    this.known = null;
    if (this.other.hidden) this.touched();
    else this.show("conflict");
  }

  touched() {
    this.isDirty = true;
    count();
    if (isPreview) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.lookUp(), PAUSE_MS);
      return;
    }
    if (this.state !== "over") this.show("waiting");
    clearTimeout(this.keeper);
    this.keeper = setTimeout(() => this.keep(), KEEP_MS);
    this.later(PAUSE_MS);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  show(state, sentence = "") {
    this.state = state;
    this.said.textContent = sentence;
    this.said.hidden = !sentence;
    showAll();
  }

  async save() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (isPreview || !this.isDirty || this.state === "over") return;
    this.isDirty = false;
    this.saving = this.send();
    await this.saving;
    this.saving = null;
    this.keep();
    if (this.isDirty) this.later(this.state === "waiting" ? PAUSE_MS : RETRY_MS);
  }

  fields() {
    const fields = new FormData();
    fields.append("csrfmiddlewaretoken", token());
    fields.append(this.base.name, this.base.value);
    const { text, choices } = JSON.parse(this.read());
    if (this.text) fields.append(this.text.name, text);
    for (const choice of choices) fields.append(this.ticks[0].name, choice);
    if (this.look?.open) fields.append("look", "1");
    return fields;
  }

  async send() {
    const content = this.read();
    this.sent = [...this.sent.slice(-9), print(content)];
    this.keep();
    const answer = await fetch(this.section.dataset.save, {
      method: "POST",
      body: this.fields(),
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive: content.length < KEEPALIVE_CHARACTERS,
    }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (answer?.type === "opaqueredirect") return this.again("signedOut");
    // Only an answer with a time says that the text was saved.
    if (answer?.ok && typeof told?.saved_at === "string") return this.saved(content, told);
    if (answer?.status === 409 && told?.current) return this.changed(content, told);
    if (answer?.status === 409 && told?.is_over) return this.over(told.message);
    if (answer?.status === 422 && told) return this.show(this.isDirty ? "waiting" : "refused", told.message);
    return this.again("failed");
  }

  again(state) {
    this.isDirty = true;
    this.show(state);
  }

  saved(content, told) {
    this.known = content;
    this.base.value = told.saved_at;
    this.sent = [];
    this.section.querySelector("[data-hint]").textContent = told.hint;
    if ("look" in told) this.render(content, told.look);
    this.show(this.isDirty ? "waiting" : "saved");
  }

  // Stored since: by a request of ours whose answer was lost, or by somebody at another window.
  changed(content, { message, current }) {
    const stored = JSON.stringify({ text: current.text.replaceAll("\r\n", "\n"), choices: current.choices });
    const isOurs = stored === this.known || this.sent.includes(print(stored));
    this.base.value = current.saved_at;
    this.known = stored;
    this.sent = [];
    if (isOurs) {
      this.isDirty = true;
      return this.show("waiting");
    }
    this.offer(stored, "stored", message);
  }

  // Another text stands beside the field until one of both is chosen, or something is typed on.
  offer(content, from, sentence = "") {
    this.offered = content;
    const { text, choices } = JSON.parse(content);
    const labels = this.ticks.filter((tick) => choices.includes(Number(tick.value)));
    const lines = labels.map((tick) => tick.closest("label").innerText.trim());
    this.other.querySelector("[data-other-text]").textContent = [text, ...lines].filter(Boolean).join("\n") || "–";
    this.other.querySelector("[data-other-title]").textContent = this.other.dataset[from];
    this.other.hidden = false;
    this.show(this.isDirty ? "waiting" : "conflict", sentence);
  }

  choose(content) {
    if (content) this.write(content);
    this.other.hidden = true;
    this.known = null; // so that even an untouched field is sent, and answered
    this.touched();
    this.save();
    (this.text ?? this.ticks[0] ?? this.section).focus();
  }

  over(message) {
    this.isDirty = true;
    for (const answer of answers) if (answer.isDirty || answer.saving) answer.show("over");
    const problem = document.querySelector("#paper-problem");
    problem.textContent = message;
    problem.hidden = false;
  }

  filed({ saved_at: savedAt }) {
    if (!this.base.value) this.base.value = savedAt;
    count();
  }

  render(content, html) {
    this.looked = content;
    this.look.querySelector("[data-look-text]").innerHTML = html; // cleaned by the server
  }

  async lookUp() {
    if (!this.look?.open || this.looked === this.read()) return;
    if (!isPreview) {
      this.isDirty = true;
      return this.save();
    }
    const content = this.read();
    const headers = { Accept: "application/json" };
    const answer = await fetch(this.section.dataset.save, { method: "POST", body: this.fields(), headers }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!told?.look) return;
    this.section.querySelector("[data-hint]").textContent = told.hint;
    this.render(content, told.look);
  }

  get isSafe() {
    return !this.isDirty && !this.saving && this.state === "saved";
  }
}

// A box as high as its text, where the browser does not see to that itself.
function grow(box) {
  if (!box?.classList.contains("grows") || CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 4}px`;
}

function count() {
  document.querySelector("#answered").textContent = answers.filter((answer) => answer.isAnswered).length;
}

function showAll() {
  if (!chip) return;
  const state = STATES.find((one) => answers.some((answer) => answer.state === one)) ?? "saved";
  if (chip.textContent !== chip.dataset[state]) chip.textContent = chip.dataset[state];
  chip.classList.toggle("text-bg-danger", TROUBLE.includes(state));
  chip.classList.toggle("text-bg-secondary", !TROUBLE.includes(state));
}

async function saveAll() {
  await Promise.all(answers.map((answer) => answer.save()));
  return answers.find((answer) => !answer.isSafe);
}

// A form leaves this page only when everything typed is stored.
async function leave(event) {
  token();
  if (isLeaving || isPreview) return isPreview && event.target === form && event.preventDefault();
  const stays = event.target === form && event.submitter?.value === "stay";
  const isSafe = answers.every((answer) => answer.isSafe || answer.state === "over");
  if (isSafe && !stays) {
    isLeaving = true;
    return;
  }
  event.preventDefault();
  const { target, submitter } = event;
  const left = await saveAll();
  if (left) {
    left.section.scrollIntoView();
    left.section.focus({ preventScroll: true });
  } else if (!stays) {
    isLeaving = true;
    target.requestSubmit(submitter);
  }
}

const answers = [];
if (form) {
  for (const section of form.querySelectorAll("[data-question]")) answers.push(new Answer(section));
  count();
  showAll();
  form.addEventListener("input", (event) => grow(event.target));
  form.querySelectorAll("textarea").forEach(grow);
  // Enter in a line of text saves it; only the button at the end hands in.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input:not([type=file])")) return;
    event.preventDefault();
    saveAll();
  });
  form.addEventListener("time-nearly-up", saveAll);
  form.addEventListener("time-up", async () => {
    await saveAll();
    document.querySelector("#time-up").hidden = false;
    form.querySelectorAll("section input, section textarea").forEach((field) => (field.readOnly = true));
    form.querySelectorAll("[type=radio], [type=checkbox], [type=file], section button").forEach((field) => (field.disabled = true));
  });
  const hide = () => {
    for (const answer of answers) if (answer.isDirty) answer.keep();
    saveAll();
  };
  document.addEventListener("visibilitychange", () => document.hidden && !isPreview && hide());
  addEventListener("pagehide", () => !isPreview && hide());
  addEventListener("online", saveAll);
  for (const one of document.forms) one.addEventListener("submit", leave);
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && answers.some((answer) => TROUBLE.includes(answer.state))) event.preventDefault();
  });
}
