"""What `anhnh new` writes: a small course that passes every check, to be written over."""

from __future__ import annotations

from typing import Final

_MANIFEST: Final = """\
id: {id}     # never changes; the slug may
slug: {slug}
source: en
languages:
  en: {{review: pending}}
version: "0.1"
modules: [{slug}-first]
assessment: assessment            # assessment.en.md: quizzes with role: pre, post, followup
pass: 70 %                        # of a module's quiz, unless the quiz says otherwise
final-pass: 75 %                  # of the last test
wait: 10 min                      # between attempts
valid: 24 months
hours: 0.5
audience: [guards]
rules: [NMR 76]
"""

_WELCOME: Final = """\
---
title: {title}
lang: en
summary: How to count the people on a wing, and what to do when the count is wrong.
---

In this course you learn to count the people on a wing in the same way every time. You also learn
what to do when the count is wrong.

You need about half an hour.
"""

_MODULE: Final = """\
---
id: {slug}-first
title: Counting the people on a wing
lang: en
duration: 20 min
audience: [guards]
objectives:
  O1: Count the people on a wing in three steps.
  O2: Say what to do when the count is wrong.
keypoints:
  - Count people, not beds.
  - A wrong count is repeated once, then reported.
---

An officer counts 47 people on a wing. The list says 48. What now?

## How do you count?
<!-- id: {slug}-count -->

1. Take the list of the wing.
2. See each person. A shape under a blanket is not a person you have seen.
3. Write the number down at once.

> [!TIP]
> Two officers who count apart and compare make fewer mistakes.

## What if the count is wrong?
<!-- id: {slug}-wrong -->

Count once more, in the same order. If the number is wrong again, tell the control room. Doors stay
closed until the chief says otherwise.

> [!TRAINER]
> Let two participants count the room, one from the left, one from the right. Compare.

## Check what you have learned
<!-- quiz id: {slug}-quiz; pass: 70 % -->

### Your first count gives 47, the list says 48. What do you do first?
<!-- id: {slug}-q-first; objective: O2 -->

- ( ) Write 48, because the list is always right
  > The list tells who should be there, not who is there.
- (x) Count once more in the same order
  > Yes. Most differences come from the counting.
- ( ) Sound the alarm
  > Too early: repeat the count first.

See [What if the count is wrong?](#{slug}-wrong).

### Put the steps of a count in order.
<!-- id: {slug}-q-order; type: order; objective: O1 -->

1. Take the list
2. See each person
3. Write the number down

### A wing has 48 people. 3 are at the infirmary and 2 in court. How many do you count?
<!-- id: {slug}-q-number; objective: O1 -->

= 43
"""

_ASSESSMENT: Final = """\
---
id: {slug}-assessment
title: Before and after the course
lang: en
---

## What do I know before the course?
<!-- quiz id: {slug}-pre; role: pre; draw: count 2 -->

### What do you count?
<!-- id: {slug}-a-what; pool: count; objective: O1 -->

- ( ) Beds
  > An empty bed has no one in it.
- (x) People
  > Yes, each one seen.

### When do you write the number down?
<!-- id: {slug}-a-when; pool: count; objective: O1 -->

- (x) At once
  > Yes. Nobody remembers eight numbers.
- ( ) At the end of the shift
  > By then it is a guess.

### The second count is wrong too. Whom do you tell?
<!-- id: {slug}-a-whom; pool: count; objective: O2 -->

- ( ) The next shift
  > Too late.
- (x) The control room
  > Yes, at once.

## What do I know after the course?
<!-- quiz id: {slug}-post; role: post; draw: count 2 -->

## What do I still know after six months?
<!-- quiz id: {slug}-later; role: followup; draw: count 2 -->
"""


def new_course(slug: str, course_id: str) -> dict[str, str]:
    """The files of a new course by path; `course_id` is a random UUID that the course keeps for ever."""
    words = {"slug": slug, "id": course_id, "title": slug.replace("-", " ").capitalize()}
    return {
        "course.yml": _MANIFEST.format(**words),
        "course.en.md": _WELCOME.format(**words),
        "01-counting.en.md": _MODULE.format(**words),
        "assessment.en.md": _ASSESSMENT.format(**words),
    }
