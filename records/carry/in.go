package carry

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"aidpost/records"
	"aidpost/records/downsync"
)

// A Refusal is a letter, or a visit in one, that was not taken in.
type Refusal struct {
	Letter string     `json:"letter"` // name of the file
	From   string     `json:"from,omitempty"`
	Visit  records.ID `json:"visit,omitempty"` // empty: the letter as a whole
	Why    string     `json:"why"`
}

// Taken says what was taken in from a stick.
type Taken struct {
	Letters int `json:"letters"`
	// At an office:
	New      int `json:"new"`      // visits, or later revisions of them, that were not here
	Known    int `json:"known"`    // visits that were here already
	Waiting  int `json:"waiting"`  // visits of people who are being measured: they come the next time
	Disputed int `json:"disputed"` // visits that were changed here, too: a person has to say which version holds
	Words    int `json:"words"`    // visits of which word was written back
	// At a laptop:
	Held int `json:"held"` // visits that the office holds, as was not known yet
	Sent int `json:"sent"` // visits that a server holds, likewise
	// Other counts word of visits that say something else by now: it does not count.
	Other   int       `json:"other"`
	Wishes  int       `json:"wishes"` // people who have said something elsewhere that was not known here
	Refused []Refusal `json:"refused,omitempty"`
}

// In takes in what a stick has for this Aidpost, and answers: at an office visits,
// and word of them goes onto the stick; at a laptop that word. What was taken in
// and answered is taken from the stick. What was done before an error stays.
func (c *Carrier) In(ctx context.Context, stick Stick) (r Taken, err error) {
	c.working.Lock()
	defer c.working.Unlock()
	s, err := c.begin(ctx, stick)
	if err != nil {
		return r, err
	}
	letters, err := stick.letters()
	if err != nil {
		return r, err
	}
	in := reading{session: s, Taken: &r, refused: map[string][]records.Brought{}}
	slices.SortStableFunc(letters, wishesLast)
	for i, l := range letters {
		s.Progress(i, len(letters))
		if l.to != tag(s.keys.public) {
			continue // for somebody else with whom the stick is shared
		}
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		if err := in.letter(ctx, l); err != nil {
			return r, fmt.Errorf("take in %s: %w", l, err)
		}
	}
	return r, in.answer(ctx)
}

// wishesLast puts letters with what people said behind those that bring the people.
func wishesLast(a, b label) int {
	rank := map[bool]int{true: 1}
	return rank[a.kind == wishes] - rank[b.kind == wishes]
}

// A reading is what was read of a stick so far.
type reading struct {
	*session
	*Taken
	done    []label                      // that can go when all is answered
	refused map[string][]records.Brought // by key of who brought it
}

// unreadable are the errors that are wrong with a letter alone.
var unreadable = []error{ErrDamaged, ErrNotForUs, ErrUnsigned, ErrStranger, ErrForged, ErrNewer, ErrRepeated, ErrOlder, ErrNoVisits}

// letter takes in one. What is wrong with it is noted, and the others go on.
func (in *reading) letter(ctx context.Context, l label) error {
	text, err := in.stick.read(l)
	if err == nil {
		err = in.opened(ctx, l, text)
	}
	for _, why := range unreadable {
		if errors.Is(err, why) {
			in.Refused = append(in.Refused, Refusal{Letter: l.String(), Why: why.Error()})
			return nil
		}
	}
	return err
}

func (in *reading) opened(ctx context.Context, l label, text []byte) error {
	m, err := open(in.keys, in.trusted(), text)
	if err != nil {
		return err
	}
	from, ok := in.partner(m.from)
	switch {
	case !ok:
		return ErrStranger
	case m.Kind == word:
		return in.hear(ctx, l, from, m)
	case m.Kind == wishes:
		return in.wishes(ctx, l, from, m)
	case from.Office:
		return ErrNoVisits // visits go one way
	}
	return in.takeIn(ctx, l, from, m)
}

// takeIn takes in a letter with visits.
func (in *reading) takeIn(ctx context.Context, l label, from records.Partner, m *letter) error {
	last, err := in.counter(ctx, from, lastParcel)
	if err != nil {
		return err
	}
	fresh, waiting, refused := in.New, in.Waiting, len(in.Refused)
	err = m.each(func(line []byte) error { return in.visit(ctx, l, from, line) })
	if err != nil {
		return err
	}
	if m.Number > last {
		heard, err := in.counter(ctx, from, lastHeard)
		if err == nil {
			err = errors.Join(in.count(ctx, from, lastParcel, m.Number), in.count(ctx, from, lastHeard, max(heard, m.Heard)))
		}
		if err != nil {
			return err
		}
	}
	in.Letters++
	if in.Waiting == waiting {
		in.done = append(in.done, l)
	}
	if m.Number <= last && in.New == fresh && len(in.Refused) == refused {
		return ErrRepeated
	}
	return nil
}

// What a laptop is told of a visit that was not taken in, in words for people that
// hold nothing about anybody.
const (
	whyDisputed  = "it was changed at the office, too, and a person there has to decide"
	whyErased    = "the person was erased at the office"
	whyElsewhere = "the result was saved at the office in another visit"
	whyNoVisit   = "the office cannot read it"
	whyInvalid   = "the office may not store it"
)

// visit takes in one visit.
func (in *reading) visit(ctx context.Context, l label, from records.Partner, line []byte) error {
	hash := sha256.Sum256(line)
	var v records.Carried
	if err := json.Unmarshal(line, &v); err != nil || v.Last() == nil {
		in.Refused = append(in.Refused, Refusal{Letter: l.String(), From: from.Name, Why: whyNoVisit})
		return nil
	}
	e := v.Last()
	known, why, found, err := in.Store.BroughtAs(ctx, from.ServerKey(), e.ID)
	switch {
	case err != nil:
		return err
	case found && known == hash && why == "":
		in.Known++
		return in.again(ctx, from, e, hash)
	case found && known == hash:
		in.refuse(l, from, e, hash, why)
		return nil
	}
	fresh, err := in.store(ctx, from, &v, hash)
	switch {
	case errors.Is(err, records.ErrOngoing), errors.Is(err, records.ErrStale):
		in.Waiting++
		return nil
	case errors.Is(err, records.ErrForked):
		in.Disputed++
		in.refuse(l, from, e, hash, whyDisputed)
		return in.Access.Dispute(ctx, from.Bringer(), &v, hash)
	}
	if why, is := refusal(err); is {
		in.refuse(l, from, e, hash, why)
		return nil
	}
	switch {
	case err != nil:
		return err
	case fresh > 0:
		in.New++
	default:
		in.Known++
	}
	return nil
}

// store makes the people of a visit known, and then takes it in.
func (in *reading) store(ctx context.Context, from records.Partner, v *records.Carried, hash [sha256.Size]byte) (fresh int, err error) {
	_, err = downsync.Hear(in.Access.As(ctx), in.Store, from.ServerKey(), v.People, v.Merged, in.Log)
	if err != nil {
		return 0, err
	}
	return in.Access.TakeIn(ctx, from.Bringer(), v, hash)
}

// refusal says why a visit is not taken in, if the fault is in the visit.
func refusal(err error) (why string, is bool) {
	switch {
	case errors.Is(err, records.ErrErased):
		return whyErased, true
	case errors.Is(err, records.ErrSavedBefore):
		return whyElsewhere, true
	case errors.Is(err, records.ErrMixed):
		return whyNoVisit, true
	case errors.Is(err, records.ErrInvalid):
		if e, ok := errors.AsType[*records.InvalidError](err); ok {
			return whyInvalid + " (" + e.Field + ": " + e.Why + ")", true
		}
		return whyInvalid, true
	}
	return "", false
}

func (in *reading) refuse(l label, from records.Partner, e *records.Encounter, hash [sha256.Size]byte, why string) {
	in.Refused = append(in.Refused, Refusal{l.String(), from.Name, e.ID, why})
	w := records.Word{Encounter: e.ID, Revision: e.Revision, Hash: hash, Refused: why}
	in.refused[from.Key.KeyID] = append(in.refused[from.Key.KeyID], records.Brought{Word: w})
}

// again has the kiosk told once more of a visit that it still carries: what it was
// told went with a stick that was lost.
func (in *reading) again(ctx context.Context, from records.Partner, e *records.Encounter, hash [sha256.Size]byte) error {
	b := records.Brought{Word: records.Word{Encounter: e.ID, Hash: hash}}
	return in.Access.Told(ctx, from.ServerKey(), 0, []records.Brought{b})
}
