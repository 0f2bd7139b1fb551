// Charts as files: the drawing as SVG, and as PNG at twice its size, dark ink on white paper.

const INK = { "--ink": "#101010", "--paper": "#ffffff" };
const LARGER = 2; // times the size of the drawing, for print

export function offerToSave() {
  for (const button of document.querySelectorAll("button[data-save]")) {
    const caption = button.closest("figcaption"), kind = button.dataset.save;
    const drawing = caption.parentElement.querySelector(":scope > .wide > svg, .still svg");
    const title = drawing.querySelector("title").textContent;
    button.setAttribute("aria-label", `${kind.toUpperCase()} of the chart: ${title}`);
    button.hidden = false;
    button.addEventListener("click", () => save(drawing, kind, `${caption.dataset.file}.${kind}`));
  }
}

async function save(drawing, kind, name) {
  const text = standing(drawing);
  const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  download(kind === "svg" ? url : await asPng(url, drawing.viewBox.baseVal), name);
}

// The drawing as a file: with its inks spelt out, for which a page's styles stand here.
export function standing(drawing) {
  const copy = drawing.cloneNode(true), { width, height } = drawing.viewBox.baseVal;
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const text = new XMLSerializer().serializeToString(copy);
  return text.replace(/var\((--\w+)\)/g, (whole, name) => INK[name] ?? whole);
}

async function asPng(url, { width, height }) {
  const picture = new Image(), canvas = document.createElement("canvas");
  picture.src = url;
  await picture.decode();
  [canvas.width, canvas.height] = [width * LARGER, height * LARGER];
  const brush = canvas.getContext("2d");
  brush.fillStyle = INK["--paper"];
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function download(url, name) {
  const link = document.createElement("a");
  [link.href, link.download] = [url, name];
  link.click();
}
