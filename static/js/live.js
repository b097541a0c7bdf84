// Keeps parts of a page up to date. A frame says only that something changed; the page then asks for it again under its
// own rights. Without a socket it looks every 10 seconds.
const POLL_MS = 10_000;
const RETRY_MS = 5_000;
const CLICK_MS = 300;
// Many sheets sealed at once are one look at the page.
const PAUSE_MS = 1_000;

// A link or button must not be replaced while somebody presses it.
let isPressed = false;
addEventListener("pointerdown", () => (isPressed = true), { capture: true });
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => setTimeout(() => (isPressed = false), CLICK_MS), { capture: true });
}

// Whoever stands on a link with the keyboard stands on the same link afterwards.
function replace(before, after) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(after);
  if (!focused) return;
  const href = focused.getAttribute("href");
  const same = (focused.id && document.getElementById(focused.id)) ||
    (href && after.querySelector(`[href="${CSS.escape(href)}"]`));
  (same || after.querySelector("a, button"))?.focus();
}

function watch(part) {
  const chip = document.querySelector("[data-live-state]");
  let polling;

  const show = (isLive) => {
    if (isLive) {
      clearInterval(polling);
      polling = undefined;
    } else {
      polling ??= setInterval(refresh, POLL_MS); // each vain try to connect comes here again
    }
    if (!chip) return;
    const text = isLive ? chip.dataset.on : chip.dataset.off;
    if (chip.textContent !== text) chip.textContent = text;
    chip.classList.toggle("text-bg-success", isLive);
    chip.classList.toggle("text-bg-secondary", !isLive);
  };

  const refresh = async () => {
    if (document.hidden) return;
    if (isPressed) return void setTimeout(refresh, 2 * CLICK_MS);
    if (!part.dataset.liveReload) return part.dispatchEvent(new Event("topic-changed"));
    const selector = part.dataset.liveReload;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [before, after] = [document.querySelector(selector), page.querySelector(selector)];
    if (before && after && !before.isEqualNode(after)) replace(before, after);
  };

  let lookedAt = 0;
  let looking;
  const soon = () => {
    looking ??= setTimeout(() => {
      looking = undefined;
      lookedAt = Date.now();
      refresh();
    }, Math.max(0, lookedAt + PAUSE_MS - Date.now()));
  };

  const connect = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${part.dataset.live}`);
    socket.onopen = () => {
      show(true);
      refresh(); // what changed while nobody listened
    };
    socket.onmessage = soon;
    socket.onclose = () => {
      show(false);
      setTimeout(connect, RETRY_MS);
    };
  };

  // What somebody opened stays open when the part is drawn anew.
  let opened = [];
  part.addEventListener("htmx:beforeSwap", () => {
    opened = [...part.querySelectorAll("details[open] > summary[id]")].map((summary) => summary.id);
  });
  part.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) document.getElementById(id)?.closest("details").setAttribute("open", "");
  });

  document.addEventListener("visibilitychange", refresh);
  show(false);
  connect();
}

document.querySelectorAll("[data-live]").forEach(watch);
