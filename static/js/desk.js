// The desk without this module is a plain form. With it: drafts are saved as one types, and the lease counts down.
const SAVE_MS = 3_000;
const IDLE_MS = 60_000;
const WARN_MS = 2 * 60_000;

const form = document.querySelector("#desk");
const chip = document.querySelector("#saved");
const lease = document.querySelector("#lease");
let timer;
let isDirty = false;
let isSaving = false;
let isOver = false; // sealed, or in conflict: nothing more is saved from here

function show(state) {
  chip.textContent = chip.dataset[state];
  chip.classList.toggle("text-bg-danger", state === "failed" || state === "conflict");
}

async function save() {
  clearTimeout(timer);
  if (!isDirty || isSaving || isOver) return;
  isDirty = false;
  isSaving = true;
  const answer = await fetch(form.dataset.draft, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    keepalive: true,
  }).catch(() => null);
  isSaving = false;
  if (answer?.ok) {
    form.elements.draft_version.value = (await answer.json()).version;
    show(isDirty ? "waiting" : "saved");
    if (isDirty) timer = setTimeout(save, SAVE_MS);
  } else if (answer?.status === 409) {
    isOver = true;
    show("conflict");
  } else {
    isDirty = true;
    show("failed");
    timer = setTimeout(save, SAVE_MS);
  }
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
  form.addEventListener("submit", () => (isOver = true));
}

if (lease) {
  lease.dataset.until = lease.textContent;
  countDown();
  setInterval(countDown, 10_000);
}
