// Counts a timed paper down by the server's clock. The server decides what came in time.
const SOON_MS = 3_000; // the last typing must arrive before the time is up
const WARNINGS = [
  [60_000, "one"],
  [5 * 60_000, "five"],
];

const clock = document.querySelector("#clock");

if (clock) {
  const form = document.querySelector("#paper");
  const said = document.querySelector("#clock-said");
  const ends = Date.parse(clock.dateTime);
  const started = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
  // How far the server's clock is ahead of this one's.
  const ahead = Date.parse(clock.dataset.now) + (performance.now() - started) - Date.now();
  let isSoon = false;
  let warned = Infinity;

  const tick = () => {
    const left = ends - Date.now() - ahead;
    if (left <= 0) {
      clearInterval(ticking);
      clock.textContent = clock.dataset.over;
      said.textContent = clock.dataset.over;
      form.dispatchEvent(new Event("time-up"));
      return;
    }
    const seconds = Math.ceil(left / 1_000);
    const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
    const [hours, ...rest] = parts.map((part) => String(part).padStart(2, "0"));
    clock.textContent = `${clock.dataset.left} ${(parts[0] ? [hours, ...rest] : rest).join(":")}`;
    const warning = WARNINGS.find(([within]) => left <= within);
    if (warning && warning[0] < warned) {
      warned = warning[0];
      said.textContent = clock.dataset[warning[1]];
    }
    clock.classList.toggle("text-bg-danger", left <= WARNINGS[0][0]);
    clock.classList.toggle("text-bg-warning", left > WARNINGS[0][0] && left <= WARNINGS[1][0]);
    if (left <= SOON_MS && !isSoon) {
      isSoon = true;
      form.dispatchEvent(new Event("time-nearly-up"));
    }
  };
  clock.classList.add("badge");
  const ticking = setInterval(tick, 1_000);
  tick();
}
