package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Marks that keep left-to-right text together inside a right-to-left line, and
// the space that keeps a number and its unit on one line.
const (
	leftToRightMark = "\u200e"
	noBreakSpace    = "\u00a0"
)

// DateOrder is the order in which a language asks for the parts of a date.
type DateOrder string

// The orders in use.
const (
	DMY DateOrder = "DMY" // day, month, year
	MDY DateOrder = "MDY" // month, day, year
	YMD DateOrder = "YMD" // year, month, day
)

// DateOrder is the order of the fields when a date is typed.
func (l Lang) DateOrder() DateOrder { return l.habits().DateOrder }

// Month is the name of a month as it stands in a date.
func (l Lang) Month(m time.Month) string {
	if m < time.January || m > time.December {
		return strconv.Itoa(int(m))
	}
	return l.habits().Months[m-1]
}

// Number writes a decimal string ("5.6", "-0.4", "16.0/10.7") with the
// language's decimal separator. Digits stay 0-9 in every language, because a
// clinical value must look the same to everyone who handles it; nothing is
// rounded or grouped, and text such as "HI" stays as it is.
func (l Lang) Number(decimal string) string {
	separator := l.habits().Decimal
	if separator == "." {
		return decimal
	}
	var b strings.Builder
	for i := 0; i < len(decimal); i++ {
		inside := i > 0 && i+1 < len(decimal)
		if decimal[i] == '.' && inside && isDigit(decimal[i-1]) && isDigit(decimal[i+1]) {
			b.WriteString(separator)
			continue
		}
		b.WriteByte(decimal[i])
	}
	return b.String()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Quantity writes a decimal string with its unit symbol ("120/80" "mmHg",
// "97" "%", "72" "/min"), joined so that no line breaks between them and, in a
// right-to-left language, marked so that the two keep their order.
func (l Lang) Quantity(value, unit string) string {
	text := l.Number(value)
	switch {
	case unit == "":
	case unit == "%":
		text = fill(l.habits().Percent, With("value", text))
	default:
		text += noBreakSpace + unit
	}
	return l.isolate(text)
}

// isolate encloses a value that runs against the language in marks. Without them
// "+1 555-0100" or "120/80 mmHg" would be torn apart in Arabic by the rules for
// bidirectional text, and an Arabic name would draw the date that follows it in
// English to its wrong side. Plain digits need no marks, and in a language that
// runs from the right text with its letters orders itself.
func (l Lang) isolate(value string) string {
	if strings.HasPrefix(value, leftToRightMark) {
		return value
	}
	if l.Direction() == LTR {
		if strings.ContainsFunc(value, runsFromRight) {
			return leftToRightMark + value + leftToRightMark
		}
		return value
	}
	digits := true
	for _, r := range value {
		if runsFromRight(r) {
			return value
		}
		digits = digits && r < unicode.MaxASCII && isDigit(byte(r))
	}
	if digits {
		return value
	}
	return leftToRightMark + value + leftToRightMark
}

// runsFromRight reports a letter that is written from right to left.
func runsFromRight(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) && !unicode.IsDigit(r)
}

// fill expands one of a language's own patterns, which Load has checked.
func fill(pattern string, args ...Arg) string {
	for _, a := range args {
		pattern = strings.Replace(pattern, "{"+a.Name+"}", a.Value, 1)
	}
	return pattern
}

// Date writes the day of t in t's own zone, with the month's name: "23 November
// 2026". Days and years are Gregorian in every language.
func (l Lang) Date(t time.Time) string {
	return fill(l.habits().Date,
		l.day(t), With("month", l.Month(t.Month())), With("year", t.Year()))
}

// day is the day of t as it is written in a date.
func (l Lang) day(t time.Time) Arg {
	if first := l.habits().FirstDay; first != "" && t.Day() == 1 {
		return With("day", first)
	}
	return With("day", t.Day())
}

// ShortDate writes day and month for the axis of a chart: "23 Nov".
func (l Lang) ShortDate(t time.Time) string {
	h := l.habits()
	return fill(h.DateShort, l.day(t), With("month", h.MonthsShort[t.Month()-1]))
}

// Time writes the clock time of t in t's own zone, in 24 hours: "14:05".
func (l Lang) Time(t time.Time) string {
	return t.Format("15:04")
}

// DateTime writes Date and Time together.
func (l Lang) DateTime(t time.Time) string {
	return fill(l.habits().DateTime,
		With("date", l.Date(t)), With("time", l.Time(t)))
}

// Duration writes a length of time in words, rounded up to whole seconds, with
// at most two parts: "1 minute 30 seconds", "2 hours 5 minutes". What is below
// zero counts as nothing.
func (l Lang) Duration(d time.Duration) string {
	s := wholeSeconds(d)
	hours, minutes, seconds := s/3600, s/60%60, s%60
	var parts []string
	if hours > 0 {
		parts = append(parts, l.N(TimeHours, hours))
	}
	if minutes > 0 {
		parts = append(parts, l.N(TimeMinutes, minutes))
	}
	if hours == 0 && (seconds > 0 || minutes == 0) {
		parts = append(parts, l.N(TimeSeconds, seconds))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return l.T(TimeJoin, With("first", parts[0]), With("second", parts[1]))
}

// Countdown writes the time that is left as minutes and seconds, "4:59",
// rounded up so that "0:00" means it is over. From an hour on it is "1:04:59".
func (l Lang) Countdown(d time.Duration) string {
	s := wholeSeconds(d)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// wholeSeconds rounds up, and takes what is negative as zero.
func wholeSeconds(d time.Duration) int {
	if d <= 0 {
		return 0
	}
	s := d / time.Second
	if d%time.Second > 0 {
		s++
	}
	return int(s)
}
