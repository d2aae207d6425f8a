// Package script takes a person through a whole visit without a window: a small
// language of one command a line, what it does with a visit, and what a person
// at the terminal reads meanwhile.
package script

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/manual"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// A Script is a list of commands. Only Parse makes a valid one.
type Script []Command

// A Command is one line of a script.
type Command struct {
	Line int // counted from 1
	Name string
	Args []string
}

// A SyntaxError says what is wrong with a line.
type SyntaxError struct {
	Line int
	Why  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Why) }

// Limits of a script, far beyond any visit.
const (
	maxLine     = 4096
	maxCommands = 10_000
)

// errFlaw carries the reason of a SyntaxError.
type errFlaw string

func (e errFlaw) Error() string { return string(e) }

func flaw(format string, args ...any) error { return errFlaw(fmt.Sprintf(format, args...)) }

// Parse reads a script: one command a line, words apart by spaces, a word with
// spaces in double quotes, and from a # on a remark. Every command is checked,
// so that a visit never stops halfway at a slip of the pen. The error is a
// *SyntaxError or one of reading.
func Parse(r io.Reader) (Script, error) {
	var s Script
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		words, err := split(lines.Text())
		if err == nil && len(words) > 0 {
			err = check(words)
		}
		if err == nil && len(s) == maxCommands {
			err = flaw("more than %d commands", maxCommands)
		}
		if err != nil {
			return nil, &SyntaxError{n, err.Error()}
		}
		if len(words) > 0 {
			s = append(s, Command{n, words[0], words[1:]})
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, &SyntaxError{n + 1, "the line is too long"}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the script: %w", err)
	}
	return s, nil
}

// split takes a line apart.
func split(line string) ([]string, error) {
	if !utf8.ValidString(line) {
		return nil, flaw("it is not UTF-8")
	}
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		switch {
		case line == "" || line[0] == '#':
			return words, nil
		case line[0] == '"':
			word, rest, closed := strings.Cut(line[1:], `"`)
			if !closed {
				return nil, flaw("a quote is not closed")
			}
			words, line = append(words, word), rest
		default:
			end := strings.IndexAny(line, " \t\r#\"")
			if end < 0 {
				end = len(line)
			}
			words, line = append(words, line[:end]), line[end:]
		}
	}
}

// A form is how a command is written and what its arguments may be.
type form struct {
	usage    string
	about    string
	min, max int
	check    func(args []string) error
}

// forms are all commands.
func forms() map[string]form {
	return map[string]form{
		"language":    {"language TAG", "speak another language from now on, like es", 1, 1, nil},
		"guest":       {"guest", "start without a name", 0, 0, nil},
		"who":         {"who GIVEN FAMILY YYYY-MM-DD", "start with a name and a birth date", 3, 3, checkWho},
		"phone":       {"phone NUMBER YYYY-MM-DD", "start with a phone number and a birth date", 2, 2, checkPhone},
		"card":        {"card NUMBER", "start with a card", 1, 1, nil},
		"consent":     {"consent keep|no [share]", "agree to keep the results, or not; and to share them", 1, 2, checkConsent},
		"answer":      {"answer QUESTION OPTION", "answer a question when it comes, in place of what is usual", 2, 2, checkAnswer},
		"skip-rest":   {"skip-rest REASON", "do not wait for the rest before a cuff", 1, 1, oneOf(visit.SkipReasons()...)},
		"one-reading": {"one-reading", "do not take a pressure a second time", 0, 0, nil},
		"retry":       {"retry N", "after a fault try again, up to so many times", 1, 1, oneOf("0", "1", "2", "3")},
		"measure":     {"measure PANEL", "measure blood-pressure, oximetry, blood-glucose, body-temperature or body-weight", 1, 1, oneOf(panels()...)},
		"enter":       {"enter NAME PANEL VALUE...", "take values that somebody read off and typed in: enter \"Nurse Okafor\" body-weight 72.5 kg", 3, 12, checkEnter},
		"help":        {"help", "call the staff", 0, 0, nil},
		"wait":        {"wait DURATION", "do nothing for a while, like 5s", 1, 1, checkWait},
		"expect":      {"expect WHAT VALUE", "end the command with a failure unless it is so", 2, 4, checkExpect},
		"print":       {"print FILE.pdf", "write the summary", 1, 1, nil},
		"cancel":      {"cancel", "leave the visit early", 0, 0, nil},
		"finish":      {"finish", "leave the visit; the end of the script does so, too", 0, 0, nil},
	}
}

// Help lists the commands for the help of the command line.
func Help() string {
	all := forms()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "  %-28s %s\n", all[name].usage, all[name].about)
	}
	return b.String()
}

func check(words []string) error {
	f, ok := forms()[words[0]]
	args := words[1:]
	switch {
	case !ok:
		return flaw("there is no command %.40q", words[0])
	case len(args) < f.min || len(args) > f.max:
		return flaw("write: %s", f.usage)
	case f.check == nil:
		return nil
	}
	if err := f.check(args); err != nil {
		return flaw("%v; write: %s", err, f.usage)
	}
	return nil
}

func oneOf(options ...string) func([]string) error {
	return func(args []string) error {
		if !slices.Contains(options, args[0]) {
			return flaw("%.40q is none of %s", args[0], strings.Join(options, ", "))
		}
		return nil
	}
}

func panels() []string {
	var names []string
	for _, p := range vitals.Panels() {
		names = append(names, string(p))
	}
	return names
}

// checkEnter refuses values that cannot be before the visit begins.
func checkEnter(args []string) error {
	_, err := entered(args, time.Time{})
	return err
}

// entered reads the arguments of enter.
func entered(args []string, at time.Time) (*instruments.Reading, error) {
	panel := vitals.Panel(args[1])
	return manual.New(panel, args[0]).Read(strings.Join(args[2:], " "), at)
}

func checkWho(args []string) error { return checkDate(args[2]) }

func checkPhone(args []string) error { return checkDate(args[1]) }

func checkDate(typed string) error {
	if _, err := records.ParseDate(typed); err != nil {
		return flaw("%.40q is no date", typed)
	}
	return nil
}

func checkConsent(args []string) error {
	if err := oneOf("keep", "no")(args); err != nil {
		return err
	}
	if len(args) == 2 && args[1] != "share" {
		return flaw("%.40q is not share", args[1])
	}
	return nil
}

// longestWait keeps a script from waiting longer than a kiosk would.
const longestWait = 10 * time.Minute

func checkWait(args []string) error {
	if d, err := time.ParseDuration(args[0]); err != nil || d < 0 || d > longestWait {
		return flaw("%.40q is no time up to %s", args[0], longestWait)
	}
	return nil
}

// The questions that a script answers beside those of package visit.
const (
	symptomsNow = "symptoms-now" // after a critical reading
	repeat      = "repeat"       // measure a critical value once more
	meterShows  = "meter-shows"  // is this the number on the meter
)

// answers are what each question may be answered with, the usual answer first.
func answers() map[string][]string {
	return map[string][]string{
		string(visit.AskAdult):      {visit.Yes, visit.No},
		string(visit.AskPregnant):   {visit.No, visit.Yes},
		string(visit.AskSymptoms):   {visit.No, visit.Yes},
		string(visit.AskArm):        {visit.No, visit.Yes},
		string(visit.AskCuff):       {string(intended.Within), string(intended.Thinner), string(intended.Thicker), visit.Unknown},
		string(visit.AskMeter):      {visit.MeterOwn, visit.MeterPlace},
		string(visit.AskOtherMeter): {visit.Yes, visit.No},
		string(visit.AskMeal):       {visit.Unknown, visit.MealFasting, visit.MealAfter, visit.MealBetween},
		symptomsNow:                 {visit.No, visit.Yes},
		repeat:                      {visit.Yes, visit.No},
		meterShows:                  {visit.Yes, visit.No},
	}
}

func checkAnswer(args []string) error {
	options, ok := answers()[args[0]]
	if !ok {
		return flaw("there is no question %.40q", args[0])
	}
	return oneOf(options...)(args[1:])
}

// The things that can be expected, and the number of words after them.
var expectations = map[string]int{
	"band": 1, "tier": 1, "step": 1, "fault": 1, "flag": 1, "note": 1, "readings": 1, "saved": 1,
	"value": 3, // MEASURE LEAST MOST
}

func checkExpect(args []string) error {
	n, ok := expectations[args[0]]
	if !ok {
		return flaw("%.40q cannot be expected", args[0])
	}
	if len(args)-1 != n {
		return flaw("expect %s takes %d", args[0], n)
	}
	switch args[0] {
	case "saved":
		return oneOf(visit.Yes, visit.No)(args[1:])
	case "value":
		for _, bound := range args[2:] {
			if _, err := vitals.ParseDecimal(bound); err != nil {
				return flaw("%.40q is no number", bound)
			}
		}
	}
	return nil
}
