//go:build unix

package records

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime begins to measure how long the processor works on a benchmark, which
// other programs on the machine change less than how long it takes. What it returns
// reports that by run.
func processorTime(b *testing.B) func() {
	spent := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	return func() { b.ReportMetric((spent()-before).Seconds()*1000/float64(b.N), "cpu-ms/op") }
}
