package words

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// table is one language: its habits and its messages.
type table struct {
	tag      language.Tag
	habits   habits
	messages map[Key]message
	staff    map[Key]bool // those that came from the files of staff
	reasons  []reason     // of the English table, the same for all
	noted    []reason     // likewise
}

// habits is the "language" object of a file: how the language is named and how
// it writes dates and numbers. Month names and patterns follow CLDR.
type habits struct {
	Tag         string     `json:"tag"`       // BCP 47
	Name        string     `json:"name"`      // in the language itself
	Direction   string     `json:"direction"` // "ltr" or "rtl"
	Decimal     string     `json:"decimal"`   // decimal separator
	Percent     string     `json:"percent"`   // pattern of {value}
	Date        string     `json:"date"`      // pattern of {day} {month} {year}
	DateShort   string     `json:"date-short"`
	FirstDay    string     `json:"first-day"` // of a month, where it is no mere 1
	DateTime    string     `json:"date-time"` // pattern of {date} {time}
	DateOrder   DateOrder  `json:"date-order"`
	Months      [12]string `json:"months"`
	MonthsShort [12]string `json:"months-short"`
}

// undetermined are the habits of the zero Lang: ISO order, and numbers for
// months.
var undetermined = habits{
	Tag: "und", Direction: "ltr", Decimal: ".", Percent: "{value}%",
	Date: "{year}-{month}-{day}", DateShort: "{month}-{day}", DateTime: "{date} {time}", DateOrder: YMD,
	Months:      [12]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
	MonthsShort: [12]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"},
}

// parseTable reads one language file and refuses what it does not know.
func parseTable(data []byte) (*table, error) {
	var file struct {
		Language habits                     `json:"language"`
		Messages map[string]json.RawMessage `json:"messages"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	if err := file.Language.check(); err != nil {
		return nil, err
	}
	tag, err := language.Parse(file.Language.Tag)
	if err != nil {
		return nil, fmt.Errorf("tag %q: %w", file.Language.Tag, err)
	}
	t := &table{tag: tag, habits: file.Language, messages: make(map[Key]message, len(file.Messages))}
	for key, raw := range file.Messages {
		m, err := parseMessage(raw)
		if err != nil {
			return nil, fmt.Errorf("message %s: %w", key, err)
		}
		t.messages[Key(key)] = m
	}
	return t, nil
}

// check names the first habit that is missing or unknown.
func (h *habits) check() error {
	switch {
	case h.Name == "":
		return errors.New("language has no name")
	case h.Direction != "ltr" && h.Direction != "rtl":
		return fmt.Errorf("direction %q is neither ltr nor rtl", h.Direction)
	case h.Decimal == "":
		return errors.New("language has no decimal separator")
	case h.DateOrder != DMY && h.DateOrder != MDY && h.DateOrder != YMD:
		return fmt.Errorf("date order %q is unknown", h.DateOrder)
	}
	for _, months := range [][12]string{h.Months, h.MonthsShort} {
		for i, name := range months {
			if name == "" {
				return fmt.Errorf("month %d has no name", i+1)
			}
		}
	}
	patterns := map[string][]string{
		h.Percent: {"value"}, h.Date: {"day", "month", "year"},
		h.DateShort: {"day", "month"}, h.DateTime: {"date", "time"},
	}
	for pattern, names := range patterns {
		tmpl, err := parseTemplate(pattern)
		if err != nil {
			return fmt.Errorf("pattern %q: %w", pattern, err)
		}
		for _, name := range names {
			if !tmpl.has(name) {
				return fmt.Errorf("pattern %q lacks {%s}", pattern, name)
			}
		}
	}
	return nil
}

// form is the plural form of n things in this language, by CLDR.
func (t *table) form(n int) plural.Form {
	// MatchPlural takes numbers modulo 10,000,000 and no sign.
	const modulus = 10_000_000
	n %= modulus
	if n < 0 {
		n = -n
	}
	return plural.Cardinal.MatchPlural(t.tag, n, 0, 0, 0, 0)
}
