package simulated

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// The TaiDoc twin's wire, written down apart from the driver so that the two
// check each other.
const (
	taidocModel    = 0x4277
	taidocSerial   = "4277000112345678"
	taidocCapacity = 450

	taidocCuffModel  = 0x3128
	taidocCuffSerial = "3128000187654321"
	taidocSize       = 8
	taidocReady      = 0x54
)

// TaiDoc is the twin of a TaiDoc TD-42xx glucose meter. When a host first
// speaks to it, it answers that it is ready instead of what was asked.
type TaiDoc struct {
	*GlucoseMeter
	id    string
	cuff  bool // each result is a blood pressure, and its mean is stored
	model uint16
	awake bool
	heard []byte
}

var _ Twin = (*TaiDoc)(nil)

// NewTaiDoc returns a TD-4277.
func NewTaiDoc(o Options) *TaiDoc {
	return &TaiDoc{
		GlucoseMeter: newGlucoseMeter(o, taidocSerial, taidocCapacity),
		id:           "taidoc-td42xx", model: taidocModel,
	}
}

// NewTaiDocCuff returns a TD-3128, whose cuff has measured somebody. Its
// systolic pressures are the numbers that are added as results. After a movement it stores an error in place of a pulse.
func NewTaiDocCuff(o Options) *TaiDoc {
	return &TaiDoc{
		GlucoseMeter: newGlucoseMeter(o, taidocCuffSerial, taidocCapacity),
		id:           "taidoc-cuff", cuff: true, model: taidocCuffModel,
	}
}

// Model returns "taidoc-td42xx" or "taidoc-cuff".
func (t *TaiDoc) Model() string { return t.id }

// Line returns 19200 8N1.
func (t *TaiDoc) Line() instruments.Line {
	return instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// SetModelNumber makes it another instrument of the maker, by the digits of
// its name as hexadecimal: 0x4277 is the TD-4277.
func (t *TaiDoc) SetModelNumber(digits uint16) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.model = digits
}

// Run answers frames until ctx ends or the host is gone.
func (t *TaiDoc) Run(ctx context.Context, wire instruments.Port) error {
	t.mu.Lock()
	t.awake, t.heard = false, nil
	t.mu.Unlock()
	return listen(ctx, wire, t.hear)
}

// hear collects bytes and answers the commands among them.
func (t *TaiDoc) hear(b []byte) (reply []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = append(t.heard, b...)
	for len(t.heard) >= taidocSize {
		f := t.heard[:taidocSize]
		if f[0] != 0x51 || f[6] != 0xA3 || f[7] != taidocSum(f) {
			t.heard = t.heard[1:]
			continue
		}
		t.heard = t.heard[taidocSize:]
		switch {
		case t.slept():
		case !t.awake:
			t.awake = true
			reply = append(reply, taidocFrame(taidocReady, [4]byte{})...)
		default:
			reply = append(reply, t.answer(f[1], [4]byte(f[2:6]))...)
		}
	}
	return reply
}

// answer is silent to what the meter does not know.
func (t *TaiDoc) answer(command byte, d [4]byte) []byte {
	index := int(binary.LittleEndian.Uint16(d[:]))
	var out [4]byte
	switch command {
	case 0x22:
	case 0x23:
		out = taidocTime(storedRow{wall: t.wallNow()})
	case 0x24:
		binary.LittleEndian.PutUint16(out[:], t.model)
	case 0x25, 0x26:
		if index >= len(t.rows) {
			return nil
		}
		out = taidocTime(t.rows[index])
		if command == 0x26 {
			out = t.value(t.rows[index])
		}
	case 0x27:
		out = t.serialHalf(1)
	case 0x28:
		out = t.serialHalf(0)
	case 0x2B:
		t.refresh()
		binary.LittleEndian.PutUint16(out[:], uint16(len(t.rows)))
		binary.LittleEndian.PutUint16(out[2:], uint16(len(t.rows)-1))
	case 0x33:
		out = d
		date := int(binary.LittleEndian.Uint16(d[:]))
		t.show(time.Date(2000+date>>9, time.Month(date>>5&0xF), date&0x1F, int(d[3]), int(d[2]), 0, 0, time.UTC), "33 set clock")
	case 0x50:
		t.awake = false
	case 0x52:
		t.violate("52 erase")
		t.rows = nil
	default:
		return nil
	}
	return taidocFrame(command, out)
}

// serialHalf is eight digits of the serial number, sent backwards.
func (t *TaiDoc) serialHalf(half int) (out [4]byte) {
	raw, err := hex.DecodeString(t.serial)
	if err != nil || len(raw) != 2*len(out) {
		return out
	}
	copy(out[:], raw[half*len(out):])
	slices.Reverse(out[:])
	return out
}

func taidocTime(r storedRow) (out [4]byte) {
	year, month, day := r.wall.Date()
	date := uint16(year-2000)<<9 | uint16(month)<<5 | uint16(day)
	minute := byte(r.wall.Minute())
	switch r.Kind {
	case Undated:
		date = 0
	case CuffPressure:
		minute |= 0x80
	}
	binary.LittleEndian.PutUint16(out[:], date)
	out[2], out[3] = minute, byte(r.wall.Hour())
	return out
}

// value is what is stored of a result.
func (t *TaiDoc) value(r storedRow) (out [4]byte) {
	if !t.cuff {
		return taidocValue(r)
	}
	systolic := r.MgPerDL
	if r.fresh {
		systolic = 105 + r.MgPerDL%40
	}
	diastolic := systolic * 64 / 100
	out = [4]byte{byte(systolic), byte(diastolic + (systolic-diastolic)/3), byte(diastolic), byte(60 + systolic%30)}
	if r.Kind == Damaged || r.fresh && t.options.Fault == Movement {
		out[3] = 2
	}
	return out
}

func taidocValue(r storedRow) (out [4]byte) {
	binary.LittleEndian.PutUint16(out[:], uint16(r.MgPerDL))
	out[2] = 6
	switch r.Meal {
	case vitals.BeforeMeal:
		out[3] = 0x40
	case vitals.AfterMeal:
		out[3] = 0x80
	}
	switch r.Kind {
	case ControlTest:
		out[3] = 0xC0
	case Ketone:
		out[3] = 7 << 2
	case Haematocrit:
		out[3] = 6 << 2
	case Damaged:
		out = [4]byte{0xFF, 0xFF, 0xFF, 0x00}
	case CuffPressure:
		out = [4]byte{128, 0, 82, 71} // 128/82 mmHg, pulse 71
	}
	return out
}

func taidocFrame(command byte, d [4]byte) []byte {
	f := []byte{0x51, command, d[0], d[1], d[2], d[3], 0xA5, 0}
	f[7] = taidocSum(f)
	return f
}

func taidocSum(f []byte) (sum byte) {
	for _, b := range f[:taidocSize-1] {
		sum += b
	}
	return sum
}
