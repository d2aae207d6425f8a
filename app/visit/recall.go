package visit

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
)

// A meter's clock is only so exact, and so a result of just before a visit may
// seem to be of it, though it belongs to whoever had the visit before. What
// this visit has accepted, what the visits of the last hour have, kept or not,
// and what is in the records tell them apart.

// lookUpTimeout bounds the look whether results are in the records; a disk that
// takes longer is broken.
const lookUpTimeout = 5 * time.Second

// savedBefore returns, for each candidate, when the visit began that saved it;
// zero if none did. It is called without the lock, after the driver has
// returned. Where the records cannot be asked nothing counts as saved: they
// refuse a second copy themselves.
func (v *Visit) savedBefore(from instruments.Attached) []time.Time {
	v.mu.Lock()
	candidates := slices.Clone(v.m.candidates)
	v.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), lookUpTimeout)
	defer cancel()
	began := make([]time.Time, len(candidates))
	for i := range candidates {
		at, saved, err := v.cfg.Store.SavedBefore(ctx, observation(&candidates[i], from))
		switch {
		case err != nil:
			v.cfg.Log.Error("looking a result up", "error", err)
		case saved:
			began[i] = at.In(v.cfg.Zone)
		}
	}
	return began
}

// fresh returns the candidates that nobody has accepted yet. saved is what
// savedBefore said of them.
func (v *Visit) fresh(from instruments.Attached, saved []time.Time) []instruments.Reading {
	var fresh []instruments.Reading
	for i, r := range v.m.candidates {
		switch {
		case v.hasReading(r):
		case !saved[i].IsZero():
			v.m.savedOn = saved[i]
		case v.recent.has(from, r):
		default:
			fresh = append(fresh, r)
		}
	}
	return fresh
}

// hasReading reports whether an instrument's stored result was accepted before
// in this visit: one that is read again hands out its last results, too.
func (v *Visit) hasReading(r instruments.Reading) bool {
	if r.InstrumentTime.IsZero() {
		return false
	}
	return slices.ContainsFunc(v.p.encounter.Observations, func(o records.Observation) bool {
		return len(o.MeanOf) == 0 && o.Panel == r.Panel && slices.Equal(o.Values, r.Values) &&
			o.Origin.InstrumentAt.Equal(r.InstrumentTime) && o.Origin.Device.Serial == r.Identity.Serial
	}) || slices.ContainsFunc(v.m.attempts, func(a attempt) bool {
		return a.reading != nil && slices.Equal(a.reading.Values, r.Values) && a.reading.InstrumentTime.Equal(r.InstrumentTime)
	})
}

// recallFor is how long accepted results are remembered. By then they are older
// than any visit that could take them for its own.
const recallFor = time.Hour

// recent remembers the results that visits have accepted, by a number that
// nobody can turn back into a result, and when.
type recent struct {
	seed    maphash.Seed
	results map[uint64]time.Time
}

func newRecent() recent {
	return recent{seed: maphash.MakeSeed(), results: map[uint64]time.Time{}}
}

// add remembers a result that its instrument stored, and forgets those that
// are old.
func (m recent) add(from instruments.Attached, r instruments.Reading) {
	now := time.Now()
	for key, at := range m.results {
		if now.Sub(at) > recallFor {
			delete(m.results, key)
		}
	}
	if !r.InstrumentTime.IsZero() {
		m.results[m.key(from, r)] = now
	}
}

// has reports whether the result is one that was added.
func (m recent) has(from instruments.Attached, r instruments.Reading) bool {
	_, ok := m.results[m.key(from, r)]
	return ok && !r.InstrumentTime.IsZero()
}

func (m recent) key(from instruments.Attached, r instruments.Reading) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	for _, part := range []string{from.Model.ID, r.Identity.Serial, r.InstrumentTime.UTC().Format(time.RFC3339)} {
		maphash.WriteComparable(&h, part)
	}
	for _, value := range r.Values {
		maphash.WriteComparable(&h, value)
	}
	return h.Sum64()
}
