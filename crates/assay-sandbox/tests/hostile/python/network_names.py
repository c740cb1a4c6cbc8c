# about: looks a name up
# verdict: exception
# detail: gaierror
import socket


def square(x):
    socket.getaddrinfo("example.org", 80)
    return x * x
