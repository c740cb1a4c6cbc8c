package main

import (
	"strconv"
	"strings"
)

// These keep the imports used.
var (
	_ = strconv.Atoi
	_ = strings.Fields
)

// applyOrders returns the stock that is left after all orders, one after the
// other.
//
// "+3 pear" is a delivery of three pears, "-2 fig" a sale of two figs. A sale
// of more than there is does not happen at all. An item of which nothing is
// left is not in the result. Counts in stock are at least 1.
//
// applyOrders(map[string]int{"apple": 2}, []string{"+3 pear", "-1 apple"}) returns map[string]int{"apple": 1, "pear": 3}
// applyOrders(map[string]int{"fig": 1}, []string{"-2 fig", "-1 fig"}) returns map[string]int{}
func applyOrders(stock map[string]int, orders []string) map[string]int {
