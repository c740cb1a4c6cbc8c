# about: raises what few catch
# verdict: exception
# detail: Strange: odd
class Strange(BaseException):
    pass


def square(x):
    raise Strange("odd")
