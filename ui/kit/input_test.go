package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// hand types on an Input whose clock it moves.
type hand struct {
	in      *Input
	clock   time.Time
	scanned []string
	passed  []fyne.KeyName
	used    int
}

func newHand() *hand {
	h := &hand{clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	h.in = &Input{
		Now: func() time.Time { return h.clock }, Used: func() { h.used++ },
		Key:     func(e *fyne.KeyEvent) { h.passed = append(h.passed, e.Name) },
		Scanned: func(code string) { h.scanned = append(h.scanned, code) },
	}
	return h
}

// type types letters and then Return with the same gap between all of them.
func (h *hand) types(into fyne.Focusable, text string, gap time.Duration) {
	for _, r := range text {
		h.clock = h.clock.Add(gap)
		if r == ' ' {
			into.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
		}
		into.TypedRune(r)
	}
	h.clock = h.clock.Add(gap)
	into.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	h.clock = h.clock.Add(time.Second)
}

const (
	asScanner = 12 * time.Millisecond
	asFingers = 110 * time.Millisecond
)

// TestScannerLeavesFieldsAsTheyWere: what a scanner types is handed on whole, and
// neither changes a field nor submits it nor presses a button.
func TestScannerLeavesFieldsAsTheyWere(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	look := Look{Class: Staff, Input: h.in}
	submitted, pressed, ticked, opened := 0, 0, 0, 0
	name := NewEntry(look, EntryStyle{})
	name.OnSubmitted = func(string) { submitted++ }
	date := NewDateEntry(look, [3]DatePart{Day, Month, Year}, [3]string{"D", "M", "Y"})
	date.OnSubmitted = func() { submitted++ }
	button := NewButton(look, "Save", ButtonStyle{}, func() { pressed++ })
	option := NewOption(look, OptionStyle{Label: "Male"}, func() { pressed++ })
	check := NewCheck(look, "Keep", false, func(bool) { ticked++ })
	list := NewList(look, 40, func() ListRow { return NewCells(look, []float32{1}, func(int) []Cell { return nil }) })
	list.OnOpened = func(int) { opened++ }
	list.SetLength(3)
	list.Select(0)
	h.types(name, "Fatima", asFingers)
	h.types(date, "3004", asFingers)
	if submitted != 2 || len(h.scanned) != 0 {
		t.Fatalf("fingers: %d submitted, scanned %q", submitted, h.scanned)
	}
	name.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome}) // the caret is somewhere else
	for _, into := range []fyne.Focusable{name, date, button, option, check, list} {
		h.types(into, "C-10 042", asScanner)
	}
	if name.Text() != "Fatima" {
		t.Errorf("the name is %q", name.Text())
	}
	if _, month, day := date.Segments(); day != "30" || month != "04" {
		t.Errorf("the date is %s.%s", day, month)
	}
	if submitted != 2 || pressed != 0 || ticked != 0 || opened != 0 {
		t.Errorf("%d submitted, %d pressed, %d ticked, %d opened", submitted, pressed, ticked, opened)
	}
	if len(h.scanned) != 6 {
		t.Fatalf("scanned %q", h.scanned)
	}
	for _, code := range h.scanned {
		if code != "C-10 042" {
			t.Errorf("scanned %q", code)
		}
	}
}

func TestWhatIsNoScan(t *testing.T) {
	test.NewTempApp(t)
	for _, tc := range []struct {
		name, text string
		gap        time.Duration
		want       int
	}{
		{"a scanner", "1234", asScanner, 1},
		{"a slow scanner", "1234", scanAverage, 1},
		{"three letters", "123", asScanner, 0},
		{"a quick typist", "1234567890", scanAverage + 5*time.Millisecond, 0},
	} {
		h := newHand()
		e := NewEntry(Look{Class: Staff, Input: h.in}, EntryStyle{})
		h.types(e, tc.text, tc.gap)
		if len(h.scanned) != tc.want {
			t.Errorf("%s: scanned %q", tc.name, h.scanned)
		}
		if want := map[int]string{0: tc.text, 1: ""}[tc.want]; e.Text() != want {
			t.Errorf("%s: the field has %q, want %q", tc.name, e.Text(), want)
		}
	}
}

// TestKeysThatAreNobodys reach the screen from every widget, and so does that
// somebody is there.
func TestKeysThatAreNobodys(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	look := Look{Class: Staff, Input: h.in}
	for _, f := range []fyne.Focusable{
		NewEntry(look, EntryStyle{}), NewButton(look, "x", ButtonStyle{}, nil), NewOption(look, OptionStyle{Label: "x"}, nil),
		NewCheck(look, "x", false, func(bool) {}), NewDateEntry(look, [3]DatePart{Day, Month, Year}, [3]string{"D", "M", "Y"}),
		NewList(look, 40, nil),
	} {
		h.passed, h.used = nil, 0
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
		f.TypedRune('x')
		if len(h.passed) != 1 || h.passed[0] != fyne.KeyEscape || h.used < 2 {
			t.Errorf("%T: passed %v, used %d times", f, h.passed, h.used)
		}
	}
}

// TestWidgetsOfPatientsHaveNoInput: they are used without one.
func TestWidgetsOfPatientsHaveNoInput(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{})
	for _, r := range "12345" {
		e.TypedRune(r)
	}
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if e.Text() != "12345" {
		t.Errorf("%q", e.Text())
	}
}

func TestCaretMovesAndEdits(t *testing.T) {
	test.NewTempApp(t)
	for dir, back := range map[Direction]fyne.KeyName{LTR: fyne.KeyLeft, RTL: fyne.KeyRight} {
		e := NewEntry(Look{Class: Staff, Dir: dir}, EntryStyle{})
		e.Resize(fyne.NewSize(300, 44))
		key := func(names ...fyne.KeyName) {
			for _, n := range names {
				e.TypedKey(&fyne.KeyEvent{Name: n})
			}
		}
		e.SetText("Fatma")
		key(back, back)
		e.TypedRune('i')
		if e.Text() != "Fatima" {
			t.Errorf("direction %d: %q", dir, e.Text())
		}
		key(fyne.KeyHome, fyne.KeyDelete, fyne.KeyEnd, fyne.KeyBackspace)
		if e.Text() != "atim" {
			t.Errorf("direction %d: %q", dir, e.Text())
		}
		key(fyne.KeyHome, fyne.KeyBackspace, fyne.KeyEnd, fyne.KeyDelete)
		if e.Text() != "atim" {
			t.Errorf("direction %d, at the ends: %q", dir, e.Text())
		}
	}
}

// TestScanWhileTheWindowIsPainted: a pause in the middle tears no scan apart.
func TestScanWhileTheWindowIsPainted(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	e := NewEntry(Look{Class: Staff, Input: h.in}, EntryStyle{})
	for i, r := range "C-10042" {
		gap := 5 * time.Millisecond
		if i == 3 {
			gap = 120 * time.Millisecond
		}
		h.clock = h.clock.Add(gap)
		e.TypedRune(r)
	}
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(h.scanned) != 1 || h.scanned[0] != "C-10042" || e.Text() != "" {
		t.Errorf("scanned %q, the field has %q", h.scanned, e.Text())
	}
}

// TestTypedWhileTheWindowStoodStill: letters that come all at once because
// nothing was handled for a while are still what somebody typed.
func TestTypedWhileTheWindowStoodStill(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	look := Look{Class: Staff, Input: h.in}
	name, pin := NewEntry(look, EntryStyle{}), NewEntry(look, EntryStyle{Secret: true})
	h.types(name, "Haddad", time.Millisecond)
	h.types(pin, "604183", time.Millisecond)
	if len(h.scanned) != 0 || name.Text() != "Haddad" || pin.Text() != "604183" {
		t.Errorf("scanned %q; %q and %q", h.scanned, name.Text(), pin.Text())
	}
	h.types(pin, "BADGE-2041", time.Millisecond)
	if len(h.scanned) != 1 || pin.Text() != "604183" {
		t.Errorf("a badge at the PIN: scanned %q, the field has %q", h.scanned, pin.Text())
	}
}

// TestScannerThatEndsWithTab: the field it typed into is as it was, and the one
// that the tab has led to gets nothing.
func TestScannerThatEndsWithTab(t *testing.T) {
	test.NewTempApp(t)
	h := newHand()
	look := Look{Class: Staff, Input: h.in}
	name, phone := NewEntry(look, EntryStyle{}), NewEntry(look, EntryStyle{})
	w := test.NewTempWindow(t, NewColumn(0, name, phone))
	w.Canvas().Focus(name)
	types := func(text string, gap time.Duration) {
		for _, r := range text {
			h.clock = h.clock.Add(gap)
			name.TypedRune(r)
		}
		h.clock = h.clock.Add(gap)
		w.Canvas().Focus(phone) // as Tab does
		h.clock = h.clock.Add(time.Second)
		w.Canvas().Focus(name)
	}
	types("Ana", asFingers)
	types("C-10042", asScanner)
	if len(h.scanned) != 1 || h.scanned[0] != "C-10042" || name.Text() != "Ana" || phone.Text() != "" {
		t.Errorf("scanned %q, name %q, phone %q", h.scanned, name.Text(), phone.Text())
	}
	types(" 2041", asFingers)
	if len(h.scanned) != 1 || name.Text() != "Ana 2041" {
		t.Errorf("fingers are taken for a scanner: %q, name %q", h.scanned, name.Text())
	}
}
