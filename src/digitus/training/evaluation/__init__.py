"""Models on pictures of hands that they have not seen: measures, tests, a report.

::

    samples.py    a name -> the pictures to be measured by
    candidates.py pictures -> glyphs, by the code that reads a stranger's picture
    models.py     files -> models with names of their own
    answers.py    a model on glyphs -> its answers
    metrics.py    answers -> accuracy, loss, calibration, risk and coverage
    compare.py    two models on the same pictures -> is the difference real
    evaluate.py   all of this, in order
    svg.py        lines, bars and letters of a figure
    figures.py    measures -> figures
    report.py     measures -> one HTML page, from the templates in page/
    results.py    measures -> JSON
"""
