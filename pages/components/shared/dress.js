// Light or dark as the browser wants it, until a press on the button says otherwise.
export function dress(button, redraw) {
  const wanted = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  const put = () => {
    const isDark = chosen ?? wanted.matches;
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    button.textContent = isDark ? "Light" : "Dark";
    redraw();
  };
  button.addEventListener("click", () => {
    chosen = !(chosen ?? wanted.matches);
    put();
  });
  wanted.addEventListener("change", put);
  put();
}
