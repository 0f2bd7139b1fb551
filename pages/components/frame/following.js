// Asks again and again how the work stands, while somebody can see it.

const IDLE = 3000, BUSY = 600, TROUBLE = 6000; // ms

export class Following {
  constructor(tell, shut = () => {}) {
    this.tell = tell;
    this.shut = shut; // told whether somebody has to log in again before they are answered
    this.wake = () => document.hidden || this._soon(0);
    document.addEventListener("visibilitychange", this.wake);
  }

  // Follows an address from now on; what it gave last is known already.
  follow(url, work) {
    this.url = url;
    this._soon(waitAfter(work));
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }

  _soon(wait) {
    clearTimeout(this.timer);
    if (!this.isStopped && !document.hidden && this.url) this.timer = setTimeout(() => this._ask(), wait);
  }

  async _ask() {
    const url = this.url;
    let work = null;
    try {
      const answer = await fetch(url);
      this.isStopped || this.shut(isLoggedOut(answer));
      if (answer.ok) work = await answer.json();
    } catch {
      // the server is away: Streamlit says so itself
    }
    if (this.isStopped || url !== this.url) return;
    if (work) this.tell(work);
    this._soon(work ? waitAfter(work) : TROUBLE);
  }
}

// A proxy that asks people to log in leads to its own page instead.
export function isLoggedOut(answer) {
  return answer.status === 401 || answer.redirected;
}

export function waitAfter(work) {
  return work.jobs.some(isUnderWay) ? BUSY : IDLE;
}

export function isUnderWay(job) {
  return job.state === "queued" || job.state === "running";
}
