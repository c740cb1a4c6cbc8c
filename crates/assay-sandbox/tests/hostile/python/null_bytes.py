# about: no program at all
# verdict: compile_error
# source: def square(x):\0return x
