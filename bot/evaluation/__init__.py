"""How good is a bot? Test stories, understanding, comparison of configs, and advice on what to do next.

::

    stories.py      test stories played to the trained bot; story_report.json
    story_files.py  failed_test_stories.yml and its like
    nlu.py          understanding of examples; intent_report.json and its like
    crossval.py     understanding of examples that were kept from training
    comparison.py   several configs on growing data
    advice.py       the reports in plain words
    pictures.py     the reports as pictures
"""
