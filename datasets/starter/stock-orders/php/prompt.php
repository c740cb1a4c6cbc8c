<?php

/**
 * Return the stock that is left after all orders, one after the other.
 *
 * "+3 pear" is a delivery of three pears, "-2 fig" a sale of two figs. A sale
 * of more than there is does not happen at all. An item of which nothing is
 * left is not in the result. Counts in stock are at least 1.
 *
 * applyOrders(["apple" => 2], ["+3 pear", "-1 apple"]) returns ["apple" => 1, "pear" => 3]
 * applyOrders(["fig" => 1], ["-2 fig", "-1 fig"]) returns []
 */
function applyOrders(array $stock, array $orders): array {
