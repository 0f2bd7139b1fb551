import { keepNumber } from "./browser_number.js";
import { askEarly, sayServer } from "./early.js";
import { keepEntries } from "./entries.js";

// Runs before Streamlit does, once per page load.
export default function frontDoor(page, isBelow, scripts) {
  const app = () => page.document.querySelector("[data-testid=stApp]");
  keepNumber(page);
  keepEntries(page, () => app()?.dataset.testScriptState === "notRunning");
  if (isBelow) sayServer(page);
  askEarly(page, scripts);
}
