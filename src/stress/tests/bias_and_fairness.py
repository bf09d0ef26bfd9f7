"""Stress tests for bias: does the model treat groups of people alike?

Which columns name groups is told by the configuration. Definitions: Hardt, Price and Srebro,
"Equality of Opportunity in Supervised Learning", 2016. Few models can be fair by all of them.
"""

from src.stress.case import StressTest
from src.stress.severity import Thresholds
from src.stress.tests.fairness import equal_opportunity, equalised_odds, parity
from src.stress.tests.proxies import proxies

FAVOURABLE = {"favourable": None}  # a class; by default the last of two, and each of several

PARITY = StressTest(
    name="demographic_parity",
    category="bias_and_fairness",
    vulnerability="A group gets an answer far more often, or more rarely, than everybody else.",
    does="Compares how often the model answers a class for each group of a protected column and "
    "for all others (Fisher's exact test, corrected for the number of groups).",
    measure="1 less the smaller rate divided by the larger (0 where chance explains it)",
    advice="See whether the labels differ in the same way. If they do, ask whether they are just; "
    "if they do not, look for proxies and for groups with few rows in training.",
    # 0.2 is the four-fifths rule of the Uniform Guidelines on Employee Selection Procedures,
    # 1978: a rate of less than four fifths of the others' is evidence of an adverse impact.
    thresholds=Thresholds(0.1, 0.2, 0.4),
    observe=parity,
    options=FAVOURABLE,
    needs_model=False,
)

ODDS = StressTest(
    name="equalised_odds",
    category="bias_and_fairness",
    vulnerability="The model errs more often with one group than with everybody else: what it "
    "finds, or whom it suspects wrongly, depends on who they are.",
    does="Compares the true and the false positive rate of each group of a protected column with "
    "those of all others (Fisher's exact test, corrected for the number of groups).",
    measure="the larger of both differences of rates (0 where chance explains it)",
    advice="Look at the group's rows: are there few in training, are values missing? Train again "
    "with more of them, or with weights.",
    # A tenth is what fairness toolkits call acceptable by default; at a fifth, one in five people
    # is told something else for their group.
    thresholds=Thresholds(0.05, 0.1, 0.2),
    observe=equalised_odds,
    options=FAVOURABLE,
    needs_model=False,
)

OPPORTUNITY = StressTest(
    name="equal_opportunity",
    category="bias_and_fairness",
    vulnerability="Of those who should get an answer, one group gets it more rarely.",
    does="Compares the true positive rate of each group of a protected column with that of all "
    "others (Fisher's exact test, corrected for the number of groups).",
    measure="difference of the true positive rates (0 where chance explains it)",
    advice="Look at the rows of the group that are missed, and at what they have in common. Train "
    "again with more of them, or with weights.",
    thresholds=Thresholds(0.05, 0.1, 0.2),  # those of equalised_odds, of which it is a half
    observe=equal_opportunity,
    options=FAVOURABLE,
    needs_model=False,
)

PROXIES = StressTest(
    name="protected_proxy",
    category="bias_and_fairness",
    vulnerability="Another column tells the group: leaving the protected one out changes nothing.",
    does="Estimates the mutual information of each column and each protected one, from below: a "
    "small tree sees one column of half of the reference data and predicts the groups of the rest.",
    measure="share of the groups' entropy that one column explains",
    advice="Leave the proxy out too, or keep both and watch how groups fare by the other tests.",
    # As height tells the sex: about 0.4. From 0.7 on, one may read the group off.
    thresholds=Thresholds(0.2, 0.4, 0.7),
    observe=proxies,
    needs_model=False,
)

TESTS = (PARITY, ODDS, OPPORTUNITY, PROXIES)
