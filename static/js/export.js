// Moves the bar of a file that is being written. When there is nothing more to wait for, the page is asked for anew.
const EVERY_MS = 1_000;
const part = document.querySelector("[data-export]");
const bar = part.querySelector("progress");
const said = part.querySelector("[data-said]");

async function look() {
  const options = { headers: { Accept: "application/json" }, redirect: "error" };
  const answer = await fetch(part.dataset.export, options).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.state !== "waiting" && now.state !== "running") return location.reload();
  if (now.rows_total) [bar.max, bar.value] = [now.rows_total, now.rows_done];
  else bar.removeAttribute("value");
  if (said.textContent !== now.said) said.textContent = now.said;
}

// One question at a time: a slow answer must not be overtaken by the next.
async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, EVERY_MS);
}

watch();
