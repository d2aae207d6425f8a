package call

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/records"
)

// diary hears what a board tells and keeps what it puts on record.
type diary struct {
	mu    sync.Mutex
	heard []Call
	deeds []string
}

func (d *diary) hear(c Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard = append(d.heard, c)
}

func (d *diary) keep(_ context.Context, _ Call, deed records.Deed) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deeds = append(d.deeds, fmt.Sprintf("%s %s", deed.Action, deed.Reason))
	return nil
}

func newBoard(t *testing.T, waits ...time.Duration) (*Board, *diary) {
	t.Helper()
	log := &diary{}
	board := New(Config{Waits: waits, Keep: log.keep})
	board.Subscribe(log.hear)
	return board, log
}

// TestUnansweredCallGoesUp: as nobody answers, the next are called, and at last
// nobody is left to call.
func TestUnansweredCallGoesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board, log := newBoard(t)
		id := board.Raise("", Button)
		levels := func() (out []string) {
			synctest.Wait()
			log.mu.Lock()
			defer log.mu.Unlock()
			for _, c := range log.heard {
				out = append(out, fmt.Sprintf("%v %d %v", time.Since(c.Opened).Round(time.Second), c.Level, c.Last))
			}
			log.heard = nil
			return out
		}
		for _, step := range []struct {
			pass time.Duration
			want string
		}{
			{0, "0s 1 false"}, {29 * time.Second, ""}, {time.Second, "30s 2 false"},
			{29 * time.Second, ""}, {time.Second, "1m0s 3 false"},
			{59 * time.Second, ""}, {time.Second, "2m0s 4 true"}, {time.Hour, ""},
		} {
			time.Sleep(step.pass)
			if got := strings.Join(levels(), ", "); got != step.want {
				t.Errorf("after %v more: told %q, want %q", step.pass, got, step.want)
			}
		}
		if c, ok := board.Call(id); !ok || !c.IsOpen() || !c.Last {
			t.Errorf("call %+v, %v: it must stay open", c, ok)
		}
		board.Close()
		want := "help.call called: button|help.call unanswered after 30s: level 2|help.call unanswered after 1m0s: level 3|help.call unanswered after 2m0s: level 4"
		if got := strings.Join(log.deeds, "|"); got != want {
			t.Errorf("on record:\n%s\nwant\n%s", got, want)
		}
	})
}

// TestAnswerStopsEscalating: what is answered goes no further, unless it becomes
// an emergency.
func TestAnswerStopsEscalating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board, log := newBoard(t, time.Minute, 2*time.Minute)
		defer board.Close()
		id := board.Raise("", Button)
		time.Sleep(30 * time.Second)
		if err := board.Answer(id, "Ada", nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if c, _ := board.Call(id); c.Level != 1 || c.By != "Ada" {
			t.Errorf("answered call is %+v", c)
		}
		if again := board.Raise(id, Button); again != id {
			t.Error("a second press opens a second call")
		}
		if c, _ := board.Call(id); c.Answered.IsZero() {
			t.Error("a second press forgets the answer")
		}
		if again := board.Raise(id, Emergency); again != id {
			t.Error("an emergency in the same visit opens a second call")
		}
		time.Sleep(61 * time.Second)
		if c, _ := board.Call(id); c.Level != 2 || !c.Answered.IsZero() || c.Why != Emergency {
			t.Errorf("an emergency that nobody answered is %+v", c)
		}
		board.Raise(id, Emergency)
		if c, _ := board.Call(id); c.Level != 2 {
			t.Error("the same emergency starts from the first level again")
		}
		_ = board.Answer(id, "Bo", nil)
		if err := board.Arrive(id, nil); err != nil {
			t.Fatal(err)
		}
		if err := board.Arrive(id, nil); !errors.Is(err, ErrNotOpen) {
			t.Errorf("arriving twice: %v", err)
		}
		if len(board.Open()) != 0 {
			t.Error("a closed call is listed")
		}
		synctest.Wait()
		if !slices.Contains(log.deeds, "help.call arrived") {
			t.Errorf("on record: %q", log.deeds)
		}
	})
}

// TestCallsOfSeveralVisits: the next person's call does not end the one before.
func TestCallsOfSeveralVisits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board, log := newBoard(t, time.Minute)
		first, second := board.Raise("", Silence), board.Raise("", Button)
		if err := board.Withdraw(second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		open := board.Open()
		if len(open) != 1 || open[0].ID != first || !open[0].Last {
			t.Errorf("open: %+v", open)
		}
		board.Close()
		board.Close() // nothing
		board.Raise("", Button)
		if n := len(log.deeds); n != 4 {
			t.Errorf("%d deeds on record after the board is closed: %q", n, log.deeds)
		}
	})
}

// TestCallIsToldThoughRecordsFail: an alarm does not wait for the records.
func TestCallIsToldThoughRecordsFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{}
		board := New(Config{Keep: func(context.Context, Call, records.Deed) error { return errors.New("disk full") }})
		defer board.Close()
		stop := board.Subscribe(log.hear)
		board.Raise("", Emergency)
		synctest.Wait()
		if len(log.heard) != 1 {
			t.Errorf("told %d times, want once", len(log.heard))
		}
		stop()
		board.Raise("", Button)
		synctest.Wait()
		if len(log.heard) != 1 {
			t.Error("told after stop")
		}
	})
}
