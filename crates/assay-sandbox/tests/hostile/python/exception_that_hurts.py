# about: an exception that raises when it is looked at
# verdict: exception
class Hurts(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__

    @property
    def args(self):
        raise self


def square(x):
    raise Hurts()
