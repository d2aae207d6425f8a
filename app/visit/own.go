package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/app/memory"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// A person may bring their own meter, cuff or oximeter, plug it in and see what it has
// kept. It is no measurement of this place: nothing of it raises an alarm, and nothing
// is kept before the person has said so.

// The steps of reading a person's own instrument, in their order.
const (
	OwnKind  Step = "own-kind" // which kind it is
	OwnPlug  Step = "own-plug" // until it is plugged in, or why it cannot be read
	OwnRead  Step = "own-read"
	OwnClock Step = "own-clock" // its clock is off
	OwnBegan Step = "own-began" // when a recording began
	OwnDone  Step = "own-done"  // what was in it
)

// The troubles of a person's own instrument that no driver knows.
const (
	NotSeen   instruments.FaultCode = "not-seen"   // nothing was plugged in
	PlugAgain instruments.FaultCode = "plug-again" // it was there before, and nobody knows whose it is
	NotYours  instruments.FaultCode = "not-yours"  // its results are kept, and not of this person
)

// notSeenAfter is how long a cable may take to be found and plugged in.
const notSeenAfter = 20 * time.Second

// A Recaller is a rack that fetches recordings.
type Recaller interface {
	Recall(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error
}

// OwnState is how the reading of a person's own instrument stands.
type OwnState struct {
	Kind        memory.Kind
	Model       instruments.Model     // that is read
	Trouble     instruments.FaultCode // why nothing is read; empty: nothing is wrong
	Done, Total int                   // results read; no total: it is not known
	Drift       time.Duration         // of its clock, ahead of ours
	Began       time.Time             // of the recording, as far as it is known
	Night       memory.Night
	Summary     memory.Summary
	// New were not known to this kiosk, and Known were.
	New, Known, Controls, Unread int
	Readings                     []instruments.Reading // the newest first
	Serious                      bool                  // one of them is beyond a critical limit
}

// ownDevice is a person's own instrument.
type ownDevice struct {
	kind     memory.Kind
	before   map[string]bool // what was recognised when the person was asked to plug it in
	present  map[string]bool // what was there then
	from     instruments.Attached
	trouble  instruments.FaultCode
	contents memory.Contents
	progress instruments.Progress
	known    []bool                // of each reading
	history  []records.Observation // of the person, as far as they are known
	theirs   bool                  // results of it are kept for them
	strange  bool                  // another one than the person has read here before
	serious  bool                  // a result is beyond a critical limit
	acute    guideline.Tier        // of the newest result, if that says how the person is now
	asked    bool
	clock    memory.ClockChoice
	night    memory.Night
	began    time.Time
	dated    int  // of how many recordings the beginning was told
	checking bool // whether the last of them is known
	// have are the recordings of an instrument that came whole before its cable was
	// pulled: with it in again, the rest is read.
	have []*instruments.Recording
}

// OwnInstrument begins to read an instrument that the person has brought.
func (v *Visit) OwnInstrument() error {
	return v.command(func() error {
		v.beginPanel(measurement{})
		v.enter(OwnKind)
		return nil
	}, Choose)
}

// ChooseOwn says which kind of instrument it is.
func (v *Visit) ChooseOwn(kind memory.Kind) error {
	return v.command(func() error {
		if !slices.Contains(memory.Kinds(), kind) {
			return ErrNotNow
		}
		v.awaitOwn(&ownDevice{kind: kind})
		return nil
	}, OwnKind)
}

// awaitOwn waits for the instrument to be plugged in.
func (v *Visit) awaitOwn(o *ownDevice) {
	o.before, o.present = map[string]bool{}, map[string]bool{}
	for _, a := range v.cfg.Instruments.Attached() {
		o.present[a.ID] = true
		if a.Model.ID != "" {
			o.before[a.ID] = true
			if o.trouble == "" && a.Startable() && o.kind.Reads(a.Model) {
				o.trouble = PlugAgain
			}
		}
	}
	v.own = o
	v.enter(OwnPlug)
	v.after(notSeenAfter, func() {
		if v.own.trouble == "" {
			v.own.trouble = NotSeen
		}
	})
}

// ownArrived looks at what is plugged in now.
func (v *Visit) ownArrived() {
	o := v.own
	if v.step != OwnPlug || o == nil {
		return
	}
	all := v.cfg.Instruments.Attached()
	there := func(id string) bool {
		return slices.ContainsFunc(all, func(a instruments.Attached) bool { return a.ID == id })
	}
	for id := range o.present {
		if !there(id) {
			delete(o.present, id)
			delete(o.before, id)
			if o.trouble == PlugAgain {
				o.trouble = ""
			}
		}
	}
	for _, a := range all {
		switch {
		case o.before[a.ID]:
		case a.Startable() && o.kind.Reads(a.Model):
			v.readOwn(a)
			return
		case a.Startable():
			o.trouble = instruments.WrongModel
		case a.Fault != "" && !o.present[a.ID]:
			o.trouble = a.Fault
		}
	}
}

// readOwn reads all of the instrument's memory.
func (v *Visit) readOwn(from instruments.Attached) {
	o := v.own
	ctx, cancel := context.WithCancel(v.ctx)
	v.stop = cancel
	have := o.have
	*o = ownDevice{kind: o.kind, from: from}
	v.enter(OwnRead)
	v.work.Go(func() {
		var c memory.Contents
		err := v.fetch(ctx, from, have, func(e instruments.Event) {
			if p, ok := e.(*instruments.Progress); ok {
				v.mu.Lock()
				o.progress = *p
				v.mu.Unlock()
				v.cfg.Changed()
				return
			}
			c.Take(e)
		})
		cancel()
		c.Sort()
		known, mine := v.knownOf(c.Readings, from), v.serials()
		v.mu.Lock()
		v.stop = nil
		if v.m.leave {
			v.end(records.Cancelled)
		} else {
			v.ownIsRead(o, c, err, known, mine)
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// fetch reads recordings, if they are not there already, or else results.
func (v *Visit) fetch(ctx context.Context, from instruments.Attached, have []*instruments.Recording, emit func(instruments.Event)) error {
	job := memory.Job(v.cfg.Zone)
	job.Have = have
	if r, ok := v.cfg.Instruments.(Recaller); ok && from.Model.Panel == vitals.Oximetry {
		if err := r.Recall(ctx, from.ID, job, emit); instruments.CodeOf(err) != instruments.WrongModel {
			return err
		}
	}
	return v.cfg.Instruments.Measure(ctx, from.ID, job, emit)
}

// knownOf reports which results are in the records already, whosever they are.
func (v *Visit) knownOf(all []instruments.Reading, from instruments.Attached) []bool {
	ctx, cancel := context.WithTimeout(v.ctx, saveTimeout)
	defer cancel()
	known := make([]bool, len(all))
	for i := range all {
		_, saved, err := v.cfg.Store.SavedBefore(ctx, observation(&all[i], from))
		if err != nil {
			v.cfg.Log.Error("looking a stored result up", "error", err)
		}
		known[i] = saved
	}
	return known
}

// ownHistory is how many results of a person what they bring is compared with: more
// than any instrument keeps.
const ownHistory = 1000

// serials are the numbers of the instruments that the person has brought before.
func (v *Visit) serials() []records.Observation {
	v.mu.Lock()
	known, kind := v.p.found && v.p.shown && v.p.encounter != nil && v.p.encounter.Patient != nil, memory.Meter
	var patient records.ID
	if known {
		patient = v.p.encounter.Patient.ID
	}
	if v.own != nil {
		kind = v.own.kind
	}
	v.mu.Unlock()
	if !known {
		return nil
	}
	ctx, cancel := context.WithTimeout(v.ctx, lookUpTimeout)
	defer cancel()
	history, err := v.cfg.Store.History(ctx, patient, kind.Panel(), ownHistory)
	if err != nil {
		v.cfg.Log.Error("looking a person's own instrument up", "error", err)
	}
	return history
}

// ownIsRead goes on with what was read.
func (v *Visit) ownIsRead(o *ownDevice, c memory.Contents, err error, known []bool, mine []records.Observation) {
	serial := c.Serial()
	theirs := slices.ContainsFunc(mine, func(h records.Observation) bool {
		return slices.Contains(h.Notes, NoteOwnMeter) && h.Origin.Device.Serial == serial
	})
	damaged := instruments.CodeOf(err) == instruments.DamagedRecord && len(c.Recordings) > 0
	switch {
	case err != nil && !damaged:
		v.ownFailed(asFault(err).Code)
		v.own.have = c.Whole()
	case len(c.Readings)+len(c.Recordings) == 0:
		v.ownFailed(instruments.NoNewResult)
	case slices.Contains(known, true) && !theirs:
		v.ownFailed(NotYours)
	default:
		for i, r := range c.Readings {
			known[i] = known[i] || serial == "" && keptBefore(mine, r)
		}
		if damaged {
			c.Unread++
		}
		o.contents, o.known, o.theirs, o.strange, o.history = c, known, theirs, Unfamiliar(mine, serial), mine
		o.serious, o.acute = v.seriousOwn(c.Readings, time.Now())
		v.nextOwn()
	}
}

// ownFailed waits for the instrument, or another one, to be plugged in again.
func (v *Visit) ownFailed(why instruments.FaultCode) {
	v.awaitOwn(&ownDevice{kind: v.own.kind, trouble: why})
}

// nextOwn asks what is still to be asked, and then shows what there is.
func (v *Visit) nextOwn() {
	o := v.own
	_, off := o.contents.Drift()
	switch {
	case o.strange && !o.asked:
		o.asked = true
		v.ask(AskOtherMeter)
	case o.acute > 0:
		tier := o.acute
		o.acute = 0
		v.advise(tier)
	case off && o.clock == "":
		v.enter(OwnClock)
	case o.dated < len(o.contents.Recordings):
		now := time.Now().In(v.cfg.Zone)
		o.night = memory.NightOf(o.contents.Recordings[o.dated], now)
		if !o.night.Began.IsZero() && !o.night.OfDay {
			v.datedOwn(o.night.Began, false)
			return
		}
		o.began = o.night.Guess(now)
		v.enter(OwnBegan)
	default:
		v.enter(OwnDone)
	}
}

// keptBefore reports whether a person has brought a result before, of an instrument that
// does not say which one it is: of the same time, and with the same values.
func keptBefore(history []records.Observation, r instruments.Reading) bool {
	return slices.ContainsFunc(history, func(h records.Observation) bool {
		return slices.Contains(h.Notes, NoteOwnMeter) && h.Taken.Sub(r.Taken).Abs() < time.Minute && slices.Equal(h.Values, r.Values)
	})
}

func (v *Visit) ownState() OwnState {
	o := v.own
	if o == nil {
		return OwnState{}
	}
	s := OwnState{
		Kind: o.kind, Model: o.from.Model, Trouble: o.trouble, Done: o.progress.Done, Total: o.progress.Total,
		Began: o.began, Night: o.night, Summary: o.contents.Summarise(o.kind.Panel()),
		Controls: o.contents.Controls, Unread: o.contents.Unread, Readings: slices.Clone(o.contents.Readings), Serious: o.serious,
	}
	s.Drift, _ = o.contents.Drift()
	for _, known := range o.known {
		if known {
			s.Known++
		} else {
			s.New++
		}
	}
	return s
}
