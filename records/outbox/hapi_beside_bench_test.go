//go:build unix

package outbox_test

import (
	"context"
	"slices"
	"syscall"
	"testing"
	"time"

	"aidpost/records/outbox"
)

// BenchmarkHapiSaved is how long a visit takes from being saved until a real server
// is proved to hold it, on a kiosk that is online: the median, and the most.
func BenchmarkHapiSaved(b *testing.B) {
	h := startHapi(b)
	for range 3 {
		h.post(newClinic(b).plainBundles(roundVisits))
	}
	c := newClinic(b)
	s := c.sender(h.base)
	ctx, cancel := context.WithCancel(b.Context())
	arrived, ended := make(chan outbox.Report, 1), make(chan error, 1)
	go func() { ended <- s.Watch(ctx, func(r outbox.Report) { arrived <- r }) }()
	var took []time.Duration
	for b.Loop() {
		for n := range 100 {
			began := time.Now()
			c.save(c.visit(person(n)))
			if r := <-arrived; r.Sent != 1 {
				b.Fatalf("%+v", r)
			}
			took = append(took, time.Since(began))
		}
	}
	cancel()
	<-ended
	took = took[1:] // the server is tried out first
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "s-median")
	b.ReportMetric(took[len(took)-1].Seconds(), "s-most")
}

// BenchmarkHapiBeside is what sending what has gathered takes from a kiosk that is
// measuring somebody meanwhile: its share of one core, and how late the samples of
// a pulse wave come, of which there are a hundred a second, with it and without.
func BenchmarkHapiBeside(b *testing.B) {
	h := startHapi(b)
	for range 3 {
		h.post(newClinic(b).plainBundles(roundVisits))
	}
	for b.Loop() {
		stop := wave()
		time.Sleep(20 * time.Second)
		alone := stop()
		c := newClinic(b)
		for i := range 2 * roundVisits {
			c.save(c.visit(person(i % 60)))
		}
		stop = wave()
		began, used := time.Now(), ownCPU(b)
		if r := c.once(c.sender(h.base)); r.Sent != 2*roundVisits {
			b.Fatalf("%+v", r)
		}
		share := float64(ownCPU(b)-used) / float64(time.Since(began))
		beside := stop()
		b.ReportMetric(100*share, "%CPU")
		b.ReportMetric(alone.Seconds()*1000, "ms-late-alone")
		b.ReportMetric(beside.Seconds()*1000, "ms-late-beside")
	}
}

// wave takes a hundred samples a second until it is stopped, and returns how late
// the latest of a hundred came.
func wave() (stop func() time.Duration) {
	const every = 10 * time.Millisecond
	done, result := make(chan struct{}), make(chan time.Duration)
	go func() {
		var late []time.Duration
		for next := time.Now().Add(every); ; next = next.Add(every) {
			select {
			case <-done:
				slices.Sort(late)
				result <- late[len(late)*99/100]
				return
			case <-time.After(time.Until(next)):
				late = append(late, time.Since(next))
			}
		}
	}()
	return func() time.Duration {
		close(done)
		return <-result
	}
}

// ownCPU is how long this process has been computing.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
