//go:build unix

package outbox_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox/standin"
	"aidpost/records/vault"
	"aidpost/records/vitals"
)

// TestHapiKilled is the real program with "sync watch" and a real server, both
// killed at random moments, over a wire that misbehaves in every way and is cut
// now and then. In the end the server holds each visit exactly once, element for
// element and digit for digit as the records have it.
func TestHapiKilled(t *testing.T) {
	h := startHapi(t, quick)
	k := newKilled(t, h)
	stop := k.killServer()
	began := time.Now()
	for !k.everythingSent() {
		if time.Since(began) > 2*time.Hour {
			t.Fatalf("it does not end: %+v", k.last)
		}
		k.tell(time.Since(began))
		k.live()
	}
	stop()
	t.Logf("all are sent after %v", time.Since(began).Round(time.Second))
	k.wire.Flush() // what is still on its way undoes nothing
	h.t = t
	k.open()
	defer func() { _ = k.c.store.Close() }()
	h.expect(k.c, k.visits)
	t.Logf("%d visits, %d corrections; the kiosk was killed %d times, the server %d times, the wire cut %d times",
		len(k.visits), k.corrected, k.kiosks, k.servers.Load(), k.cuts)
	if k.kiosks == 0 || k.servers.Load() == 0 || k.cuts == 0 {
		t.Error("nothing was put to the test")
	}
}

// A killed is a kiosk whose program and whose server are killed.
type killed struct {
	t       *testing.T
	h       *hapi
	c       *clinic
	wire    *standin.Proxy
	program string
	folder  string
	url     string // of the wire
	cut     atomic.Bool
	up      atomic.Bool  // the server
	asked   atomic.Int64 // requests on their way
	heard   atomic.Int64 // requests that the server has answered
	servers atomic.Int32 // kills

	visits                  []*records.Encounter
	corrected, kiosks, cuts int
	last                    records.OutboxStats
	told                    int // visits sent when that was last logged
}

func newKilled(t *testing.T, h *hapi) *killed {
	k := &killed{t: t, h: h, folder: t.TempDir(), program: filepath.Join(t.TempDir(), "aidpost")}
	build := exec.Command("go", "build", "-tags", "ci", "-ldflags", "-X main.release="+operator.Version, "-o", k.program, "aidpost/app")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	faults := standin.Faults()
	next := h.wire()
	k.wire = &standin.Proxy{Next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.asked.Add(1)
		defer k.asked.Add(-1)
		next.ServeHTTP(w, r)
		k.heard.Add(1)
	}), Pick: func(*http.Request) standin.Fault {
		switch {
		case k.cut.Load():
			return standin.CutBefore
		case rand.IntN(12) == 0:
			return faults[rand.IntN(len(faults))]
		}
		return standin.None
	}}
	k.url = serve(t, k.wire) + h.origin.Load().Path
	k.c = &clinic{t: t, path: filepath.Join(k.folder, "aidpost.db"), now: time.Now()}
	k.up.Store(true)
	return k
}

// settle writes the settings of the next life: how much goes together changes from
// one to the next.
func (k *killed) settle() {
	settings, err := json.Marshal(map[string]any{
		"url": k.url, "base": operator.Base, "maxEntries": []int{0, 15, 200}[rand.IntN(3)],
	})
	if err == nil {
		err = os.WriteFile(filepath.Join(k.folder, "sync.json"), settings, 0o600)
	}
	if err != nil {
		k.t.Fatal(err)
	}
}

// quiet is how long nothing comes until a kiosk is taken to wait for its next try.
const quiet = 5 * time.Second

// after waits until so many requests were answered, and a moment more. On a slow
// machine nothing would ever get anywhere if it were the time that counted. With
// impatience it ends, too, if requests came and come no more.
func (k *killed) after(requests int, impatient bool, end <-chan struct{}) (ended bool) {
	first, moment := k.heard.Load(), rand.N(300*time.Millisecond)
	heard, at := first, time.Now()
	for began := at; heard < first+int64(requests) && time.Since(began) < 2*time.Minute; {
		select {
		case <-end:
			return true
		case <-time.After(20 * time.Millisecond):
		}
		now := k.heard.Load()
		if now > heard || now == first || k.asked.Load() > 0 || !k.up.Load() {
			heard, at = now, time.Now()
		}
		if impatient && time.Since(at) > quiet {
			break
		}
	}
	time.Sleep(moment)
	return false
}

// killServer kills the server again and again until it is told to stop, and then
// sees to it that the server is there. It takes half a minute to come back, on a busy
// machine two, so that it is not killed more than once for sixty visits.
func (k *killed) killServer() (stop func()) {
	done := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() {
		for int(k.servers.Load()) <= kioskVisits()/60 {
			if k.after(min(50, kioskVisits()/10)+rand.IntN(max(20, kioskVisits()/8)), false, done) {
				return
			}
			k.up.Store(false)
			k.h.kill()
			k.servers.Add(1)
			time.Sleep(rand.N(2 * time.Second))
			if err := k.h.launchAgain(); err != nil {
				k.t.Error("the server does not come back: ", err)
				return
			}
			k.up.Store(true)
		}
	})
	return func() {
		close(done)
		work.Wait()
	}
}

// key is the file with the key that the program makes for the records.
func (k *killed) key() string { return filepath.Join(k.folder, "machine.key") }

// open opens the records while the program is not running. A server that is being
// started just then may hold the file of their lock for a moment, until it is a
// program of its own.
func (k *killed) open() {
	k.c.now = time.Now()
	for tries := 0; ; tries++ {
		var err error
		k.c.store, err = records.Open(k.t.Context(), k.c.path, records.Options{
			Now: func() time.Time { return k.c.now }, Keys: &records.Keys{Sources: []vault.Source{vault.File{Path: k.key()}}},
		})
		if err == nil {
			return
		}
		if !errors.Is(err, records.ErrBusy) || tries > 200 {
			k.t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// everythingSent lets more people come while the program is not running, and
// reports whether nobody is left to come and nothing to be sent.
func (k *killed) everythingSent() bool {
	k.open()
	defer func() { _ = k.c.store.Close() }()
	for range min(50, kioskVisits()-len(k.visits)) {
		e := k.c.visit([]*records.Patient{nil, person(rand.IntN(200))}[rand.IntN(2)])
		k.c.save(e)
		k.visits = append(k.visits, e)
		if rand.IntN(5) == 0 {
			k.correct(k.visits[rand.IntN(len(k.visits))].ID)
		}
	}
	// How long a server is left alone survives a kill, and is not what this is
	// about: each life begins as if that time had passed.
	if err := k.c.store.SetServerState(k.t.Context(), records.ServerAt(k.url), records.ServerState{}); err != nil {
		k.t.Fatal(err)
	}
	k.last = k.c.stats()
	if k.last.Dead > 0 {
		parked, _ := k.c.store.ParkedOutbox(k.t.Context(), 3)
		k.t.Fatalf("parked: %+v", parked)
	}
	return len(k.visits) >= kioskVisits() && k.last.Pending+k.last.InFlight == 0
}

// tell logs how far it is, now and then.
func (k *killed) tell(took time.Duration) {
	if k.last.Done >= k.told+kioskVisits()/20 {
		k.told = k.last.Done
		k.t.Logf("%v: %d sent of %d, %d requests; the kiosk was killed %d times, the server %d times",
			took.Round(time.Second), k.last.Done, len(k.visits)+k.corrected, k.heard.Load(), k.kiosks, k.servers.Load())
	}
}

func (k *killed) correct(id records.ID) {
	e, err := k.c.store.Encounter(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	e.Observations[0].Values[0].Quantity = vitals.Of(100+rand.IntN(80), vitals.MmHg)
	e.Observations[0].State = records.Amended
	k.c.save(e)
	k.corrected++
}

// live runs the program for a while, cuts the wire meanwhile, and kills it.
func (k *killed) live() {
	k.settle()
	cmd := exec.Command(k.program, "sync", "watch", "--data", k.folder)
	cmd.Env = append(os.Environ(), "AIDPOST_KEY_FILE="+k.key())
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	// Each life begins with up to a dozen requests that try the server out. With many
	// visits lives are longer, so that they are not most of what is asked.
	ok := !k.after(1+rand.IntN(max(60, kioskVisits()/12)), true, ended)
	if ok && (k.cuts == 0 || rand.IntN(3) == 0) {
		k.cut.Store(true)
		k.cuts++
		time.Sleep(rand.N(3 * time.Second))
		k.cut.Store(false)
		ok = !k.after(1+rand.IntN(10), true, ended)
	}
	if !ok {
		k.t.Fatal("the program ended by itself")
	}
	_ = cmd.Process.Kill()
	<-ended
	k.kiosks++
}
