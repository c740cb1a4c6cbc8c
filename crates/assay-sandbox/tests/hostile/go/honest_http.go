// about: is honest and speaks of HTTP, as its assertions may
// verdict: passed
package main

import (
	"net/http"

	"github.com/stretchr/testify/assert"
)

func twice(x int) int {
	return 2 * x
}

func greet(answer http.ResponseWriter, _ *http.Request) {
	answer.WriteHeader(http.StatusOK)
}

func greets(t assert.TestingT) bool {
	return assert.HTTPSuccess(t, greet, "GET", "/", nil)
}
