package records

import (
	"fmt"
	"time"
)

// A Date is a calendar day without a zone, such as a birth date. The zero Date
// is unknown.
type Date struct {
	Year, Month, Day int
}

// ParseDate reads YYYY-MM-DD and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %.20q: %w", s, ErrInvalid)
	}
	return Date{t.Year(), int(t.Month()), t.Day()}, nil
}

// NewDate returns the day, or ErrInvalid if the calendar has no such day.
func NewDate(year, month, day int) (Date, error) {
	return ParseDate(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d == Date{} }

// String writes the date as YYYY-MM-DD, or nothing if unknown.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Time returns the start of the day in UTC.
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

// AgeOn returns the whole years from d to the day of t in t's zone, and false
// if d is unknown or later than t.
func (d Date) AgeOn(t time.Time) (int, bool) {
	if d.IsZero() {
		return 0, false
	}
	y, m, day := t.Date()
	age := y - d.Year
	if int(m) < d.Month || (int(m) == d.Month && day < d.Day) {
		age--
	}
	return age, age >= 0
}

// MarshalText writes the date for JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
