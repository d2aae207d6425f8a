package site

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A Why is what kind of thing is wrong with a setting, for a screen to put into
// words.
type Why string

// The kinds.
const (
	WhySyntax  Why = "syntax"  // not JSON, or of another type
	WhyNewer   Why = "newer"   // the file is for a later program
	WhyUnknown Why = "unknown" // there is no such field
	WhyTwice   Why = "twice"   // it is said twice
	WhyMissing Why = "missing" // it may not be empty
	WhyLong    Why = "long"    // more than Most letters or entries
	WhyLetters Why = "letters" // letters that do not belong there
	WhyRange   Why = "range"   // not from Least to Most
	WhyNumber  Why = "number"  // no number at all
	WhyChoice  Why = "choice"  // none of those there are
	WhyAddress Why = "address" // no address of a server
	WhyPicture Why = "picture" // no PNG or JPEG, or a damaged one
	WhyLarge   Why = "large"   // a picture above Most
	WhyOrder   Why = "order"   // they do not grow
	WhyOther   Why = "other"   // see Err
)

// A Problem is one thing that is wrong with the settings.
type Problem struct {
	Path        string // as in Field.Path, with names and numbers for stars; "": the file as a whole
	Line        int    // from 1; 0: it stands nowhere
	Why         Why
	Least, Most string // of WhyRange, WhyLong and WhyLarge
	Err         error
}

// Error says where and what, for whoever edits the file.
func (p Problem) Error() string {
	where := ProfileName
	if p.Line > 0 {
		where += fmt.Sprintf(", line %d", p.Line)
	}
	if p.Path != "" {
		where += ", " + p.Path
	}
	return fmt.Sprintf("%s: %v", where, p.Err)
}

// Unwrap returns what is wrong without where.
func (p Problem) Unwrap() error { return p.Err }

// Problems are all that is wrong with settings, in the order of the file.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns each of them.
func (ps Problems) Unwrap() []error {
	all := make([]error, len(ps))
	for i, p := range ps {
		all[i] = p
	}
	return all
}

// At returns the first problem of a field or of what is in it.
func (ps Problems) At(path string) (Problem, bool) {
	i := slices.IndexFunc(ps, func(p Problem) bool { return p.Path == path || strings.HasPrefix(p.Path, path+".") })
	if i < 0 {
		return Problem{}, false
	}
	return ps[i], true
}

// A checker gathers what is wrong.
type checker struct {
	lines map[string]int
	found Problems
}

func (c *checker) add(p Problem) {
	p.Line = c.lines[p.Path]
	for at := p.Path; p.Line == 0 && at != ""; { // what is not said stands where it ought to
		i := strings.LastIndexByte(at, '.')
		at = at[:max(i, 0)]
		p.Line = c.lines[at]
	}
	c.found = append(c.found, p)
}

func (c *checker) fault(path string, why Why, err error) {
	if err != nil {
		c.add(Problem{Path: path, Why: why, Err: err})
	}
}

func (c *checker) err() error {
	if len(c.found) == 0 {
		return nil
	}
	slices.SortStableFunc(c.found, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return c.found
}

// ErrSetting reports a value that cannot be.
var ErrSetting = errors.New("it cannot be")

// number checks bounds that include both ends.
func (c *checker) number(path string, n, least, most float64) {
	if !(n >= least && n <= most) { // NaN is in no range
		c.add(Problem{
			Path: path, Why: WhyRange, Least: fmt.Sprint(least), Most: fmt.Sprint(most),
			Err: fmt.Errorf("%w: %v is not from %v to %v", ErrSetting, n, least, most),
		})
	}
}

// text checks that words fit onto screen and paper, and have no letters that
// nobody sees.
func (c *checker) text(path, s string, most int) {
	if n := len([]rune(s)); n > most {
		c.add(Problem{
			Path: path, Why: WhyLong, Most: fmt.Sprint(most),
			Err: fmt.Errorf("%w: %d letters are more than %d", ErrSetting, n, most),
		})
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		c.fault(path, WhyLetters, fmt.Errorf("%w: there is a letter in it that cannot be printed", ErrSetting))
	}
}

// series checks what stands before numbers that are called out: letters, since a figure
// would be one of theirs.
func (c *checker) series(path, s string) {
	c.text(path, s, mostSeries)
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		c.fault(path, WhyLetters, fmt.Errorf("%w: before numbers only letters can stand", ErrSetting))
	}
}

func (c *checker) oneOf(path, s string, of ...string) {
	if !slices.Contains(of, s) {
		c.fault(path, WhyChoice, fmt.Errorf("%w: there is no %.40q, only %s", ErrSetting, s, strings.Join(of, ", ")))
	}
}
