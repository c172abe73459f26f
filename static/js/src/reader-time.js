// Shows the reader's own time beside a time in another zone, and a countdown.
const MINUTE = 60 * 1000;
const LONG_OVER = 30 * 24 * 60 * MINUTE; // after this time no countdown is shown, only the date
const language = document.documentElement.lang || "en";

function offset(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName").value;
}

function readersTime(element) {
  const moment = new Date(element.dataset.moment);
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    if (offset(moment, mine) === offset(moment, element.dataset.zone)) return;
  } catch {
    return; // the browser does not know the zone or format, so only the meeting's own time is shown
  }
  const words = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(moment);
  element.textContent = element.dataset.label.replace("{0}", words);
}

function duration(milliseconds) {
  const minutes = Math.floor(milliseconds / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = days ? [[days, "day"], [hours, "hour"]] : [[hours, "hour"], [minutes % 60, "minute"]];
  const shown = parts.filter(([count]) => count > 0);
  if (!shown.length) shown.push([1, "minute"]);
  const words = shown.map(([count, unit]) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count),
  );
  return words.join(" ");
}

function timeLeft(element) {
  const left = new Date(element.dataset.moment) - Date.now();
  const over = -left > LONG_OVER ? element.dataset.over : element.dataset.ended;
  const words = left > 0 ? element.dataset.left : over;
  element.textContent = words.replace("{0}", duration(Math.abs(left)));
}

let ticking = false;

export function start(root) {
  root.querySelectorAll("[data-reader-time]").forEach(readersTime);
  root.querySelectorAll("[data-time-left]").forEach(timeLeft);
  if (ticking || !document.querySelector("[data-time-left]")) return;
  ticking = true;
  window.setInterval(() => document.querySelectorAll("[data-time-left]").forEach(timeLeft), MINUTE / 2);
}
