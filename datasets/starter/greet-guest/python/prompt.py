def greet_guest(name: str) -> str:
    """Return "Hello, " followed by the name and "!".

    >>> greet_guest("Ada")
    'Hello, Ada!'
    >>> greet_guest("Tom")
    'Hello, Tom!'
    """
