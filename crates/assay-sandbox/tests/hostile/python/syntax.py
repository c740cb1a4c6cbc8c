# about: no program either
# verdict: compile_error
# detail: SyntaxError
def square(x) return x
