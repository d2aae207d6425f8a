package simulated

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
)

const (
	freestyleSerial   = "CDMK311-B0764"
	optiumCapacity    = 450
	liteCapacity      = 400
	freestyleLowest   = 20
	freestyleHighest  = 500
	freestyleLongest  = 64 // bytes of a command
	freestyleFraction = 18 // of a ketone's mmol/L
)

// FreeStyle is the twin of an Abbott FreeStyle Optium or FreeStyle Lite.
type FreeStyle struct {
	*GlucoseMeter
	lite  bool
	heard string
}

var _ Twin = (*FreeStyle)(nil)

// NewOptium returns a FreeStyle Optium.
func NewOptium(o Options) *FreeStyle {
	return &FreeStyle{GlucoseMeter: newGlucoseMeter(o, freestyleSerial, optiumCapacity)}
}

// NewLite returns a FreeStyle Freedom Lite.
func NewLite(o Options) *FreeStyle {
	return &FreeStyle{GlucoseMeter: newGlucoseMeter(o, freestyleSerial, liteCapacity), lite: true}
}

// Model returns "abbott-freestyle-optium" or "abbott-freestyle-lite".
func (f *FreeStyle) Model() string {
	if f.lite {
		return "abbott-freestyle-lite"
	}
	return "abbott-freestyle-optium"
}

// Line returns 19200 8N1.
func (f *FreeStyle) Line() instruments.Line {
	return instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run answers commands until ctx ends or the host is gone.
func (f *FreeStyle) Run(ctx context.Context, wire instruments.Port) error {
	f.mu.Lock()
	f.heard = ""
	f.mu.Unlock()
	return listen(ctx, wire, f.hear)
}

func (f *FreeStyle) hear(b []byte) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard += string(b)
	var reply strings.Builder
	for {
		command, rest, whole := strings.Cut(f.heard, "\n")
		if !whole {
			if len(f.heard) > freestyleLongest {
				f.heard = ""
			}
			return []byte(reply.String())
		}
		f.heard = rest
		if command = strings.TrimSuffix(command, "\r"); !f.slept() {
			reply.WriteString(f.answer(command))
		}
	}
}

func (f *FreeStyle) answer(command string) string {
	set, isClock := strings.CutPrefix(command, "$tim,")
	switch {
	case command == "$colq" && !f.lite:
		return fmt.Sprintf("S/N:\t%s\r\nVer:\t0.22\tMMOL\r\nClock:\t%s\r\nMarket:\t1\t2\r\nROM:\t1234\r\nUsage:\t12\r\nCMD OK\r\n",
			f.serial, f.wallNow().Format("Jan  02 2006\t15:04:05"))
	case command == "$xmem" && !f.lite, command == "$mem" && f.lite:
		return f.dump()
	case isClock:
		wall, err := time.Parse("01,02,06,15,04", set)
		if err != nil {
			return "CMD Fail!\r\n"
		}
		f.show(wall, "$tim set clock")
		return "CMD OK\r\n"
	case command == "$coly", command == "$dtim":
		f.violate(command)
	}
	return "CMD Fail!\r\n"
}

func (f *FreeStyle) dump() string {
	f.refresh()
	var out strings.Builder
	version := "0.22"
	if f.lite {
		version = "1.43     -P"
	}
	wall := f.wallNow()
	fmt.Fprintf(&out, "\r\n%s\r\n%s\r\n%s %s\r\n", f.serial, version, freestyleDate(wall), wall.Format("15:04:05"))
	if len(f.rows) == 0 && f.lite {
		return out.String() + "Log Empty END\r\n"
	}
	fmt.Fprintf(&out, "%03d\r\n", len(f.rows))
	if f.lite {
		out.WriteByte('\n')
	}
	for _, r := range f.rows {
		out.WriteString(f.record(r) + "\r\n")
	}
	var sum uint16
	for _, c := range []byte(out.String()) {
		sum += uint16(c)
	}
	return fmt.Sprintf("%s0x%04X  END\r\n", out.String(), sum)
}

func (f *FreeStyle) record(r storedRow) string {
	kind, number, status := "G", fmt.Sprintf("%03d", r.MgPerDL), 0
	switch {
	case r.Kind == Ketone && !f.lite:
		kind, number = "K", fmt.Sprintf("%03d", r.MgPerDL*freestyleFraction/10)
	case r.MgPerDL < freestyleLowest:
		number = "LO "
	case r.MgPerDL > freestyleHighest:
		number = "HI "
	}
	switch {
	case r.Kind == ControlTest:
		status = 1
	case r.Kind == Damaged && !f.lite: // stored when the clock was lost
		status = 2
	case r.Kind == Damaged:
		status = 4
	}
	if f.lite {
		kind = "17"
	}
	date := freestyleDate(r.wall)
	if r.Kind == Undated {
		date = "Jan  00 2000"
	}
	return fmt.Sprintf("%s  %s %s %s 0x%02X", number, date, r.wall.Format("15:04"), kind, status)
}

// freestyleDate writes June and July in full, and three letters of the others.
func freestyleDate(wall time.Time) string {
	month := wall.Month().String()
	if len(month) != 4 {
		month = month[:3] + " "
	}
	return month + wall.Format(" 02 2006")
}
