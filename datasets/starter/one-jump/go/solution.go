	at := func(row, column int) byte {
		if row < 0 || row >= len(grid) || column < 0 || column >= len(grid[row]) {
			return ' '
		}
		return grid[row][column]
	}

	type state struct {
		row, column int
		jumped      bool
	}
	moves := map[state]int{}
	queue := []state{}
	visit := func(next state, count int) {
		square := at(next.row, next.column)
		if _, seen := moves[next]; !seen && square != '#' && square != ' ' {
			moves[next] = count
			queue = append(queue, next)
		}
	}
	for row, line := range grid {
		for column, square := range line {
			if square == 'S' {
				visit(state{row, column, false}, 0)
			}
		}
	}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		if at(here.row, here.column) == 'G' {
			return moves[here]
		}
		for _, d := range [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			if at(here.row+d[0], here.column+d[1]) != '#' {
				visit(state{here.row + d[0], here.column + d[1], here.jumped}, moves[here]+1)
			} else if !here.jumped {
				visit(state{here.row + 2*d[0], here.column + 2*d[1], true}, moves[here]+1)
			}
		}
	}
	return -1
}
