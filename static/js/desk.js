// The desk without this module is a plain form. With it: drafts are saved as one types, and the lease counts down.
const SAVE_MS = 3_000;
const IDLE_MS = 60_000;
const WARN_MS = 2 * 60_000;

const form = document.querySelector("#desk");
const chip = document.querySelector("#saved");
const lease = document.querySelector("#lease");
let timer;
let isDirty = false;
let saving = null; // the answer that is being waited for
let isOver = false; // sealed, or in conflict: nothing more is saved from here
let isStuck = false; // what was typed could not be saved

function show(state) {
  chip.textContent = chip.dataset[state];
  isStuck = state === "failed" || state === "signedOut";
  chip.classList.toggle("text-bg-danger", isStuck || state === "conflict");
}

// Signing in again, in another tab, gives this browser another token.
function refreshToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token) document.getElementsByName("csrfmiddlewaretoken").forEach((field) => (field.value = token));
}

// Only an answer with a version says that the text was saved: a page to sign in at is an answer, too.
async function send() {
  refreshToken();
  const answer = await fetch(form.dataset.draft, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "manual",
    keepalive: true,
  }).catch(() => null);
  if (!answer) return "failed";
  if (answer.status === 409) return "conflict";
  if (answer.type === "opaqueredirect") return "signedOut";
  const version = answer.ok && (await answer.json().catch(() => null))?.version;
  if (!Number.isInteger(version)) return "failed";
  form.elements.draft_version.value = version;
  return "saved";
}

async function save() {
  clearTimeout(timer);
  if (saving) await saving;
  if (!isDirty || isOver) return;
  isDirty = false;
  saving = send();
  const state = await saving;
  saving = null;
  isOver = state === "conflict";
  isDirty ||= state === "failed" || state === "signedOut";
  show(state === "saved" && isDirty ? "waiting" : state);
  if (isDirty) timer = setTimeout(save, SAVE_MS);
}

// A form leaves this page only when what was typed is safe.
async function leave(event) {
  refreshToken();
  if (isOver || (!isDirty && !saving)) {
    isOver ||= event.target === form;
    return;
  }
  event.preventDefault();
  await save();
  if (!isStuck) event.target.requestSubmit(event.submitter);
}

function countDown() {
  const left = new Date(lease.dateTime) - Date.now();
  const minutes = Math.max(0, Math.ceil(left / 60_000));
  lease.textContent = left > 0 ? `${lease.dataset.until} (${lease.dataset.left} ${minutes})` : lease.dataset.over;
  lease.classList.toggle("text-danger-emphasis", left < WARN_MS);
}

// Time at work: the page is visible and something was done within the last minute.
let seenAt = Date.now();
let countedAt = Date.now();
function countActive() {
  const now = Date.now();
  if (!document.hidden && now - seenAt < IDLE_MS) {
    form.elements.active_ms.value = Number(form.elements.active_ms.value) + now - countedAt;
  }
  countedAt = now;
}

if (form) {
  for (const event of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(event, () => (seenAt = Date.now()), { passive: true });
  }
  setInterval(countActive, 1_000);
}

function touched() {
  isDirty = true;
  if (!isOver) show("waiting");
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_MS);
}

function differs(field) {
  return field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

if (form?.dataset.draft) {
  // Somebody types faster than this file arrives, or the browser filled in what was there before.
  if ([...form.querySelectorAll("textarea, [type=radio]")].some(differs)) touched();
  form.addEventListener("input", touched);
  form.addEventListener("focusout", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  for (const one of document.forms) one.addEventListener("submit", leave);
  addEventListener("beforeunload", (event) => isStuck && event.preventDefault());
}

if (lease) {
  lease.dataset.until = lease.textContent;
  countDown();
  setInterval(countDown, 10_000);
}
