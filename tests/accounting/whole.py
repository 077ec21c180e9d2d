"""The whole story, step by step."""

from accounting import more, story

STEPS = (*story.STEPS, *more.STEPS)
