//go:build unix

package outbox_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestMain lets this program be the kiosk that TestKilledSending kills.
func TestMain(m *testing.M) {
	if url := os.Getenv("AIDPOST_TEST_KIOSK"); url != "" {
		if err := beKiosk(url, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// kioskVisits is how many visits the killed kiosk saves: AIDPOST_VISITS, or a
// number that a test run has time for.
func kioskVisits() int {
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_VISITS")); err == nil {
		return n
	}
	return 150
}

// madeUp is an id that depends on a number alone, so that a kiosk that was
// killed goes on where it was.
func madeUp(kind byte, n int) records.ID {
	var key [9]byte
	key[0] = kind
	binary.BigEndian.PutUint64(key[1:], uint64(n))
	return records.ID(uuid.NewSHA1(uuid.NameSpaceOID, key[:]).String())
}

// beKiosk saves visits, now and then corrects one, and sends all the while,
// until everything is saved and sent. It begins where an earlier one was killed.
func beKiosk(url, path string) error {
	ctx := context.Background()
	// Time is not what this is about: a clock that runs fast makes waits short.
	began := time.Now()
	fast := func() time.Time { return began.Add(200 * time.Since(began)) }
	store, err := records.Open(ctx, path, records.Options{Now: fast})
	if err != nil {
		return err
	}
	defer store.Close()
	s, err := outbox.New(store, outbox.Config{URL: url, Operator: operator, Now: fast})
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	saved := make(chan error, 1)
	go func() { saved <- saveVisits(ctx, store) }()
	go func() { sent <- sendUntil(ctx, s, store) }()
	if err := <-saved; err != nil {
		return err
	}
	fmt.Println("saved")
	return <-sent
}

func saveVisits(ctx context.Context, store *records.Store) error {
	c := &clinic{store: store, now: time.Now()}
	for n := range kioskVisits() {
		id := madeUp('e', n)
		if _, err := store.Encounter(ctx, id); err == nil {
			continue
		}
		var p *records.Patient
		if n%3 > 0 {
			p = person(n % 40)
		}
		e := c.visit(p)
		e.ID, e.Observations[0].ID = id, madeUp('o', n)
		if err := store.Save(ctx, e); err != nil {
			return err
		}
		fmt.Println("visit", n)
		if n%5 == 4 {
			if err := correctVisit(ctx, store, madeUp('e', n-3), n); err != nil {
				return err
			}
		}
	}
	return nil
}

func correctVisit(ctx context.Context, store *records.Store, id records.ID, n int) error {
	old, err := store.Encounter(ctx, id)
	if err != nil {
		return err
	}
	o := &old.Observations[0]
	o.Values[0].Quantity, o.State = vitals.Of(100+n%80, vitals.MmHg), records.Amended
	return store.Save(ctx, old)
}

// sendUntil sends until everything is saved and nothing is left.
func sendUntil(ctx context.Context, s *outbox.Sender, store *records.Store) error {
	for {
		r, err := s.Once(ctx)
		if err != nil {
			return err
		}
		stats, err := store.OutboxStats(ctx)
		if err != nil {
			return err
		}
		if stats.Dead > 0 {
			parked, _ := store.ParkedOutbox(ctx, 1)
			return fmt.Errorf("parked: %+v", parked)
		}
		_, err = store.Encounter(ctx, madeUp('e', kioskVisits()-1))
		if err == nil && stats.Pending+stats.InFlight == 0 {
			fmt.Println("drained")
			return nil
		}
		if r.Sent == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// A life is one process of the kiosk.
type life struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startKiosk(t *testing.T, url, path string) life {
	t.Helper()
	cmd := exec.Command(os.Args[0], path)
	cmd.Env = append(os.Environ(), "AIDPOST_TEST_KIOSK="+url, "AIDPOST_VISITS="+fmt.Sprint(kioskVisits()))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return life{cmd, bufio.NewScanner(out)}
}

// live lets it run, kills it after a while, and reports whether it had sent
// everything before. While nothing has come from it, the while does not pass:
// on a slow machine it would never get anywhere.
func (l life) live(t *testing.T, after time.Duration) (drained bool) {
	t.Helper()
	var killed atomic.Bool
	var timer *time.Timer
	for l.lines.Scan() {
		drained = drained || l.lines.Text() == "drained"
		if timer == nil {
			timer = time.AfterFunc(after, func() { killed.Store(true); _ = l.cmd.Process.Kill() })
		}
	}
	err := l.cmd.Wait()
	if timer != nil {
		timer.Stop()
	}
	if err != nil && !killed.Load() {
		t.Fatal("the kiosk ended by itself: ", err)
	}
	return drained
}

// TestKilledSending kills a kiosk again and again while it saves, corrects and
// sends, over a wire that misbehaves in every way and to a server that is cut
// off now and then. In the end the server holds each visit exactly once, byte
// for byte as the records have it, and nothing that arrives later changes that.
func TestKilledSending(t *testing.T) {
	c, server := newClinic(t), &standin.Server{VersionZero: true}
	if err := c.store.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 5))
	faults := standin.Faults()
	var calm, away atomic.Bool
	wire := &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
		switch {
		case calm.Load():
			return standin.None
		case away.Load():
			return standin.CutAfter // the server did it and was killed
		case r.IntN(12) == 0:
			return faults[r.IntN(len(faults))]
		}
		return standin.None
	}}
	url := serve(t, wire)
	kills := 0
	for began := time.Now(); ; {
		away.Store(kills%5 == 4)
		after := time.Duration(rand.Int64N(int64(150 * time.Millisecond)))
		if kills > kioskVisits()/10 {
			after = time.Minute // enough of that: let it end
			away.Store(false)
		}
		if startKiosk(t, url, c.path).live(t, after) {
			break
		}
		kills++
		if time.Since(began) > 30*time.Minute {
			t.Fatal("it does not end")
		}
	}
	calm.Store(true)
	wire.Flush()
	c.open()
	var es []*records.Encounter
	for n := range kioskVisits() {
		e, err := c.store.Encounter(t.Context(), madeUp('e', n))
		if err != nil {
			t.Fatal(err)
		}
		es = append(es, e)
	}
	c.expect(server, es...)
	c.expectBytes(server, es...)
	if stats := c.stats(); stats.Pending+stats.InFlight+stats.Dead > 0 {
		t.Errorf("%+v", stats)
	}
	t.Logf("%d visits, %d kills", len(es), kills)
	if kills == 0 {
		t.Error("it was never killed")
	}
}
