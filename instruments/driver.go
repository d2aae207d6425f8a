package instruments

import (
	"context"
	"io"
	"time"

	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// A Driver speaks one wire protocol to one line of instruments. It holds no
// state between calls, so one Driver serves any number of ports.
//
// The caller opens the port with Model().Line, owns it and closes it after the
// call has returned. A driver never keeps it.
type Driver interface {
	// Model describes what the driver serves.
	Model() Model

	// Probe finds out, within three seconds, whether an instrument of this
	// model is on the port and who it is. It only listens or sends queries
	// that can neither start a pump, write a clock nor erase anything. A
	// WrongModel, Garbled or NoAnswer *Fault means: not this one.
	Probe(ctx context.Context, port Port) (Identity, error)

	// Measure takes the reading of this visit and hands everything that
	// happens to emit, on the calling goroutine. It returns after the reading
	// with nil, or with a *Fault, or with the context's cause.
	//
	// Whatever the way out (a reading, a fault, a cancelled context, a panic
	// in emit), the instrument is safe before Measure returns: a cuff has been
	// told to deflate and was seen to be empty, or the error is an
	// AbortUnconfirmed *Fault. Calling Measure is the explicit act that starts
	// a pump; it starts it at most once.
	Measure(ctx context.Context, port Port, job Job, emit func(Event)) error
}

// A Releaser is a driver whose instrument may have been left holding pressure,
// by a host that was killed or when its wire was lost. The rack calls Release
// when it first recognises the instrument on a port and when a lost one is
// back, before anybody may use it.
type Releaser interface {
	Driver
	// Release tells the instrument to let go and waits until it is seen to have.
	// One that is at rest stays so. Where the instrument says that it is at rest
	// and does not tell its pressure, Release need not wait: the driver then starts
	// nothing until the cuff has had time to empty.
	Release(port Port) error
}

type likelyKey struct{}

// Likely is called by a probe, perhaps more than once, that has heard what is all
// but proof of its instrument and must wait a while for the rest: an oximeter
// that speaks once a second has to say the same twice. Its instrument is Ready
// meanwhile, since a measurement would begin by waiting for the same. A use that
// is asked for begins once Probe has returned, and fails if it was something else.
func Likely(ctx context.Context) {
	if tell, ok := ctx.Value(likelyKey{}).(func()); ok {
		tell()
	}
}

// whenLikely has tell, too, called by Likely.
func whenLikely(ctx context.Context, tell func()) context.Context {
	return context.WithValue(ctx, likelyKey{}, func() {
		Likely(ctx)
		tell()
	})
}

// AskOnly returns the drivers without the ability to release, for a rack that
// only says what is there and must change nothing about it.
func AskOnly(drivers []Driver) []Driver {
	only := make([]Driver, len(drivers))
	for i, d := range drivers {
		only[i] = askOnly{d}
	}
	return only
}

// askOnly hides what a driver can do beyond Driver.
type askOnly struct{ Driver }

// A Decoder is a driver that can also read captured bytes, as the instrument
// sent them, without an instrument. Emitted are samples, every reading and
// every recording; the error is io-related or nil, since damaged bytes come
// out as *Fault events.
type Decoder interface {
	Driver
	Decode(captured io.Reader, job Job, emit func(Event)) error
}

// A Recaller is a driver whose instrument keeps recordings that it made on its
// own. They are fetched when staff asks for them, never by a measurement.
type Recaller interface {
	Driver
	// Recall emits each *Recording in the instrument's memory and erases nothing. It
	// returns nil, a NoNewResult *Fault if there is none, another *Fault, or the
	// context's cause. What came before a fault was emitted, also of a recording that
	// was cut.
	Recall(ctx context.Context, port Port, job Job, emit func(Event)) error
}

// A ClockSetter is a driver that can set its instrument's clock. That writes to
// somebody's device, so it is called only when staff asks for it, never by a
// measurement or a probe.
type ClockSetter interface {
	Driver
	// SetClock makes the instrument show to, in to's own zone, and returns how
	// far its clock is off when asked afterwards. Where the instrument cannot
	// be asked, the error is nil and ok is false.
	SetClock(ctx context.Context, port Port, to time.Time) (drift time.Duration, ok bool, err error)
}

// An Explainer is a driver that can tell what the bytes of a capture mean, for
// people who check a number against its bytes.
type Explainer interface {
	Driver
	// Explain names the fields of frames in the order of their bytes. A byte
	// that no field covers is not understood.
	Explain(frames []Frame) []Field
}

// A Field is a run of bytes in a capture, and what it means.
type Field struct {
	Frame  int    `json:"frame"`  // index of the frame
	Offset int    `json:"offset"` // of its first byte within the frame
	Length int    `json:"length"` // in bytes, at least one
	Name   string `json:"name"`   // as the maker calls it: "SYS", "checksum"
	Value  string `json:"value"`  // decoded, with its unit: "128 mmHg"
}

// Evidence says how well a protocol is known.
type Evidence string

// The grades of evidence. What a public program makes of a result is verified by bytes
// of one that were published, with their meaning, or that such a program reads as the
// driver does; without those the driver follows the program's rules and its results
// were made by them.
const (
	PublicCode   Evidence = "verified in public code"
	PublicRules  Evidence = "rules of public code, results computed"
	VendorManual Evidence = "vendor manual"
	ByHand       Evidence = "typed by a person" // there is no protocol
	Partial      Evidence = "partial"
)

// A Model is a row of the catalogue.
type Model struct {
	ID    string       `json:"id"` // "suntech-advantage", stable, used on the command line
	Maker string       `json:"maker"`
	Name  string       `json:"name"`
	Panel vitals.Panel `json:"panel"`
	// Also are the panels of other records that it may keep: a glucose meter
	// that stores ketone, too. A visit asks for Panel alone.
	Also []vitals.Panel `json:"also,omitempty"`
	Line Line           `json:"line"`
	// Adapters are the USB identifiers it is seen with. An adapter sold for
	// this family alone is Own; others are generic and need a probe.
	Adapters  []Adapter `json:"adapters"`
	Abilities Abilities `json:"abilities"`
	Evidence  Evidence  `json:"evidence"`
	// Checksum is the check that the wire puts on its data, as in the vendor's
	// words: "CRC-16/CCITT-FALSE", "sum-8". Empty: none, and a flipped bit may
	// go unseen.
	Checksum string `json:"checksum,omitempty"`
	// Chosen reports that no probe can find the instrument, because it is
	// silent until a person does something with it. Staff name its port.
	Chosen bool `json:"chosen,omitempty"`
	// Talks reports that the driver must send something to recognise the
	// instrument. Those that only listen are tried first.
	Talks bool `json:"talks"`
	// Gap is how long an instrument that sends unasked may be silent between two
	// things it sends; zero: it does not, or never for long.
	Gap time.Duration `json:"-"`
	// Recheck is how often an idle instrument is asked whether it is still
	// there, where the adapter stays when the instrument leaves. Zero: never.
	Recheck time.Duration `json:"-"`
	// Version of the driver, recorded with every observation.
	Version string `json:"driverVersion"`
}

// Wired reports that the instrument is on a serial line. What has none is read by a
// person, who types it.
func (m Model) Wired() bool { return m.Line.Baud > 0 }

// Panels are all panels of its records.
func (m Model) Panels() []vitals.Panel { return append([]vitals.Panel{m.Panel}, m.Also...) }

// An Adapter is a USB chip in or before an instrument.
type Adapter struct {
	USBID
	Own bool `json:"own,omitempty"` // used by this family alone
}

// Abilities are what an instrument can do over its wire.
type Abilities struct {
	Live      bool `json:"live"`      // samples while it measures
	StartStop bool `json:"startStop"` // the host starts and stops it
	Memory    bool `json:"memory"`    // stored results
	Clock     bool `json:"clock"`     // its clock can be read
	Info      bool `json:"info"`      // it tells serial number or version
}

// Names lists what an instrument can do, for tables.
func (a Abilities) Names() []string {
	var list []string
	for _, each := range []struct {
		can  bool
		name string
	}{
		{a.Live, "live"}, {a.StartStop, "start-stop"}, {a.Memory, "memory"}, {a.Clock, "clock"}, {a.Info, "identity"},
	} {
		if each.can {
			list = append(list, each.name)
		}
	}
	return list
}

// Identity is what an instrument says about itself. Empty fields are unknown.
type Identity struct {
	Serial   string `json:"serial,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Name     string `json:"name,omitempty"` // the model name it gives, if any
	// Drift is the instrument's clock minus ours; valid if HasClock.
	Drift    time.Duration `json:"drift,omitempty"`
	HasClock bool          `json:"hasClock,omitempty"`
}

// A Job says what a measurement is for.
type Job struct {
	// Since is the start of the visit. A stored result taken before it belongs
	// to another person and is dropped unread. Decoding a capture with the
	// zero time takes every result.
	Since time.Time
	// Controls asks for the results of control solution alone, of whatever time:
	// people's are dropped unread. Since is then zero.
	Controls bool
	// Zone is where the instrument's wall clock is read. Nil means UTC.
	Zone *time.Location
	// Person identifies whose visit it is, as an analyser that asks for an
	// identity was told it; empty if nobody said. A result that names a person
	// is taken only if it is this one.
	Person string
	// Oximetry says when the value of an oximeter may be taken. Nil: by the rule of
	// a site that has not chosen one.
	Oximetry *oximetry.Rule
	// Contact is the least time a finger must have been in an oximeter; zero: that
	// of a person alone.
	Contact time.Duration
	// Inflation is the first cuff target in mmHg; zero lets the driver choose
	// for an unknown adult.
	Inflation int
	// AnyClock wants results although the instrument's clock cannot be believed:
	// whoever asks decides about their times. It counts where Since is zero.
	AnyClock bool
	// Capture asks that what crosses the wire is written down, to find a fault. It is
	// for whoever lends the instrument; drivers leave it alone.
	Capture bool
	// Have are recordings that came before: [Recaller.Recall] does not fetch again
	// what it finds to be one of them, and whole.
	Have []*Recording
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Clock returns the job's clock.
func (j Job) Clock() func() time.Time {
	if j.Now != nil {
		return j.Now
	}
	return time.Now
}

// Location returns the job's zone.
func (j Job) Location() *time.Location {
	if j.Zone != nil {
		return j.Zone
	}
	return time.UTC
}
