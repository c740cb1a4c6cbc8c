# about: looks for a network
# verdict: exception
# detail: OSError
import socket


def square(x):
    socket.create_connection(("1.1.1.1", 80), 1)
    return x * x
