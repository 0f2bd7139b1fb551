// How far a job is, in one line: counts, what could not be used, how fast, how long yet.

const WORDS = { queued: "Waiting to start", running: "Running", done: "Done", failed: "Failed",
  cancelled: "Cancelled", lost: "Lost: its process ended without a result" };
const RECENT = 10; // s of events that say how fast it goes

export function progressWords({ state, done, total, eta_seconds: eta }, events) {
  const parts = [WORDS[state] ?? state], isRunning = state === "running";
  if (total) parts.push(`${count(done)} of ${count(total)}`);
  const problems = events.findLast(event => Number.isFinite(event.problems))?.problems;
  if (problems) parts.push(`${count(problems)} ${problems === 1 ? "problem" : "problems"}`);
  const speed = isRunning && problems !== undefined && perSecond(events);
  if (speed) parts.push(`${speed < 10 ? speed.toFixed(1) : count(Math.round(speed))} images/s`);
  if ((isRunning || state === "queued") && Number.isFinite(eta)) parts.push(`about ${duration(eta)} left`);
  if (state === "done" && events.length) parts.push(`in ${duration(events.at(-1).t ?? 0)}`);
  return parts.join(" \u00b7 ");
}

function perSecond(events) {
  const last = events.at(-1);
  const first = events.find(event => event.t >= last.t - RECENT && event.total === last.total);
  return last.t - first.t > 0.9 && last.done > first.done ? (last.done - first.done) / (last.t - first.t) : 0;
}

function count(number) {
  return number.toLocaleString("en");
}

function duration(seconds) {
  if (seconds < 10) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
