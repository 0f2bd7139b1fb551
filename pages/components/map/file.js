// The map as a file of its own: the map of the app, with all it needs in `parts`, and no app.

import { standAlone } from "./standalone.js";

export default function (parts) {
  return standAlone(parts);
}
