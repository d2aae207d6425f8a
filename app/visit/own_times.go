package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/app/memory"
	"aidpost/instruments"
)

// OwnTimes says what is done about a clock that is off.
func (v *Visit) OwnTimes(choice memory.ClockChoice) error {
	return v.command(func() error {
		if choice != memory.KeepTimes && choice != memory.ShiftTimes {
			return ErrNotNow
		}
		v.answer("own-clock", string(choice))
		v.own.clock = choice
		v.chooseTimes(choice)
		v.nextOwn()
		return nil
	}, OwnClock)
}

// chooseTimes keeps each reading beside what is known of it.
func (v *Visit) chooseTimes(choice memory.ClockChoice) {
	o := v.own
	type pair struct {
		r     instruments.Reading
		known bool
	}
	all := make([]pair, len(o.contents.Readings))
	for i, r := range o.contents.Readings {
		all[i] = pair{r, o.known[i]}
	}
	if choice == memory.KeepTimes {
		for i := range all {
			all[i].r.Taken = memory.AsShown(all[i].r)
		}
	}
	slices.SortStableFunc(all, func(a, b pair) int { return b.r.Taken.Compare(a.r.Taken) })
	for i, p := range all {
		o.contents.Readings[i], o.known[i] = p.r, p.known
	}
}

// MoveOwn moves the beginning of a recording.
func (v *Visit) MoveOwn(by time.Duration) error {
	return v.command(func() error {
		began := v.own.began.Add(by)
		if began.Add(v.own.night.Length).After(time.Now().Add(time.Minute)) {
			return ErrNotNow // it would not be over yet
		}
		v.own.began = began
		return nil
	}, OwnBegan)
}

// OwnBeganThen tells when a recording began, as it stands on the screen; known false:
// nobody knows.
func (v *Visit) OwnBeganThen(known bool) error {
	return v.command(func() error {
		if v.own.checking {
			return ErrNotNow
		}
		v.answer("own-began", map[bool]string{true: Yes, false: Unknown}[known])
		v.datedOwn(v.own.began, !known)
		return nil
	}, OwnBegan)
}

// datedOwn makes the recording a result, which may be in the records already.
func (v *Visit) datedOwn(began time.Time, unsure bool) {
	o := v.own
	recording := o.contents.Recordings[o.dated]
	o.dated, o.began, o.checking = o.dated+1, began, true
	r, ok := o.night.Reading(recording, began, unsure)
	if !ok {
		o.checking = false
		v.nextOwn()
		return
	}
	var known []bool
	v.background(func(context.Context) { known = v.knownOf([]instruments.Reading{r}, o.from) }, func() {
		o.checking = false
		if known[0] && !o.theirs {
			v.ownFailed(NotYours)
			return
		}
		o.contents.Readings = append([]instruments.Reading{r}, o.contents.Readings...)
		o.known = append([]bool{known[0] || keptBefore(o.history, r)}, o.known...)
		v.nextOwn()
	})
}
