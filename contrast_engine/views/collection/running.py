"""What runs in the background, in words, and the page on which it is seen."""

from dataclasses import dataclass

GATHERING = ("gather", "scan", "measure", "bring")
"""Steps that bring images into a collection and measure them."""

WORDS = {
    "gather": ("Reading and measuring", "collection"),
    "scan": ("Reading files", "collection"),
    "measure": ("Measuring", "collection"),
    "look_for_haze": ("Looking for haze", "issues"),
    "project": ("Drawing the map", "map"),
    "cluster": ("Clustering", "clusters"),
    "place": ("Placing new images", "map"),
    "choose_k": ("Comparing numbers of clusters", "clusters"),
    "pseudo_label": ("Training the model", "model"),
    "validate": ("Checking the evidence", "validate"),
    "downstream": ("Checking against a later result", "validate"),
    "sabotage": ("Testing the checks", "validate"),
    "export": ("Exporting", "export"),
    "report": ("Writing the report", "export"),
    "predict_files": ("Predicting new images", "export"),
    "bundle": ("Packing the model", "model"),
    "retrain": ("Retraining", "monitor"),
    "estimate": ("Estimating the training", "encoders"),
    "train": ("Training an encoder", "encoders"),
    "fine_tune": ("Fine-tuning an encoder", "encoders"),
    "embed": ("Embedding the images", "encoders"),
    "sensitivity": ("Testing an encoder", "encoders"),
    "shortcuts": ("Testing an encoder", "encoders"),
    "views": ("Testing an encoder", "encoders"),
    "zero_shot": ("Reading a network", "encoders"),
    "judge_complexity": ("Judging complexity", "complexity"),
    "entropy_maps": ("Measuring entropy", "complexity"),
    "estimate_illuminants": ("Estimating illuminants", "illuminants"),
    "judge_illuminants": ("Judging illuminants", "illuminants"),
    "illuminant_grid": ("Relighting", "illuminants"),
}
"""What each step is doing while it runs, and the address of its page."""


@dataclass(frozen=True)
class Running:
    """A step that is under way.

    Args:
        step: Which.
        done: How much of `total` is done; `total` is 0 while it is not known.
        total: How much there is to do in this part of the step.
        note: What it is doing just now, in its own words.
    """

    step: str
    done: int = 0
    total: int = 0
    note: str = ""

    @property
    def words(self) -> str:
        """What it is doing and how far it is, in a few words."""
        doing = step_words(self.step)
        if self.step == "gather" and self.note.startswith("2 of 2"):  # all files are read
            doing = step_words("measure")
        return f"{doing}, {self.done:,} of {self.total:,}" if self.total else doing

    @property
    def page(self) -> str:
        """The address of the page on which it is seen."""
        return step_page(self.step)


def step_words(step: str) -> str:
    """What a step is doing while it runs."""
    return WORDS.get(step, (step.replace("_", " ").capitalize(), ""))[0]


def step_page(step: str) -> str:
    """The address of the page on which a step is seen."""
    return WORDS.get(step, ("", "collection"))[1]
