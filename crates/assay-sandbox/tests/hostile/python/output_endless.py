# about: prints without end
# verdict: output_limit
def square(x):
    while True:
        print("x" * 1000)
