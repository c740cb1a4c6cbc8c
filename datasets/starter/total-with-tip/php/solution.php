    return $bill + $tip;
}
