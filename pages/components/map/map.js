// The component: Streamlit calls this again whenever its data or the theme changes.

import { whenGone } from "../shared/elements.js";
import { Atlas } from "./atlas.js";

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".map");
  const atlas = (root.atlas ??= new Atlas(root));
  atlas.update(data, setStateValue);
  return whenGone(root, () => {
    root.atlas?.free();
    root.atlas = null;
  });
}
