package records

import (
	"os"
	"testing"
	"time"
)

// TestLogBeginsAnew: while one visit is saved after another without a pause, the
// log is used again instead of growing with each.
func TestLogBeginsAnew(t *testing.T) {
	s := openTemp(t, Options{})
	p := ada()
	saved := func(n int) int64 {
		for range n {
			save(t, s, visit(p, now.Add(-time.Hour)))
		}
		info, err := os.Stat(s.Path() + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	a, b := saved(tidyEvery/2), saved(8*tidyEvery)
	if most := 10 * a; b > most {
		t.Errorf("%d visits take %d bytes of the log, %d more of them %d", tidyEvery/2, a, 8*tidyEvery, b)
	}
}
