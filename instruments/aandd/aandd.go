// Package aandd measures blood pressure with the arm-in stations TM-2655 and
// TM-2657 of A&D, which stand in pharmacies and waiting rooms. A person starts
// them with a key or the host with a command, and they send a record after each
// measurement.
//
// The host cannot see the pressure: a station says nothing between the start
// and the record, which it sends once the cuff is open. So a cuff that was told
// to let go is known to be empty only when its record has come; until then the
// fault says that the cuff may be tight, and the person has the station's own
// stop button. The question for the last record is never put: the answer may be
// somebody else's.
//
// Facts are from four public programs: a Ruby script tm2655.rb, a Python reader
// of the TM-2657, a C# clinic client and a Raspberry Pi kiosk with a logged
// record. The check byte is known of commands alone, and believed of records by
// the same rule; the error numbers are known of no public source.
package aandd

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/station"
	"aidpost/records/vitals"
)

// The catalogue's names of the two models.
const (
	TM2655ID = "aandd-tm2655"
	TM2657ID = "aandd-tm2657"
)

// A command is what the host may say: all there is.
type command string

const (
	start command = "\x16\x16\x010 \x02ST\x03\x07"
	stop  command = "\x16\x16\x010 \x02SP\x03\x03"
)

// A Driver runs the stations of one model. All it remembers is when a cuff was
// last let go, so that an arm gets its rest. It implements
// [instruments.Decoder], [instruments.Explainer] and [instruments.Releaser].
type Driver struct {
	id, name string
	baud     int
	rest     cuff.Rest
}

var (
	_ instruments.Decoder   = (*Driver)(nil)
	_ instruments.Explainer = (*Driver)(nil)
	_ instruments.Releaser  = (*Driver)(nil)
	_ instruments.Hearer    = (*Driver)(nil)
)

// TM2655 returns the driver of the TM-2655.
func TM2655() *Driver { return &Driver{id: TM2655ID, name: "TM-2655", baud: 9600} }

// TM2657 returns the driver of the TM-2657.
func TM2657() *Driver { return &Driver{id: TM2657ID, name: "TM-2657", baud: 2400} }

// Model describes the station as it is delivered; its rate is a setting.
func (d *Driver) Model() instruments.Model {
	return instruments.Model{
		ID: d.id, Maker: "A&D", Name: d.name, Panel: vitals.BloodPressure,
		Line: instruments.Line{Baud: d.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "067B", PID: "23C3"}},
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{StartStop: true},
		Evidence:  instruments.PublicRules,
		Checksum:  "XOR-8",
		Chosen:    true,
		Version:   "1",
	}
}

// Probe listens, and sends nothing: a station has no harmless question.
func (d *Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	return instruments.Identity{}, station.Probe(ctx, port, format{})
}

// Hears knows a whole record.
func (d *Driver) Hears(said []byte) instruments.Hearsay { return station.Hears(said, format{}) }

// Measure starts the station, once, and waits for its record. See cuff.Run for
// how it is told to let go on every other way out.
func (d *Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := d.rest.Wait(ctx); err != nil {
		return err
	}
	l, err := station.Listen(port, format{}, job)
	if err != nil {
		return err
	}
	defer l.Close()
	defer d.rest.Begin()
	return cuff.Run(ctx, &valve{port: port, heard: l}, func(ctx context.Context) error {
		if err := instruments.WriteAll(port, []byte(start)); err != nil {
			return err
		}
		emit(&instruments.Progress{Phase: instruments.Measuring})
		return l.Await(ctx, station.Patience, emit)
	})
}

// A valve tells a station to let go. It is a cuff.Valve.
type valve struct {
	port  instruments.Port
	heard *station.Listener
}

// Abort sends the stop command.
func (v *valve) Abort(context.Context) error { return instruments.WriteAll(v.port, []byte(stop)) }

// errBlind is why nobody knows what a cuff does.
var errBlind = instruments.NewFault(instruments.NoAnswer,
	"the station does not tell its pressure, and has sent no record: press its stop button")

// Sense waits for the record, which a station sends when its cuff is open.
func (v *valve) Sense(ctx context.Context) (cuff.State, error) {
	err := v.heard.Drop(ctx, time.Now().Add(cuff.Poll))
	switch {
	case err == nil:
		return cuff.State{Stopped: true}, nil
	case instruments.CodeOf(err) == instruments.Unplugged:
		return cuff.State{}, err
	}
	return cuff.State{}, errBlind
}

// releaseWait is how long Release keeps the wire: the stop takes 60 milliseconds
// at 2400 baud.
const releaseWait = 300 * time.Millisecond

// Release tells the station to stop. One at rest says nothing, as one does that
// has not heard; more than that cannot be known, and waiting longer tells no more.
// The rest of the arm begins with the stop: it is longer than a cuff takes to
// empty, and than the record takes of a measurement that was left running, which
// is dropped with all that was said before the next start.
func (d *Driver) Release(port instruments.Port) error {
	l, err := station.Listen(port, format{}, instruments.Job{})
	if err != nil {
		return err
	}
	defer l.Close()
	ctx := context.Background()
	if err := (&valve{port: port}).Abort(ctx); err != nil {
		return err
	}
	d.rest.Begin()
	err = l.Drop(ctx, time.Now().Add(releaseWait))
	if instruments.CodeOf(err) == instruments.NoAnswer {
		return nil
	}
	return err
}

// Decode reads what a station sent.
func (d *Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return station.Decode(captured, format{}, job, emit)
}

// Explain names the fields of captured records.
func (d *Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return station.Explain(frames, format{})
}
