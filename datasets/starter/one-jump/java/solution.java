        Deque<int[]> queue = new ArrayDeque<>();
        for (int row = 0; row < grid.size(); row++) {
            int column = grid.get(row).indexOf('S');
            if (column >= 0) {
                queue.add(new int[] {row, column, 0, 0});
            }
        }
        int[][] directions = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
        Set<List<Integer>> seen = new HashSet<>();
        while (!queue.isEmpty()) {
            int[] state = queue.remove();
            int row = state[0], column = state[1], jumps = state[2], moves = state[3];
            char square = squareAt(grid, row, column);
            if (square == 'G') {
                return moves;
            }
            if (square == '#' || square == ' ' || !seen.add(List.of(row, column, jumps))) {
                continue;
            }
            for (int[] d : directions) {
                if (squareAt(grid, row + d[0], column + d[1]) != '#') {
                    queue.add(new int[] {row + d[0], column + d[1], jumps, moves + 1});
                } else if (jumps == 0) {
                    queue.add(new int[] {row + 2 * d[0], column + 2 * d[1], 1, moves + 1});
                }
            }
        }
        return -1;
    }

    private static char squareAt(List<String> grid, int row, int column) {
        boolean inside = row >= 0 && row < grid.size() && column >= 0 && column < grid.get(row).length();
        return inside ? grid.get(row).charAt(column) : ' ';
    }
}
