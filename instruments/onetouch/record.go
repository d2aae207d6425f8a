package onetouch

import (
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The shapes of what a meter says: n stands for a digit, s for a digit or
// capital letter, x for any character. The older Ultra knows neither meals nor
// comments.
const (
	serialShape = `@ "sssssssss"`
	headerShape = `P nnn,"sssssssss","xxxxxx"`
	recordShape = `P "`
	timeShape   = `x "xxx","nn/nn/nn","nn:nn:nn   "`
	ultra2Shape = timeShape + `,"xxxxxx","x","nn", 00`
	ultraShape  = timeShape + `,"xxxxxx", 00`
)

// Where the parts begin in a line of one of these shapes.
const (
	dateAt    = 9
	clockAt   = 20
	valueAt   = 34
	valueEnd  = 40
	mealAt    = 43
	commentAt = 47
	countAt   = 2
	serialAt  = 3 // in serialShape
	headerID  = 7 // of the serial number in headerShape
	unitAt    = 19
	idLength  = 9
)

// limits of every meter of the family.
var limits = meter.Range{Low: 20, High: 600}

func shaped(body []byte, shape string) bool {
	return len(body) == len(shape) && begins(body, shape)
}

func begins(body []byte, shape string) bool {
	if len(body) < len(shape) {
		return false
	}
	for i := range len(shape) {
		c := body[i]
		digit := '0' <= c && c <= '9'
		switch shape[i] {
		case 'n':
			if !digit {
				return false
			}
		case 's':
			if !digit && (c < 'A' || c > 'Z') {
				return false
			}
		case 'x':
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}

// number reads digits that a shape has made sure of.
func number(digits []byte) (n int) {
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

// wallTime reads the date and time of a record or of the clock; zero if there
// is none.
func wallTime(body []byte) time.Time {
	if !begins(body, timeShape) {
		return time.Time{}
	}
	date, clock := body[dateAt:], body[clockAt:]
	wall, err := meter.Wall(2000+number(date[6:8]), number(date[:2]), number(date[3:5]),
		number(clock[:2]), number(clock[3:5]), number(clock[6:8]))
	if err != nil {
		return time.Time{}
	}
	return wall
}

// parseRow reads a record of either form. Comments are health notes that no
// visit needs; they are not read.
func parseRow(body []byte) meter.Row {
	row := meter.Row{Wall: wallTime(body)}
	hasMeal := shaped(body, ultra2Shape)
	if !hasMeal && !shaped(body, ultraShape) {
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "an unknown form of record")
		return row
	}
	field := body[valueAt:valueEnd]
	if row.Value, row.Refused = parseValue(field); isControl(field) {
		row.Control, _ = parseNumber(field)
	}
	if hasMeal && row.Refused == nil {
		row.Meal, row.Refused = parseMeal(body[mealAt])
	}
	return row
}

// The parts of the value field: a mark, a space, three digits, another mark.
const valueShape = "x nnnx"

// isControl reports the mark of control solution: K on meters set to Swedish or
// German.
func isControl(field []byte) bool { return field[0] == 'C' || field[0] == 'K' }

func parseValue(field []byte) (vitals.Quantity, *instruments.Fault) {
	switch mark := field[0]; {
	case isControl(field):
		return vitals.Quantity{}, instruments.NewFault(instruments.ControlTest, "")
	case mark == '!':
		return vitals.Quantity{}, damaged("!", "the meter doubted the strip")
	case mark != ' ':
		return vitals.Quantity{}, &instruments.Fault{Code: instruments.NotGlucose, Device: string(rune(mark)), Detail: "another kind of record"}
	}
	return parseNumber(field)
}

// parseNumber reads what follows the mark.
func parseNumber(field []byte) (vitals.Quantity, *instruments.Fault) {
	switch parity := field[len(field)-1]; {
	case parity == '?':
		return vitals.Quantity{}, damaged("?", "the stored value failed the meter's own check")
	case strings.TrimSpace(string(field[1:])) == "HIGH":
		return limits.Hi(), nil
	case parity != ' ', !shaped(field, valueShape):
		return vitals.Quantity{}, damaged("", "no number")
	}
	return limits.Quantity(number(field[2:5])), nil
}

func damaged(device, detail string) *instruments.Fault {
	return &instruments.Fault{Code: instruments.DamagedRecord, Device: device, Detail: detail}
}

func parseMeal(c byte) (vitals.Meal, *instruments.Fault) {
	switch c {
	case 'N':
		return vitals.MealUnknown, nil
	case 'B':
		return vitals.BeforeMeal, nil
	case 'A':
		return vitals.AfterMeal, nil
	}
	return vitals.MealUnknown, damaged("", "no meal mark")
}

// parseHeader reads the first line of a memory dump. The unit in it is the one
// on the display: records are mg/dL always.
func parseHeader(body []byte) (count int, serial string, ok bool) {
	if !shaped(body, headerShape) {
		return 0, "", false
	}
	switch string(body[unitAt : unitAt+6]) {
	case "MG/DL ", "MMOL/L":
		return number(body[countAt : countAt+3]), string(body[headerID : headerID+idLength]), true
	}
	return 0, "", false
}

// parseSerial reads the answer to askSerial.
func parseSerial(body []byte) (string, bool) {
	if !shaped(body, serialShape) {
		return "", false
	}
	return string(body[serialAt : serialAt+idLength]), true
}

// A product is a meter of the family.
type product uint8

const (
	unknown product = iota
	ultra2
	ultra
)

// productOf returns the product that the last letter of a serial number tells.
func productOf(serial string) product {
	switch serial[len(serial)-1] {
	case 'Y':
		return ultra2
	case 'T':
		return ultra
	}
	return unknown
}

func (p product) name() string {
	return [...]string{unknown: "", ultra2: "OneTouch Ultra2", ultra: "OneTouch Ultra"}[p]
}

// id is the catalogue's name of the product.
func (p product) id() string {
	return [...]string{unknown: "", ultra2: "onetouch-ultra2", ultra: "onetouch-ultra"}[p]
}

// parseVersion reads the answer to askVersion and leaves out the date.
func parseVersion(body []byte) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(string(body), "?"), " ")
	return version
}
