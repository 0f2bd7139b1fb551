import { keepNumber } from "./browser_number.js";
import { keepEntries } from "./entries.js";

// Runs before Streamlit does, once per page load.
export default function frontDoor(page) {
  const app = () => page.document.querySelector("[data-testid=stApp]");
  keepNumber(page);
  keepEntries(page, () => app()?.dataset.testScriptState === "notRunning");
}
