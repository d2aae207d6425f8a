package timing

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/call"
)

// clock is what the tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time        { return c.at }
func (c *clock) after(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)} }

func open(folder string, c *clock) *Book {
	return Open(folder, time.UTC, c.now, slog.New(slog.DiscardHandler))
}

// aVisit is a person at the kiosk: how long they stay on each screen.
type aVisit struct {
	lang, mode string
	screens    []shownFor
	result     bool
}

type shownFor struct {
	screen  string
	seconds int
}

func (v aVisit) walk(k *Kiosk, c *clock, id string) {
	for i, s := range v.screens {
		k.Show(Shown{Screen: s.screen, Lang: v.lang, Mode: v.mode, Visit: id, Result: v.result && i == len(v.screens)-1})
		c.after(time.Duration(s.seconds) * time.Second)
	}
	k.Show(Shown{})
	c.after(time.Minute) // nobody is there
}

// The golden run: visits at the kiosk and an hour at the staff's desk by a clock of
// the test. What they took comes back as medians and nine of ten, also after the
// program was begun anew.
func TestGoldenRun(t *testing.T) {
	c, folder := newClock(), t.TempDir()
	b := open(folder, c)
	k := NewKiosk(b, c.now)
	for i, seconds := range []int{4, 6, 5, 30, 7} { // the median is 6
		aVisit{"en", "touch", []shownFor{{"who", seconds}, {"rest", 60}, {"result", 20}}, true}.walk(k, c, string(rune('a'+i)))
	}
	aVisit{"de", "speech", []shownFor{{"who", 40}, {"consent", 9}}, false}.walk(k, c, "f")
	b.Close()

	b = open(folder, c)
	d := NewDesk(b, c.now)
	d.Turn("register", "fr")
	for _, seconds := range []int{48, 55, 41, 75, 52, 50, 47, 60, 58, 120} { // in order 41 47 48 50 52 55 58 60 75 120
		d.Begin(Register)
		c.after(time.Duration(seconds) * time.Second)
		d.Done(Register)
	}
	d.Begin(Register)
	d.Leave(Register)
	for _, seconds := range []int{3, 9, 4} {
		d.Begin(Return)
		c.after(time.Second)
		d.Begin(Return) // has begun already
		c.after(time.Duration(seconds-1) * time.Second)
		d.Done(Return)
		d.Done(Return) // is done already
	}
	d.Turn("", "fr")
	figures, err := b.Figures(c.at.AddDate(0, 0, -1), c.at.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		key         Key
		n           int
		median, p90 time.Duration
		left        int
	}{
		{Key{Screen, "who", "en", "touch"}, 5, 6 * time.Second, 30 * time.Second, 0},
		{Key{Screen, "rest", "en", "touch"}, 5, time.Minute, time.Minute, 0},
		{Key{Screen, "result", "en", "touch"}, 5, 20 * time.Second, 20 * time.Second, 0},
		{Key{Screen, "who", "de", "speech"}, 1, 40 * time.Second, 40 * time.Second, 0},
		{Key{Screen, "consent", "de", "speech"}, 1, 9 * time.Second, 9 * time.Second, 1},
		{Key{Visit, "", "en", "touch"}, 5, 90 * time.Second, 110 * time.Second, 0}, // 86 seconds, in steps of five
		{Key{Kind: Register, Lang: "fr"}, 10, 52 * time.Second, 75 * time.Second, 1},
		{Key{Kind: Return, Lang: "fr"}, 3, 4 * time.Second, 9 * time.Second, 0},
		{Key{Kind: Page, Of: "register", Lang: "fr"}, 1, 630 * time.Second, 630 * time.Second, 0}, // 622 in steps of thirty
	} {
		got := figures[want.key]
		if got.N() != want.n || got.Median() != want.median || got.P90() != want.p90 || got.Left != want.left {
			t.Errorf("%+v: %d times, median %s, nine of ten %s, left %d; want %+v", want.key, got.N(), got.Median(), got.P90(), got.Left, want)
		}
		delete(figures, want.key)
	}
	if len(figures) > 0 {
		t.Errorf("and %v", figures.Keys())
	}
}

// Another person of a household begins without the start screen in between.
func TestAnotherVisitWithoutAStart(t *testing.T) {
	c, folder := newClock(), t.TempDir()
	b := open(folder, c)
	k := NewKiosk(b, c.now)
	for _, visit := range []string{"a", "b"} {
		k.Show(Shown{Screen: "choose", Visit: visit})
		c.after(7 * time.Second)
		k.Show(Shown{Screen: "finish", Visit: visit, Result: true})
		c.after(3 * time.Second)
	}
	k.Show(Shown{})
	f, err := b.Figures(c.at.AddDate(0, 0, -1), c.at.AddDate(0, 0, 1))
	if got := f[Key{Kind: Visit}]; err != nil || got.N() != 2 || got.P90() != 10*time.Second {
		t.Errorf("visits %+v, %v", got, err)
	}
}

func TestStep(t *testing.T) {
	for _, test := range []struct {
		d    time.Duration
		want int
	}{
		{1, 1}, {time.Second, 1}, {time.Second + 1, 2}, {time.Minute, 60}, {time.Minute + 1, 65}, {62 * time.Second, 65},
		{5 * time.Minute, 300}, {301 * time.Second, 330}, {time.Hour, 3600}, {30 * time.Hour, 3600},
	} {
		if got := step(test.d); got != test.want {
			t.Errorf("%s counts as %d s, want %d", test.d, got, test.want)
		}
	}
}

// A day has a file of its own, and a period is what its days say.
func TestDays(t *testing.T) {
	c, folder := newClock(), t.TempDir()
	b := open(folder, c)
	first := c.at
	b.Took(Key{Kind: Help}, 5*time.Second)
	c.after(24 * time.Hour)
	b.Took(Key{Kind: Help}, 9*time.Second)
	b.Close()
	for _, test := range []struct {
		since, until time.Time
		n            int
	}{
		{first, first.AddDate(0, 0, 1).Truncate(24 * time.Hour), 1},
		{first, c.at, 2},
		{c.at, c.at.AddDate(0, 1, 0), 1},
		{first.AddDate(0, 0, -9), first.AddDate(0, 0, -1), 0},
	} {
		f, err := Read(folder, test.since, test.until)
		if got := f[Key{Kind: Help}].N(); err != nil || got != test.n {
			t.Errorf("%s to %s: %d, %v", test.since, test.until, got, err)
		}
	}
}

// While something changes the file follows within a minute; what cannot be read
// begins anew, and what is too old goes.
func TestOnDisk(t *testing.T) {
	c, folder := newClock(), t.TempDir()
	for name, text := range map[string]string{"2026-03-02.json": "{", "2023-01-31.json": "[]", "2025-12-31.json": "[]", "notes.txt": ""} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := open(folder, c)
	b.Took(Key{Kind: Help}, time.Second)
	c.after(saveEvery)
	b.Took(Key{Kind: Help}, time.Second)
	b.work.Wait()
	f, err := Read(folder, c.at, c.at.AddDate(0, 0, 1))
	if got := f[Key{Kind: Help}].N(); err != nil || got != 2 {
		t.Errorf("on disk: %d, %v", got, err)
	}
	if got := daysIn(folder); !slices.Equal(got, []string{"2025-12-31", "2026-03-02"}) {
		t.Errorf("kept are %v", got)
	}
	text, err := os.ReadFile(filepath.Join(folder, "2026-03-02.json"))
	if err != nil || strings.Contains(string(text), "08:0") {
		t.Errorf("%s, %v", text, err)
	}
}

// A call is told of at each step of it, and counts once.
func TestCalls(t *testing.T) {
	c, folder := newClock(), t.TempDir()
	b := open(folder, c)
	ear := Calls(b)
	opened := c.at
	answered := call.Call{ID: "1", Opened: opened, Answered: opened.Add(20 * time.Second)}
	closed := answered
	closed.Closed = opened.Add(time.Minute)
	for _, told := range []call.Call{{ID: "1", Opened: opened}, answered, closed, {ID: "2", Opened: opened, Closed: opened.Add(time.Hour)}} {
		ear(told)
	}
	f, err := b.Figures(c.at, c.at.Add(time.Hour))
	if got := f[Key{Kind: Help}]; err != nil || got.N() != 1 || got.Median() != 20*time.Second || got.Left != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Where nobody keeps a book, nothing is timed and nothing fails.
func TestNoBook(t *testing.T) {
	var b *Book
	b.Took(Key{}, time.Second)
	b.Close()
	if f, err := b.Figures(time.Time{}, time.Time{}); f != nil || err != nil {
		t.Error(f, err)
	}
	(*Kiosk)(nil).Show(Shown{Screen: "who"})
	d := (*Desk)(nil)
	d.Turn("find", "en")
	d.Begin(Return)
	d.Done(Return)
}
