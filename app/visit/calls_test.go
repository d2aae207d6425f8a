package visit_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/call"
	"aidpost/app/visit"
	"aidpost/records"
)

// TestWhoTellsOfACall: servers are told of a call by the visit, under the name of
// the person, only if they agreed to that before and the visit is kept; else by
// the call, which names nobody.
func TestWhoTellsOfACall(t *testing.T) {
	person := func(keep, share bool) func(*kiosk) {
		return func(k *kiosk) {
			k.do(k.v.Begin(), visit.Who)
			k.do(k.v.Identify(canary, "Rossi", 1970, 4, 30), visit.Consent)
			k.do(k.v.Agree(keep, share), visit.Choose)
		}
	}
	measured := func(k *kiosk) { k.measureOximeter(97) }
	for _, row := range []struct {
		name          string
		before, after func(*kiosk)
		named         bool
	}{
		{"at the start screen", nil, nil, false},
		{"a guest", (*kiosk).guest, measured, false},
		{"somebody who shares", person(true, true), measured, true},
		{"somebody who shares, and leaves without a result", person(true, true), nil, false},
		{"somebody who only keeps", person(true, false), measured, false},
		{"somebody who keeps nothing", person(false, false), measured, false},
		{"somebody who has not agreed yet", func(k *kiosk) {
			k.do(k.v.Begin(), visit.Who)
		}, nil, false},
	} {
		for _, come := range []bool{false, true} {
			t.Run(row.name, func(t *testing.T) {
				bubble(t, func(k *kiosk) {
					last := map[records.ID]call.Call{}
					board := call.New(call.Config{Keep: func(_ context.Context, c call.Call, _ records.Deed) error {
						last[c.ID] = c
						return nil
					}})
					k.close()
					k.cfg.Calls = board
					k.v, k.closed = visit.New(k.cfg), false
					if row.before != nil {
						row.before(k)
					}
					k.v.CallHelp()
					id := k.v.State().Call.ID
					if come {
						_ = board.Arrive(id, nil)
					}
					if row.after != nil {
						row.after(k)
					}
					if k.v.State().Step == visit.Welcome {
						k.do(k.v.Begin(), visit.Who)
					}
					k.v.Cancel()
					k.want(visit.Welcome)
					board.Close()
					c := last[id]
					if (c.Visit != "") != row.named || !c.Gone && (c.IsOpen() || row.named) || c.IsOpen() == come {
						t.Errorf("come %v: kept as %+v", come, c)
					}
					if i := slices.IndexFunc(k.store.saved(), func(e *records.Encounter) bool { return e.ID == c.Visit }); row.named && i < 0 {
						t.Error("it waits for a visit that is not saved")
					}
				})
			})
		}
	}
}

// TestCallFromBefore: a kiosk that was started again while somebody waited says
// how their call stands; the call of somebody who left, or of long ago, is not
// the next person's.
func TestCallFromBefore(t *testing.T) {
	for _, row := range []struct {
		name string
		ago  time.Duration
		gone bool
		here bool
	}{
		{"just now", time.Minute, false, true},
		{"left", time.Minute, true, false},
		{"yesterday", 20 * time.Hour, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKiosk(t)
				k.close()
				c := call.Call{ID: records.NewID(), Why: call.Emergency, Opened: time.Now().Add(-row.ago), Level: 1, Gone: row.gone}
				c.Since = c.Opened
				k.cfg.Calls = call.New(call.Config{Open: []call.Call{c}})
				defer k.cfg.Calls.Close()
				k.v, k.closed = visit.New(k.cfg), false
				defer k.close()
				s := k.want(visit.Welcome)
				if s.Help != row.here || s.Call.ID != "" && s.Call.ID != c.ID {
					t.Errorf("help %v, call %+v", s.Help, s.Call)
				}
				k.v.CallHelp()
				if open := k.cfg.Calls.Open(); len(open) == 1 != row.here {
					t.Errorf("after another press: %+v", open)
				}
				k.do(k.v.Begin(), visit.Who)
				k.v.Cancel()
				if s := k.want(visit.Welcome); s.Help {
					t.Error("the next person finds the call of the one before")
				}
			})
		})
	}
}
