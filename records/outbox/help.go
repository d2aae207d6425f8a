package outbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"aidpost/records"
	"aidpost/records/fhir"
)

// callCursor is up to which change of a call for help the server knows.
const callCursor = "calls"

// help tells the server of the calls for help that no visit tells it of, before
// all else. The answer is not done if everything has to wait.
func (s *Sender) help(ctx context.Context) (answer, error) {
	if s.Place == nil || s.HL7 != nil || slices.Contains(s.omitted, "Communication") {
		return answer{}, nil
	}
	for ctx.Err() == nil {
		text, _, err := s.store.Cursor(ctx, s.server, callCursor)
		if err != nil {
			return answer{}, err
		}
		last, _ := strconv.ParseInt(text, 10, 64) // "": from the first on
		calls, err := s.store.CallsAfter(ctx, last, 1)
		if err != nil || len(calls) == 0 {
			return answer{}, err
		}
		a, err := s.sendCall(ctx, calls[0])
		if err != nil {
			return a, err
		}
		switch a.verdict {
		case done:
		case refused, tooLarge: // with this content it never will
			s.Log.Warn("the server refuses a call for help", "call", calls[0].ID, "why", a.why)
		case unreached, busy, denied:
			return a, nil
		default:
			s.Log.Warn("a call for help waits", "call", calls[0].ID, "why", a.why)
			return answer{}, nil
		}
		if err := s.store.SetCursor(ctx, s.server, callCursor, fmt.Sprint(calls[0].Seq)); err != nil {
			return a, err
		}
	}
	return answer{}, context.Cause(ctx)
}

// sendCall tells the server how one call stands.
func (s *Sender) sendCall(ctx context.Context, c records.ToldCall) (answer, error) {
	if c.Demo {
		return answer{}, nil
	}
	if a := s.learn(ctx); a.verdict != done || slices.Contains(s.omitted, "Communication") {
		return a, nil
	}
	known := s.holding(ctx)
	r, err := fhir.Call(c.Call, *s.Place, s.Operator, known.has)
	if err == nil {
		err = known.failed
	}
	if err != nil {
		return answer{}, fmt.Errorf("call %s: %w", c.ID, err)
	}
	_, a, err := s.putBeside(ctx, []parcel{{Resource: r, hash: sha256.Sum256(r.JSON)}}, known.remote)
	return a, err
}

// A holding knows what the server holds, and under which names.
type holding struct {
	remote map[string]string
	has    func(kind string, id records.ID) bool
	failed error
}

func (s *Sender) holding(ctx context.Context) *holding {
	h := &holding{remote: map[string]string{}}
	h.has = func(kind string, id records.ID) bool {
		r, known, err := s.store.Receipt(ctx, s.server, kind, id)
		if err != nil {
			h.failed = err
		}
		if known {
			h.remote[kind+"/"+string(id)] = kind + "/" + r.Remote
		}
		return known
	}
	return h
}
