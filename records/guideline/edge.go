package guideline

import (
	"cmp"

	"aidpost/records/vitals"
)

// An edge is a point on the line of values: a value itself (side 0), or the
// place just below (-1) or just above it (+1). "180 and more" begins at
// (180, 0), "more than 180" at (180, +1), and a meter's HI stands just above
// its limit.
type edge struct {
	value vitals.Decimal
	side  int8
}

// everything is the lower edge of a range without one. Its side is below that
// of any place a quantity can have, so it equals no real edge.
var everything = edge{side: -2}

func (e edge) cmp(f edge) int {
	if c := e.value.Cmp(f.value); c != 0 {
		return c
	}
	return cmp.Compare(e.side, f.side)
}

// place returns where a quantity stands.
func place(q vitals.Quantity) edge {
	switch q.Comparator {
	case vitals.Below:
		return edge{q.Value, -1}
	case vitals.Above:
		return edge{q.Value, +1}
	}
	return edge{value: q.Value}
}

// limits are the published bounds of a row, of which at most one of From
// (included) and Above (excluded), and one of To (included) and Below
// (excluded), is set.
type limits struct {
	From  *vitals.Decimal `json:"from,omitempty"`
	Above *vitals.Decimal `json:"above,omitempty"`
	To    *vitals.Decimal `json:"to,omitempty"`
	Below *vitals.Decimal `json:"below,omitempty"`
}

// lower returns the first place inside the limits.
func (l limits) lower() (edge, bool) {
	switch {
	case l.From != nil:
		return edge{value: *l.From}, true
	case l.Above != nil:
		return edge{*l.Above, +1}, true
	}
	return edge{}, false
}

// upper returns the first place beyond the limits.
func (l limits) upper() (edge, bool) {
	switch {
	case l.To != nil:
		return edge{*l.To, +1}, true
	case l.Below != nil:
		return edge{value: *l.Below}, true
	}
	return edge{}, false
}

func (l limits) contain(p edge) bool {
	if lower, ok := l.lower(); ok && p.cmp(lower) < 0 {
		return false
	}
	if upper, ok := l.upper(); ok && p.cmp(upper) >= 0 {
		return false
	}
	return true
}
