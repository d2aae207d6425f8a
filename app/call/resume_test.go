package call

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

// TestCallGoesOnWhereItStood: the time that passes while no program runs counts,
// a clock that was set back takes none away, and what was answered stays so.
func TestCallGoesOnWhereItStood(t *testing.T) {
	for _, row := range []struct {
		name     string
		ago      time.Duration
		level    int
		answered bool
		want     string // levels and when, from the start of the program
	}{
		{"at once", 0, 1, false, "1 0s, 2 30s, 3 1m0s, 4 2m0s last"},
		{"within the first wait", 20 * time.Second, 1, false, "1 0s, 2 10s, 3 40s, 4 1m40s last"},
		{"within a later wait", 45 * time.Second, 2, false, "2 0s, 3 15s, 4 1m15s last"},
		{"a wait passed meanwhile", 50 * time.Second, 1, false, "1 0s, 2 0s, 3 10s, 4 1m10s last"},
		{"all passed", time.Hour, 2, false, "2 0s, 3 0s, 4 0s last"},
		{"set back", -time.Hour, 2, false, "2 0s, 3 1m0s, 4 2m0s last"},
		{"answered", time.Hour, 1, true, "1 0s"},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				c := Call{ID: records.NewID(), Why: Button, Opened: began.Add(-row.ago), Level: row.level}
				c.Since = c.Opened
				if row.answered {
					c.Answered, c.By = began, "Ada"
				}
				log := &diary{}
				board := New(Config{Open: []Call{c}, Keep: log.keep})
				defer board.Close()
				var heard []string
				board.Subscribe(func(c Call) {
					line := fmt.Sprint(c.Level, " ", time.Since(began))
					if c.Last {
						line += " last"
					}
					if len(heard) == 0 || heard[len(heard)-1] != line {
						heard = append(heard, line)
					}
				})
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				if got := strings.Join(heard, ", "); got != row.want {
					t.Errorf("told %q, want %q", got, row.want)
				}
				if open := board.Open(); len(open) != 1 || open[0].ID != c.ID || open[0].By != c.By {
					t.Errorf("open: %+v", open)
				}
			})
		})
	}
}

// TestFactsOfACall: that a call was delivered, seen and answered is three things,
// each noted once, and none but the answer stops it from going up.
func TestFactsOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board, log := newBoard(t)
		id := board.Raise("", Button)
		time.Sleep(time.Second)
		board.Delivered(id, "screen")
		time.Sleep(time.Second)
		board.Delivered(id, "alarm")
		if err := errors.Join(board.See(id, nil), board.See(id, nil)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		c, _ := board.Call(id)
		if c.Delivered.Sub(c.Opened) != time.Second || c.Seen.Sub(c.Opened) != 2*time.Second || c.Level != 2 {
			t.Errorf("%+v", c)
		}
		ada := func(ctx context.Context, c Call, d records.Deed) error {
			d.Reason += " by Ada"
			return log.keep(ctx, c, d)
		}
		if err := board.Answer(id, "Ada", ada); err != nil {
			t.Fatal(err)
		}
		board.Raise(id, Emergency)
		if c, _ := board.Call(id); !c.Delivered.IsZero() || !c.Seen.IsZero() || !c.Answered.IsZero() {
			t.Errorf("an emergency that nobody knows of is %+v", c)
		}
		board.Close()
		want := "help.call called: button|help.call delivered: screen|help.call seen|help.call unanswered after 30s: level 2|" +
			"help.answer answered by Ada|help.call called: emergency"
		if got := strings.Join(log.deeds, "|"); got != want {
			t.Errorf("on record:\n%s\nwant\n%s", got, want)
		}
	})
}

// TestAnswerOfSomebodyWhoHasGone: whoever answers and is signed out before that
// is on record has answered all the same.
func TestAnswerOfSomebodyWhoHasGone(t *testing.T) {
	for _, refusal := range []error{staff.ErrSignedOut, staff.ErrDenied} {
		synctest.Test(t, func(t *testing.T) {
			board, log := newBoard(t)
			id := board.Raise("", Button)
			err := board.Answer(id, "Ada", func(context.Context, Call, records.Deed) error { return fmt.Errorf("keep: %w", refusal) })
			if err != nil {
				t.Fatal(err)
			}
			board.Close()
			if got := strings.Join(log.deeds, "|"); got != "help.call called: button|help.call answered" {
				t.Errorf("on record: %s", got)
			}
		})
	}
}

// TestSlowEarHoldsUpNobody: what takes its time to ring leaves the others alone.
func TestSlowEarHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board, log := newBoard(t)
		board.Subscribe(func(Call) { time.Sleep(10 * time.Second) })
		for range 100 {
			if err := board.Withdraw(board.Raise("", Button)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if len(log.heard) != 200 || len(log.deeds) != 200 {
			t.Errorf("%d heard and %d on record at once, want 200", len(log.heard), len(log.deeds))
		}
		board.Close()
	})
}

// TestVisitOfACall: what a visit tells servers of is kept so until the visit is
// over, also if somebody has come before.
func TestVisitOfACall(t *testing.T) {
	for _, told := range []bool{true, false} {
		for _, come := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				var last Call
				board := New(Config{Keep: func(_ context.Context, c Call, _ records.Deed) error {
					last = c
					return nil
				}})
				visit := records.NewID()
				id := board.RaiseIn(visit, "", Button)
				if c, ok := board.Here(); !ok || c.ID != id {
					t.Error("whoever called is not here")
				}
				if come {
					_ = board.Arrive(id, nil)
				}
				board.Leave(id, told)
				if _, ok := board.Here(); ok {
					t.Error("whoever has left is here")
				}
				board.Close()
				if want := map[bool]records.ID{true: visit}[told]; last.Visit != want || !last.Gone || last.IsOpen() == come {
					t.Errorf("told %v, come %v: kept as %+v", told, come, last)
				}
			})
		}
	}
}
