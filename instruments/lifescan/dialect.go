package lifescan

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A query is something that a probe or a measurement may ask. The list is
// closed: what erases the memory (1A hex) or sets the clock (20 01) is none of
// them.
type query uint8

const (
	askModel query = iota
	askVersion
	askSerial
	askClock
	askCount
	askResult     // with an index; 0 is the newest
	queries   int = iota
	// showTime sets the clock. Only SetClock says it.
	showTime = query(queries)
)

func (q query) String() string {
	return [queries + 1]string{"model", "version", "serial number", "clock", "number of results", "result", "set the clock"}[q]
}

// The statuses of an answer.
const (
	good   = 0x06
	absent = 0x0F // there is no result with the index; the count comes with it
)

// A dialect is what one product says in frames of the common form.
type dialect struct {
	id, name string
	baud     int
	adapters []instruments.Adapter
	host     byte          // begins every payload
	counted  bool          // frames are counted, and acknowledged
	gap      time.Duration // between two questions
	base     time.Time     // where its clock counts from, in its own zone
	erased   func(seconds uint32) bool
	said     [queries + 1]string // without index or time; empty: has no such question
	sizes    [queries + 1]int    // of the data in an answer; zero: a text
	counts   byte                // status of the answer to askCount
	result   func(row *meter.Row, data []byte)
}

// limits of every meter of the family.
var limits = meter.Range{Low: 20, High: 600}

// The moments from which clocks count.
func millennium() time.Time { return time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC) }
func unixEpoch() time.Time  { return time.Unix(0, 0).UTC() }

// never is what a time reads that was never written.
const never = 1<<32 - 1

func verioIQ() dialect {
	return dialect{
		id: "onetouch-verioiq", name: "OneTouch VerioIQ", baud: 38400,
		adapters: []instruments.Adapter{{USBID: instruments.USBID{VID: "10C4", PID: "85A7"}, Own: true}},
		host:     0x03,
		base:     millennium(),
		erased:   func(seconds uint32) bool { return seconds == never },
		said: [queries + 1]string{
			askModel: "\x06", askVersion: "\x0D\x01", askSerial: "\x0B\x01\x02", askClock: "\x20\x02",
			askCount: "\x27\x00", askResult: "\x21", showTime: "\x20\x01",
		},
		sizes:  [queries + 1]int{askClock: 4, askCount: 2, askResult: 10},
		counts: good,
		result: verioResult,
	}
}

func ultraEasy() dialect {
	return dialect{
		id: "onetouch-ultraeasy", name: "OneTouch UltraEasy, UltraMini", baud: 9600,
		adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		host: 0x05, counted: true, gap: 20 * time.Millisecond,
		base: unixEpoch(),
		// The product is younger than 2000, so no test was stored before.
		erased: func(seconds uint32) bool { return seconds == never || int64(seconds) < millennium().Unix() },
		said: [queries + 1]string{
			askVersion: "\x0D\x02", askSerial: "\x0B\x02\x00\x00\x00\x00\x84\x6A\xE8\x73\x00",
			askClock:  "\x20\x02\x00\x00\x00\x00",
			askCount:  "\x1F\xF5\x01", // a result behind the last: the answer tells how many there are
			askResult: "\x1F", showTime: "\x20\x01",
		},
		sizes:  [queries + 1]int{askClock: 4, askCount: 2, askResult: 8, showTime: 4},
		counts: absent,
		result: ultraEasyResult,
	}
}

// payload returns what asks q: of a result, or with a time.
func (d *dialect) payload(q query, index uint16, seconds uint32) []byte {
	p := append([]byte{d.host}, d.said[q]...)
	switch q {
	case askResult:
		p = binary.LittleEndian.AppendUint16(p, index)
	case showTime:
		p = binary.LittleEndian.AppendUint32(p, seconds)
	}
	return p
}

// An answer is a payload from a meter, without the byte that begins it.
type answer struct {
	status byte
	data   []byte
}

// answer reads a payload that a meter sent; false if it is of another product.
func (d *dialect) answer(payload []byte) (answer, bool) {
	if len(payload) < 2 || payload[0] != d.host {
		return answer{}, false
	}
	return answer{payload[1], payload[2:]}, true
}

// fits reports whether a may be the good answer to q. An answer does not name
// its question.
func (d *dialect) fits(q query, a answer) bool {
	status := byte(good)
	if q == askCount {
		status = d.counts
	}
	if a.status != status {
		return false
	}
	switch q {
	case askModel:
		return len(a.data) >= modelLength && bytes.IndexByte(a.data, 0) > 0
	case askVersion:
		_, ok := version(a.data)
		return ok
	case askSerial:
		_, ok := serial(a.data)
		return ok
	}
	return len(a.data) == d.sizes[q]
}

// failed reports whether a says that something went wrong.
func (d *dialect) failed(a answer) bool { return a.status != good && len(a.data) == 0 }

// modelLength is the least length of the answer to askModel, longer than that
// of any other with a zero byte in it.
const modelLength = 16

// model reads the answer to askModel, a text that ends with a zero byte and
// more that is not understood.
func model(data []byte) string {
	text, _, _ := bytes.Cut(data, []byte{0})
	if !printable(text) {
		return ""
	}
	return string(text)
}

// version reads the answer to askVersion: the length of the text, and the
// text, which may end with a zero byte. The date in it is left out.
func version(data []byte) (string, bool) {
	if len(data) == 0 {
		return "", false
	}
	text := bytes.TrimSuffix(data[1:], []byte{0})
	if len(text) != int(data[0]) || len(text) < versionLength || !printable(text) {
		return "", false
	}
	return strings.TrimSpace(string(text[:versionLength])), true
}

// versionLength is that of a version without the date behind it.
const versionLength = 9

// serial reads the answer to askSerial, eight or nine capital letters and
// digits that may end with a zero byte.
func serial(data []byte) (string, bool) {
	text := bytes.TrimSuffix(data, []byte{0})
	for _, c := range text {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return "", false
		}
	}
	return string(text), len(text) >= 8 && len(text) <= 9
}

func printable(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// wall reads a time; zero if there is none.
func (d *dialect) wall(data []byte) time.Time {
	seconds := binary.LittleEndian.Uint32(data)
	if d.erased(seconds) {
		return time.Time{}
	}
	return d.base.Add(time.Duration(seconds) * time.Second)
}

// row reads the answer to askResult.
func (d *dialect) row(data []byte) meter.Row {
	row := meter.Row{Wall: d.wall(data)}
	d.result(&row, data[4:])
	return row
}

// The kinds of result of a VerioIQ.
const (
	blood   = 0
	control = 1
)

// verioResult reads a value in two bytes, a kind, and a meal mark. All results
// in public captures carry the same mark, and a VerioIQ has no way to set one,
// so it is left alone.
func verioResult(row *meter.Row, data []byte) {
	switch kind := data[2]; kind {
	case blood, control:
		row.Value = limits.Quantity(int(binary.LittleEndian.Uint16(data)))
		if kind == control {
			row.MarkControl()
		}
	default:
		row.Refused = &instruments.Fault{Code: instruments.NotGlucose, Device: instruments.Hex(kind), Detail: "an unknown kind of result"}
	}
}

// The numbers that an UltraEasy stores for LO and HI.
const (
	markLow  = 0xFFFE
	markHigh = 0xFFFF
)

// ultraEasyResult reads a value in four bytes.
func ultraEasyResult(row *meter.Row, data []byte) {
	switch n := binary.LittleEndian.Uint32(data); {
	case n == markLow:
		row.Value = limits.Lo()
	case n == markHigh:
		row.Value = limits.Hi()
	case n < uint32(limits.Low), n > uint32(limits.High):
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "a number that the meter cannot measure")
	default:
		row.Value = vitals.Of(int(n), vitals.MgPerDL)
	}
}
