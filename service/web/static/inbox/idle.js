/** Locks the page after a time in which nobody used it, and says so a minute before. */

const LONGEST = 15 * 60_000; // ms
const WARNING = 60_000; // ms before
const SIGNS = ["pointerdown", "keydown", "input", "scroll", "touchstart"];

/**
 * @param {{warn: () => void, calm: () => void, lock: () => void}} told `calm` takes the warning back.
 * @returns {() => void} Stops watching.
 */
export function watchIdle({ warn, calm, lock }) {
  let last = Date.now();
  let warned = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const used = () => {
    // A machine that slept wakes with a key: what was due then is due now.
    if (Date.now() - last >= LONGEST) return look();
    last = Date.now();
    if (warned) calm();
    warned = false;
  };
  const look = () => {
    clearTimeout(timer);
    const left = last + LONGEST - Date.now();
    if (left <= 0) return lock();
    if (left <= WARNING && !warned) {
      warned = true;
      warn();
    }
    timer = setTimeout(look, left > WARNING ? left - WARNING : left);
  };
  const shown = () => {
    if (!document.hidden) look();
  };
  for (const sign of SIGNS) addEventListener(sign, used, { passive: true, capture: true });
  document.addEventListener("visibilitychange", shown);
  look();
  return () => {
    clearTimeout(timer);
    for (const sign of SIGNS) removeEventListener(sign, used, { capture: true });
    document.removeEventListener("visibilitychange", shown);
  };
}
