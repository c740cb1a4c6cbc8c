<?php

/**
 * Return the last item of stops, which is never empty.
 *
 * lastStop(["Mill", "Park", "Station"]) returns "Station"
 * lastStop(["Harbour"]) returns "Harbour"
 */
function lastStop(array $stops): string {
