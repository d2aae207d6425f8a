package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// gathered are the numbers of visits that BenchmarkDrain sends: two, and
// AIDPOST_DRAIN if that is set, such as to 100000.
func gathered() []int {
	sizes := []int{1_000, 10_000}
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_DRAIN")); err == nil {
		sizes = append(sizes, n)
	}
	return sizes
}

// BenchmarkDrain sends what has gathered to a server in memory, so that what is
// measured is the kiosk's own part. B-most is how much more memory was in use at
// any request than before the first: it does not grow with what has gathered.
func BenchmarkDrain(b *testing.B) {
	for _, visits := range gathered() {
		b.Run(fmt.Sprint(visits), func(b *testing.B) {
			var took time.Duration
			m := &memory{}
			for b.Loop() {
				c := newClinic(b)
				for i := range visits {
					c.save(c.visit(person(i % 60)))
				}
				m.start(&forgetful{})
				s := c.sender(serve(b, m))
				began := time.Now()
				if r := c.once(s); r.Sent != visits {
					b.Fatalf("%+v", r)
				}
				took += time.Since(began)
			}
			b.ReportMetric(float64(visits*b.N)/took.Seconds(), "visits/s")
			b.ReportMetric(float64(m.most), "B-most")
		})
	}
}

// A memory looks now and then how much is in use while requests are answered.
type memory struct {
	next   http.Handler
	mu     sync.Mutex
	asked  int
	before runtime.MemStats
	most   uint64
}

func (m *memory) start(next http.Handler) {
	m.next = next
	runtime.GC()
	runtime.ReadMemStats(&m.before)
}

func (m *memory) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	if m.asked++; m.asked%50 == 0 {
		var now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&now)
		m.most = max(m.most, now.HeapAlloc-min(m.before.HeapAlloc, now.HeapAlloc))
	}
	m.mu.Unlock()
	m.next.ServeHTTP(w, r)
}

// BenchmarkSavedToSent is how long a visit takes from being saved until the
// server has given it back, on a kiosk that is online and has nothing else to
// send; how many requests that takes, and how many bytes go up and come down.
func BenchmarkSavedToSent(b *testing.B) {
	for _, packed := range []bool{false, true} {
		b.Run(fmt.Sprint("gzip=", packed), func(b *testing.B) {
			c := newClinic(b)
			wire := &counting{next: &standin.Server{VersionZero: true}}
			s := c.sender(serve(b, wire), func(o *outbox.Config) { o.Gzip = packed })
			ctx, cancel := context.WithCancel(b.Context())
			arrived, ended := make(chan outbox.Report, 1), make(chan error, 1)
			go func() { ended <- s.Watch(ctx, func(r outbox.Report) { arrived <- r }) }()
			send := func(n int) {
				c.save(c.visit(person(n)))
				if r := <-arrived; r.Sent != 1 {
					b.Fatalf("%+v", r)
				}
			}
			send(0) // the server is tried out first
			wire.reset()
			n := 0
			for b.Loop() {
				n++
				send(n)
			}
			cancel()
			<-ended
			b.ReportMetric(float64(wire.requests)/float64(n), "requests")
			b.ReportMetric(float64(wire.up)/float64(n), "B-up")
			b.ReportMetric(float64(wire.down)/float64(n), "B-down")
		})
	}
}

// counting counts what crosses, bodies only: headers are some 300 bytes each way.
type counting struct {
	next http.Handler

	mu                 sync.Mutex
	requests, up, down int64
}

func (c *counting) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests, c.up, c.down = 0, 0, 0
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	counted := &countedWriter{ResponseWriter: w}
	c.next.ServeHTTP(counted, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.up += r.ContentLength
	c.down += counted.n
}

type countedWriter struct {
	http.ResponseWriter
	n int64
}

func (w *countedWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return w.ResponseWriter.Write(p)
}

// forgetful is a server that now and then drops what nothing will ask for again,
// so that its own memory does not grow: what it held the last time, too.
type forgetful struct {
	standin.Server
	mu     sync.Mutex
	writes int // when it last forgot
	old    map[string]bool
}

// remembered is of how many resources it keeps all, and of twice as many at most:
// those of some three hundred visits.
const remembered = 2000

func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	if n := f.Writes(); n-f.writes > remembered {
		f.writes = n
		f.Lose(func(key string) bool { return f.old[key] })
		f.old = map[string]bool{}
		for key := range f.Held() {
			switch kind, _, _ := strings.Cut(key, "/"); kind {
			case "Encounter", "Consent", "Observation", "Provenance", "DiagnosticReport":
				f.old[key] = true
			}
		}
	}
	f.mu.Unlock()
	f.Server.ServeHTTP(w, r)
}

// BenchmarkGathered is what a kiosk that was offline for long has to wait for, all of
// what has gathered waiting, and again when the server has it: until the records are
// open, how it stands is counted and listed as on the page about sending, and the first
// request goes out. For the time between, visits/s and B-most are as in BenchmarkDrain.
func BenchmarkGathered(b *testing.B) {
	for _, visits := range gathered() {
		b.Run(fmt.Sprint(visits), func(b *testing.B) {
			c := newClinic(b)
			for i := range visits {
				c.save(c.visit(person(i % 60)))
			}
			b.Run("waiting", func(b *testing.B) { benchGathered(b, c) })
			m := &memory{}
			m.start(&forgetful{})
			began := time.Now()
			c.drain(serve(b, m))
			took := time.Since(began)
			b.Run("sent", func(b *testing.B) {
				benchGathered(b, c)
				b.ReportMetric(float64(visits)/took.Seconds(), "visits/s")
				b.ReportMetric(float64(m.most), "B-most")
			})
		})
	}
}

func benchGathered(b *testing.B, c *clinic) {
	took := map[string]time.Duration{}
	timed := func(what string, do func() error) {
		began := time.Now()
		if err := do(); err != nil {
			b.Fatal(what, err)
		}
		took[what] += time.Since(began)
	}
	for b.Loop() {
		if err := c.store.Close(); err != nil {
			b.Fatal(err)
		}
		timed("open", func() error { c.open(); return nil })
		timed("count", func() error { _, err := c.store.OutboxStats(b.Context()); return err })
		timed("list", func() error {
			_, err := c.store.NewestQueued(b.Context(), 8)
			_, parked := c.store.ParkedOutbox(b.Context(), 20)
			return errors.Join(err, parked)
		})
		ctx, stop := context.WithCancel(b.Context())
		url := serve(b, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stop() }))
		s := c.sender(url)
		timed("first", func() error {
			if _, err := s.Once(ctx); ctx.Err() == nil {
				return err // nothing is left to be sent
			}
			return nil
		})
		stop()
	}
	for what, d := range took {
		b.ReportMetric(d.Seconds()*1000/float64(b.N), "ms-"+what)
	}
}
