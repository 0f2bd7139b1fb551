// The part of a gallery that scrolls: how high it is, how far and how fast it was scrolled.

const LEAST = 260; // px
const BELOW = 76; // px of a window that the bar of the selection takes
const FAST = 4; // px a ms: whoever scrolls so fast sees no pictures
const SETTLED = 90; // ms without scrolling

export class Scroller {
  constructor(box, { onMove, onRest }) {
    this.box = box;
    this.onMove = onMove;
    this.onRest = onRest;
    this.isFast = false;
    this.last = { top: 0, at: 0 };
    box.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this.fit = () => this._fit();
    window.addEventListener("resize", this.fit);
    const page = document.querySelector("[data-testid=stMainBlockContainer]");
    this.observer = new ResizeObserver(this.fit);
    if (page) this.observer.observe(page);
  }

  free() {
    window.removeEventListener("resize", this.fit);
    this.observer.disconnect();
    clearTimeout(this.timer);
  }

  get top() {
    return this.box.scrollTop;
  }

  get seen() {
    return this.box.clientHeight;
  }

  to(top) {
    if (top !== this.box.scrollTop) this.box.scrollTop = top;
  }

  // `height` in pixels, 0 to be as high as all of it, "fill" to reach to the foot of the window.
  setHeight(height) {
    this.height = height;
    this.box.classList.toggle("scrolls", !!height);
    this._fit();
  }

  _fit() {
    const { height, box } = this;
    if (!height) return (box.style.height = "");
    box.style.height = height === "fill" ? `${Math.max(LEAST, Math.floor(this._room()))}px` : `${height}px`;
  }

  // From the upper edge, with the page scrolled up, to the foot of the window.
  _room() {
    const page = document.querySelector("[data-testid=stMain]");
    return window.innerHeight - (this.box.getBoundingClientRect().top + (page?.scrollTop ?? 0)) - BELOW;
  }

  _scrolled() {
    const now = performance.now(), { top, at } = this.last;
    this.isFast = Math.abs(this.top - top) / Math.max(1, now - at) > FAST;
    this.last = { top: this.top, at: now };
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.onMove();
    });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.isFast = false;
      this.onRest();
    }, SETTLED);
  }
}
