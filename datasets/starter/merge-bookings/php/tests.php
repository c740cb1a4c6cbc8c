assert(mergeBookings([[9, 10], [12, 15], [11, 13]], 0) === [[9, 10], [11, 15]]);
assert(mergeBookings([[9, 10], [12, 15], [11, 13]], 1) === [[9, 15]]);
assert(mergeBookings([], 5) === []);
assert(mergeBookings([[3, 3], [8, 6]], 2) === []);
assert(mergeBookings([[1, 2], [2, 3], [4, 5]], 0) === [[1, 3], [4, 5]]);
assert(mergeBookings([[0, 20], [5, 6], [22, 23]], 1) === [[0, 20], [22, 23]]);
assert(mergeBookings([[0, 20], [5, 6], [22, 23]], 2) === [[0, 23]]);
assert(mergeBookings([[0, 2], [4, 4], [6, 8]], 2) === [[0, 2], [6, 8]]);
assert(mergeBookings([[30, 40], [-5, 1], [3, 4], [30, 31], [7, 9]], 2) === [[-5, 4], [7, 9], [30, 40]]);
