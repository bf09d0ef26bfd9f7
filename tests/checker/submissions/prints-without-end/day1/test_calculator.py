"""Test the calculator."""


def test_adds_two_numbers():
    while True:
        print("2 + 3 = 5")
