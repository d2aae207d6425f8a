// Package beurer reads the memory of the upper-arm monitors BM55, BM58 and BM65
// of Beurer, as far as they show up as a serial port: older units with a
// PL2303. Newer ones are HID devices and are not read.
//
// A person measures on the monitor and then connects the cable and chooses PC
// mode. Host and monitor exchange single bytes; a record is nine bytes without
// a checksum. So one that is wanted is read twice and must be the same both
// times. The clock cannot be read.
//
// Facts are from the public programs babo/bm58 and atbrask/BM65DataDownloader,
// and about the marks in a record from those for the HID form of it
// (muling-tt/beurer_bm58, roose242/bmdump). No public source says in which order
// records come.
package beurer

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the family.
const ModelID = "beurer-bm55"

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 500 * time.Millisecond
	wakeFor   = 30 * time.Second // until somebody has chosen PC mode
)

// Driver reads the monitors. It implements [instruments.Decoder] and
// [instruments.Explainer].
type Driver struct{}

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
)

// New returns the driver.
func New() Driver { return Driver{} }

// Model describes the family.
func (Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Maker: "Beurer", Name: "BM55 / BM58 / BM65 (serial)", Panel: vitals.BloodPressure,
		Line:      instruments.Line{Baud: 4800, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  []instruments.Adapter{{USBID: instruments.USBID{VID: "067B", PID: "2303"}}},
		Abilities: instruments.Abilities{Memory: true, Info: true},
		Evidence:  instruments.PublicRules,
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks whether a monitor is there, and for its description.
func (Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := &session{port: port, now: time.Now, wait: probeWait}
	if err := s.wake(ctx); err != nil {
		return instruments.Identity{}, err
	}
	name, err := instruments.Twice(func() (string, error) { return s.name(ctx) })
	return instruments.Identity{Name: name}, err
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Of the others no more is looked at than their dates.
func (Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{port: port, now: job.Clock(), wait: replyWait}
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := s.await(ctx, emit); err != nil {
		return err
	}
	name, err := s.name(ctx)
	if err != nil {
		return err
	}
	rows, err := s.download(ctx, emit)
	if err != nil {
		return err
	}
	selection := meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{Name: name}, meter.MinutesMargin).For(vitals.BloodPressure)
	events, err := s.choose(ctx, selection, rows)
	if err != nil {
		return err
	}
	err = selection.Deliver(events, emit)
	if err != nil && len(rows) > 0 && rows[0].record.undated() && instruments.CodeOf(err) == instruments.DamagedRecord {
		return instruments.NewFault(instruments.ClockUnset, "the clock of the monitor was never set, so nobody knows when it measured")
	}
	return err
}

// await wakes a monitor, which may not be in PC mode yet.
func (s *session) await(ctx context.Context, emit func(instruments.Event)) error {
	asked := false
	for until := time.Now().Add(wakeFor); ; {
		err := s.wake(ctx)
		code := instruments.CodeOf(err)
		asleep := code == instruments.NoAnswer || code == instruments.Garbled
		if !asleep || ctx.Err() != nil || !time.Now().Before(until) {
			return err
		}
		if !asked {
			emit(&instruments.Progress{Phase: instruments.Awaiting})
			asked = true
		}
	}
}

// stored is a record in the memory.
type stored struct {
	number int
	record record
}

// download reads all records, the newest first as far as they are dated, and
// before them those without a date: nobody knows how old they are.
func (s *session) download(ctx context.Context, emit func(instruments.Event)) ([]stored, error) {
	count, err := s.count(ctx)
	if err != nil {
		return nil, err
	}
	var all []stored
	for number := 1; number <= count; number++ {
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: number - 1, Total: count})
		r, _, err := s.record(ctx, number)
		if err != nil {
			return nil, err
		}
		all = append(all, stored{number, r})
	}
	again, err := s.count(ctx)
	switch {
	case err != nil:
		return nil, err
	case again != count:
		return nil, instruments.NewFault(instruments.Garbled, "the monitor counts its records differently the second time")
	}
	slices.SortStableFunc(all, func(a, b stored) int {
		x, y := a.record.wall(), b.record.wall()
		switch {
		case x.IsZero() && y.IsZero():
			return 0
		case x.IsZero():
			return -1
		case y.IsZero():
			return 1
		}
		return y.Compare(x)
	})
	return all, nil
}

// choose reads the wanted records once more, and returns their events.
func (s *session) choose(ctx context.Context, selection *meter.Selection, all []stored) ([]instruments.Event, error) {
	var events []instruments.Event
	for _, r := range all {
		if selection.Place(r.record.wall()) != meter.Wanted {
			continue
		}
		again, e, err := s.record(ctx, r.number)
		switch {
		case err != nil:
			return nil, err
		case again != r.record:
			return nil, instruments.NewFault(instruments.Garbled, "a record was not the same the second time")
		}
		events = append(events, selection.Add(again.row(r.number), e.frames()...))
	}
	return events, nil
}
