package simulated

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

const (
	ultra2Serial   = "GMF600DCY"
	ultra2Version  = "P02.00.00 30/08/06"
	ultraSerial    = "TKF8EA0RT"
	ultraVersion   = "P02.00.01   /  /  "
	ultra2Capacity = 500
	ultraCapacity  = 150
	ultra2Delay    = 110 * time.Millisecond // from command to answer
	ultra2Longest  = len("DMT05/06/24 07:08:00")
)

// OneTouch is the twin of a LifeScan OneTouch Ultra2 or of the older Ultra.
type OneTouch struct {
	*GlucoseMeter
	model, version string
	old            bool // knows neither meals nor comments, and writes HIGH
	display        string
	command        strings.Builder
}

var _ Twin = (*OneTouch)(nil)

// NewUltra2 returns an Ultra2 that displays mg/dL.
func NewUltra2(o Options) *OneTouch {
	return &OneTouch{
		GlucoseMeter: newGlucoseMeter(o, ultra2Serial, ultra2Capacity),
		model:        "onetouch-ultra2", version: ultra2Version, display: "MG/DL ",
	}
}

// NewUltra returns an Ultra that displays mg/dL.
func NewUltra(o Options) *OneTouch {
	return &OneTouch{
		GlucoseMeter: newGlucoseMeter(o, ultraSerial, ultraCapacity),
		model:        "onetouch-ultra", version: ultraVersion, old: true, display: "MG/DL ",
	}
}

// Model returns "onetouch-ultra2" or "onetouch-ultra".
func (u *OneTouch) Model() string { return u.model }

// Line returns 9600 8N1.
func (u *OneTouch) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// DisplayMmol makes it display mmol/L. What it sends remains mg/dL.
func (u *OneTouch) DisplayMmol() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.display = "MMOL/L"
}

// Run answers commands until ctx ends or the host is gone.
func (u *OneTouch) Run(ctx context.Context, wire instruments.Port) error {
	return listen(ctx, wire, u.hear)
}

// hear collects bytes and answers the commands among them. Some commands end
// by themselves, others with a carriage return.
func (u *OneTouch) hear(b []byte) []byte {
	u.mu.Lock()
	var reply strings.Builder
	for _, c := range b {
		command := u.command.String()
		switch {
		case c == 0x11 || len(command) > ultra2Longest:
			u.command.Reset()
		case c == '\r':
			u.command.Reset()
			reply.WriteString(u.finish(command))
		default:
			u.command.WriteByte(c)
			if answer, known := u.answer(command + string(rune(c))); known {
				u.command.Reset()
				reply.WriteString(answer)
			}
		}
	}
	u.mu.Unlock()
	if reply.Len() > 0 {
		u.think(ultra2Delay)
	}
	return []byte(reply.String())
}

// answer answers the commands that need no end.
func (u *OneTouch) answer(command string) (reply string, known bool) {
	switch command {
	case "DM?", "DM@", "DMF", "DMP", "DMSU?", "DMST?", "DMZ":
	default:
		return "", false
	}
	if u.slept() {
		return "", true
	}
	switch command {
	case "DM?":
		reply = ultra2Line("?" + u.version)
	case "DM@":
		reply = ultra2Line(`@ "` + u.serial + `"`)
	case "DMF":
		reply = ultra2Line("F " + ultra2Time(u.wallNow()))
	case "DMP":
		reply = u.dump()
	case "DMSU?":
		reply = ultra2Line(`SU?,"` + u.display + `"`)
	case "DMZ":
		u.violate("DMZ erase")
		u.rows = nil
		reply = ultra2Line("Z")
	}
	return reply, true
}

// finish answers the commands that end with a carriage return.
func (u *OneTouch) finish(command string) string {
	set, isClock := strings.CutPrefix(command, "DMT")
	if command != "DMS" && !isClock || u.slept() {
		return ""
	}
	switch {
	case command == "DMS":
		return ultra2Line("S")
	case set == "":
		return ultra2Line("T")
	}
	wall, err := time.Parse("01/02/06 15:04:05", set)
	if err != nil {
		return ""
	}
	u.show(wall, "DMT set clock")
	return ultra2Line("T " + ultra2Time(wall))
}

func (u *OneTouch) dump() string {
	u.refresh()
	var out strings.Builder
	out.WriteString(ultra2Line(fmt.Sprintf(`P %03d,"%s","%s"`, len(u.rows), u.serial, u.display)))
	for _, r := range u.rows {
		out.WriteString(ultra2Line(u.record(r)))
	}
	return out.String()
}

func (u *OneTouch) record(r storedRow) string {
	when := ultra2Time(r.wall)
	control, parity, meal := ' ', ' ', 'N'
	switch r.Meal {
	case vitals.BeforeMeal:
		meal = 'B'
	case vitals.AfterMeal:
		meal = 'A'
	}
	switch r.Kind {
	case ControlTest:
		control = 'C'
	case Damaged:
		parity = '?'
	case Undated:
		when = `"SAT","00/00/00","00:00:00   "`
	}
	number := fmt.Sprintf("%c %03d%c", control, r.MgPerDL, parity)
	if u.old {
		if r.MgPerDL > 600 {
			number = " HIGH "
		}
		return fmt.Sprintf(`P %s,"%s", 00`, when, number)
	}
	comment := r.MgPerDL % 12
	return fmt.Sprintf(`P %s,"%s","%c","%02d", 00`, when, number, meal, comment)
}

func ultra2Time(wall time.Time) string {
	return fmt.Sprintf(`"%s","%s   "`, strings.ToUpper(wall.Format("Mon")), wall.Format(`01/02/06","15:04:05`))
}

// ultra2Line adds the sum and the end of the line.
func ultra2Line(body string) string {
	var sum uint16
	for i := range len(body) {
		sum += uint16(body[i])
	}
	return fmt.Sprintf("%s %04X\r\n", body, sum)
}
