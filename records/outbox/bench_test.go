package outbox_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/records/outbox/standin"
)

// BenchmarkDrain sends what has gathered to a server in memory, so that what is
// measured is the kiosk's own part. B-most is how much more memory was in use at
// any request than before the first: it does not grow with what has gathered.
func BenchmarkDrain(b *testing.B) {
	for _, visits := range []int{500, 5_000} {
		b.Run(fmt.Sprint(visits), func(b *testing.B) {
			var took time.Duration
			var most uint64
			for b.Loop() {
				c := newClinic(b)
				for i := range visits {
					c.save(c.visit(person(i % 60)))
				}
				keep := &forgetful{}
				var before, now runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				n := 0
				s := c.sender(serve(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n++; n%50 == 0 {
						runtime.GC()
						runtime.ReadMemStats(&now)
						most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
					}
					keep.ServeHTTP(w, r)
				})))
				began := time.Now()
				if r := c.once(s); r.Sent != visits {
					b.Fatalf("%+v", r)
				}
				took += time.Since(began)
			}
			b.ReportMetric(float64(visits*b.N)/took.Seconds(), "visits/s")
			b.ReportMetric(float64(most), "B-most")
		})
	}
}

// BenchmarkSavedToSent is how long a visit takes from being saved until the
// server has given it back, with nothing else to send.
func BenchmarkSavedToSent(b *testing.B) {
	c := newClinic(b)
	s := c.sender(serve(b, &standin.Server{}))
	for b.Loop() {
		c.save(c.visit(person(1)))
		if r := c.once(s); r.Sent != 1 {
			b.Fatalf("%+v", r)
		}
	}
}

// forgetful is a server that now and then drops what nothing will ask for again,
// so that its own memory does not grow: what it held the last time, too.
type forgetful struct {
	standin.Server
	mu    sync.Mutex
	asked int
	old   map[string]bool
}

func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	if f.asked++; f.asked%100 == 0 {
		f.Lose(func(key string) bool { return f.old[key] })
		f.old = map[string]bool{}
		for key := range f.Held() {
			if kind, _, _ := strings.Cut(key, "/"); kind == "Encounter" || kind == "Observation" || kind == "Provenance" || kind == "DiagnosticReport" {
				f.old[key] = true
			}
		}
	}
	f.mu.Unlock()
	f.Server.ServeHTTP(w, r)
}
