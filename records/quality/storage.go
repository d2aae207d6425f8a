package quality

import (
	"slices"
	"strings"
	"time"

	"aidpost/records/vitals"
)

// Limits are between which temperatures something may be kept, in °C, both allowed.
type Limits struct {
	Low  vitals.Decimal `json:"low,omitzero"`
	High vitals.Decimal `json:"high,omitzero"`
}

// Known reports whether there are any.
func (l Limits) Known() bool { return l.Low.Cmp(vitals.Int(0)) != 0 || l.High.Cmp(vitals.Int(0)) != 0 }

// The coldest and the warmest that a thermometer of a store is believed, in °C.
const (
	coldest = -40
	warmest = 80
)

// Plausible reports whether a store can have been between these temperatures, which
// may be one.
func (l Limits) Plausible() bool {
	return l.High.Cmp(l.Low) >= 0 && l.Low.Cmp(vitals.Int(coldest)) >= 0 && l.High.Cmp(vitals.Int(warmest)) <= 0
}

// holds reports whether something that was between the temperatures of o was within
// the limits.
func (l Limits) holds(o Limits) bool { return o.Low.Cmp(l.Low) >= 0 && o.High.Cmp(l.High) <= 0 }

// A Storage is the coldest and the warmest that a store was since the thermometer in
// it was set back: what a minimum-maximum thermometer shows.
type Storage struct {
	Store string `json:"store,omitempty"` // what people call it; empty where there is but one
	Limits
	At      time.Time `json:"at"`
	Comment string    `json:"comment,omitempty"`
	// Corrects says that the last reading of this store was read wrongly, and that this
	// one stands in its place.
	Corrects bool `json:"corrects,omitempty"`
}

// StorageOf returns the readings of a store that count, in the order they were made.
func (l *Log) StorageOf(store string) (readings []Storage) {
	for _, r := range l.Storages {
		if r.Store != store {
			continue
		}
		if n := len(readings); r.Corrects && n > 0 {
			r.At = readings[n-1].At // it is of then
			readings = readings[:n-1]
		}
		readings = append(readings, r)
	}
	return readings
}

// StoragesIn returns the readings of a time that count, of all stores, in the order
// they were written down.
func (l *Log) StoragesIn(since, until time.Time) (readings []Storage) {
	var seen []string
	for _, r := range l.Storages {
		if !slices.Contains(seen, r.Store) {
			seen = append(seen, r.Store)
			readings = append(readings, l.StorageOf(r.Store)...)
		}
	}
	readings = slices.DeleteFunc(readings, func(r Storage) bool { return r.At.Before(since) || !r.At.Before(until) })
	slices.SortStableFunc(readings, func(a, b Storage) int { return a.At.Compare(b.At) })
	return readings
}

// KeptWithin returns between which temperatures a lot may be kept: by its label, or
// else by the plan.
func (l Lot) KeptWithin(p Plan) Limits {
	if l.Kept.Known() {
		return l.Kept
	}
	return p.Kept
}

// Spoilt returns the first reading of its store by which a lot was kept too cold or
// too warm since it was put to use; false if there is none. That a lot is written down
// anew does not make it good.
func (l *Log) Spoilt(p Plan, lot Lot) (Storage, bool) {
	limits, since := lot.KeptWithin(p), lot.Opened
	if !limits.Known() {
		return Storage{}, false
	}
	for _, o := range l.Lots {
		if o.Kind == lot.Kind && o.Number == lot.Number && o.Model == lot.Model && o.Opened.Before(since) {
			since = o.Opened
		}
	}
	for _, r := range l.StorageOf(lot.Store) {
		if !r.At.Before(since) && !limits.holds(r.Limits) {
			return r, true
		}
	}
	return Storage{}, false
}

// A Store is how it stands with one place in which strips are kept.
type Store struct {
	Name string
	Lots []Lot   // of strips in use that are kept in it
	Last Storage // the last reading; zero: there was none
	Due  time.Time
	// Overdue says that a reading is: the site asks for one every so many hours.
	Overdue bool
	Spoilt  []Lot // those of its lots that were kept too cold or too warm
}

// Stores returns the places in which strips are kept that are in use, and those of
// which there are readings, by name. Plan says what the site asks of a model.
func (l *Log) Stores(plan func(model string) Plan, now time.Time) (all []Store) {
	at := func(name string) *Store {
		i := slices.IndexFunc(all, func(s Store) bool { return s.Name == name })
		if i < 0 {
			all = append(all, Store{Name: name})
			i = len(all) - 1
			if readings := l.StorageOf(name); len(readings) > 0 {
				all[i].Last = readings[len(readings)-1]
			}
		}
		return &all[i]
	}
	for n, lot := range l.Lots {
		used, ok := l.InUse(Reagent, lot.Model, now)
		later := slices.ContainsFunc(l.Lots[n+1:], func(o Lot) bool { return o.Kind == lot.Kind && o.Number == lot.Number && o.Model == lot.Model })
		if p := plan(lot.Model); lot.Kind == Reagent && ok && used.Number == lot.Number && !later && (p.StoreEvery > 0 || lot.KeptWithin(p).Known()) {
			at(lot.Store).add(l, p, lot, now)
		}
	}
	for _, r := range l.Storages {
		at(r.Store)
	}
	slices.SortFunc(all, func(a, b Store) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// add notes a lot that is kept in the store.
func (s *Store) add(l *Log, p Plan, lot Lot, now time.Time) {
	s.Lots = append(s.Lots, lot)
	if _, spoilt := l.Spoilt(p, lot); spoilt {
		s.Spoilt = append(s.Spoilt, lot)
	}
	if p.StoreEvery == 0 {
		return
	}
	due := s.Last.At
	if due.IsZero() || due.After(now.Add(time.Hour)) { // of a clock that was set back
		due = lot.Opened
	}
	if due = due.Add(time.Duration(p.StoreEvery) * time.Hour); s.Due.IsZero() || due.Before(s.Due) {
		s.Due = due
	}
	s.Overdue = !now.Before(s.Due)
}
