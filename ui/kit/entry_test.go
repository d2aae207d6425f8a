package kit

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

var sampleWords = KeyWords{Space: "space", Done: "Done", Clear: "Clear"}

// keyOf finds the key with a label.
func keyOf(t *testing.T, keys []*key, label string) *key {
	t.Helper()
	for _, k := range keys {
		if k.label.Text() == label {
			return k
		}
	}
	t.Fatalf("no key %q", label)
	return nil
}

func allKeys(k *Keyboard) []*key {
	var all []*key
	for _, row := range k.rows {
		all = append(all, row...)
	}
	return all
}

// A hardware keyboard, a scanner that types, and the keys on screen give the
// same text.
func TestAllWaysOfTypingEndAlike(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{})
	board := NewKeyboard(Look{}, KeyLayoutFor("en"), sampleWords, nil)
	w := test.NewTempWindow(t, NewColumn(8, e, board))
	w.Resize(fyne.NewSize(900, 600))
	w.Canvas().Focus(e)
	board.Serve(e)
	for _, label := range []string{"A", "n", "a"} {
		test.Tap(keyOf(t, allKeys(board), label))
	}
	test.Tap(keyOf(t, allKeys(board), "space"))
	test.Type(e, "lee")
	test.Tap(board.rows[len(board.rows)-1][2]) // backspace
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if got := e.Text(); got != "Ana l" {
		t.Errorf("typed %q, want %q", got, "Ana l")
	}
}

func TestKeysGiveTheFocusBack(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{})
	pad := NewKeypad(Look{}, sampleWords, nil)
	w := test.NewTempWindow(t, NewColumn(8, e, pad))
	w.Resize(fyne.NewSize(400, 600))
	w.Canvas().Focus(e)
	pad.Serve(e)
	for range 3 {
		w.Canvas().Unfocus() // what Fyne does on a touch beside the entry
		test.Tap(keyOf(t, pad.keys, "7"))
		if w.Canvas().Focused() != fyne.Focusable(e) {
			t.Fatal("the key kept the focus from the entry")
		}
	}
	if e.Text() != "777" {
		t.Errorf("typed %q", e.Text())
	}
}

func TestShiftLastsOneLetterAndStartsAName(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{})
	board := NewKeyboard(Look{}, KeyLayoutFor("es"), sampleWords, nil)
	board.Serve(e)
	test.Tap(keyOf(t, allKeys(board), "Ñ"))
	test.Tap(keyOf(t, allKeys(board), "u"))
	test.Tap(board.shift)
	test.Tap(keyOf(t, allKeys(board), "Á"))
	if e.Text() != "ÑuÁ" {
		t.Errorf("typed %q, want ÑuÁ", e.Text())
	}
	e2 := NewEntry(Look{}, EntryStyle{})
	e2.SetText("x")
	board.Serve(e2)
	if board.shifted {
		t.Error("an entry with text in it starts with a capital")
	}
	if e.held || !e2.held {
		t.Error("the keyboard holds the wrong entry")
	}
}

// Every letter of a language's words can be typed, and no key stands twice.
func TestKeyLayoutsCoverTheLanguages(t *testing.T) {
	alphabets := map[string]string{
		"en": "abcdefghijklmnopqrstuvwxyz",
		"es": "abcdefghijklmnñopqrstuvwxyzáéíóúü",
		"fr": "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùû",
		"ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
		"de": "abcdefghijklmnopqrstuvwxyz", // not offered: QWERTY
	}
	for language, letters := range alphabets {
		layout := KeyLayoutFor(language)
		all := strings.Join(layout.Rows, "")
		for _, r := range letters + "0123456789-" {
			if !strings.ContainsRune(all, r) {
				t.Errorf("%s has no key %q", language, r)
			}
		}
		seen := map[rune]bool{}
		for _, r := range all {
			if seen[r] {
				t.Errorf("%s has %q twice", language, r)
			}
			seen[r] = true
		}
	}
}

func TestEntryAcceptsOnlyWhatItShould(t *testing.T) {
	test.NewTempApp(t)
	changes := 0
	e := NewEntry(Look{}, EntryStyle{Limit: 4, Accept: unicode.IsDigit})
	e.OnChanged = func(string) { changes++ }
	test.Type(e, "1a2\t3456")
	if e.Text() != "1234" || changes != 4 {
		t.Errorf("%q after %d changes, want 1234 after 4", e.Text(), changes)
	}
	e.SetText("98x7")
	if e.Text() != "987" {
		t.Errorf("SetText kept %q, want 987", e.Text())
	}
	submitted := ""
	e.OnSubmitted = func(s string) { submitted = s }
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	e.Clear()
	if submitted != "987" || e.Text() != "" {
		t.Errorf("submitted %q, left %q", submitted, e.Text())
	}
}

func TestSecretIsNeverDrawn(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{Secret: true})
	w := test.NewTempWindow(t, e)
	w.Resize(fyne.NewSize(400, 80))
	e.SetText("4711")
	if strings.Contains(test.RenderToMarkup(w.Canvas()), "4711") {
		t.Error("the PIN is on the screen")
	}
}

func TestLongTextShowsItsEnd(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{}, EntryStyle{})
	e.Resize(fyne.NewSize(300, 64))
	e.SetText(strings.Repeat("a", 40) + "xyz")
	if got := e.words.Text; !strings.HasSuffix(got, "xyz") || textWidth(got, e.words.TextSize, false) > 300-2*Space24 {
		t.Errorf("shows %q", got)
	}
}

func TestNothingShowsAPointer(t *testing.T) {
	test.NewTempApp(t)
	for _, c := range []desktop.Cursorable{
		NewEntry(Look{}, EntryStyle{}), NewGround(Look{}),
		NewDateEntry(Look{}, [3]DatePart{Day, Month, Year}, [3]string{}),
	} {
		if c.Cursor() != desktop.HiddenCursor {
			t.Errorf("%T shows a pointer", c)
		}
	}
}

func TestDateEntryFollowsItsOrder(t *testing.T) {
	test.NewTempApp(t)
	for _, row := range []struct {
		order     [3]DatePart
		typed     string
		y, m, d   int
		complete  bool
		inSegment int
	}{
		{[3]DatePart{Day, Month, Year}, "21071971", 1971, 7, 21, true, 2},
		{[3]DatePart{Month, Day, Year}, "07211971", 1971, 7, 21, true, 2},
		{[3]DatePart{Year, Month, Day}, "19710721", 1971, 7, 21, true, 2},
		{[3]DatePart{Day, Month, Year}, "2107", 0, 7, 21, false, 2},
		{[3]DatePart{Day, Month, Year}, "2", 0, 0, 2, false, 0},
		{[3]DatePart{Day, Month, Year}, "x2-1 0", 0, 0, 21, false, 1},
		{[3]DatePart{Day, Month, Year}, "210719719", 1971, 7, 21, true, 2},
	} {
		d := NewDateEntry(Look{}, row.order, [3]string{"a", "b", "c"})
		test.Type(d, row.typed)
		y, m, day, complete := d.Parts()
		if y != row.y || m != row.m || day != row.d || complete != row.complete || d.current() != row.inSegment {
			t.Errorf("%v after %q: %d-%d-%d complete %t in segment %d", row.order, row.typed, y, m, day, complete, d.current())
		}
	}
}

func TestDateEntryReportsAndErases(t *testing.T) {
	test.NewTempApp(t)
	d := NewDateEntry(Look{}, [3]DatePart{Day, Month, Year}, [3]string{"a", "b", "c"})
	var last int
	var full bool
	d.OnChanged = func(_, _, day int, complete bool) { last, full = day, complete }
	pad := NewKeypad(Look{}, sampleWords, nil)
	pad.Serve(d)
	for _, label := range []string{"3", "1"} {
		test.Tap(keyOf(t, pad.keys, label))
	}
	if last != 31 || full {
		t.Errorf("told of day %d, complete %t", last, full)
	}
	test.Tap(pad.keys[11])
	if last != 3 {
		t.Errorf("after erasing, told of day %d", last)
	}
	d.SetBad(true)
	if d.boxes[0].StrokeColor != (Look{}).Color(ColorUrgentInk) {
		t.Error("a bad date looks good")
	}
	test.Tap(keyOf(t, pad.keys, "Clear"))
	if last != 0 {
		t.Errorf("after clearing, told of day %d", last)
	}
}

func TestKeypadDone(t *testing.T) {
	test.NewTempApp(t)
	done := 0
	pad := NewKeypad(Look{}, sampleWords, func() { done++ })
	pad.SetDoneEnabled(false)
	test.Tap(keyOf(t, pad.keys, "Done"))
	pad.SetDoneEnabled(true)
	test.Tap(keyOf(t, pad.keys, "Done"))
	if done != 1 {
		t.Errorf("done %d times, want once", done)
	}
	test.Tap(keyOf(t, pad.keys, "5")) // with no target: nothing, and no panic
}

// No key is too small for a finger, at any class and text size.
func TestKeysAreLargeEnough(t *testing.T) {
	test.NewTempApp(t)
	for _, class := range []Class{Landscape, Portrait, Compact} {
		for _, language := range []string{"en", "es", "fr", "ar", "de", "fa", "it", "pl", "pt", "ru", "tr", "uk", "vi"} {
			board := NewKeyboard(Look{Class: class}, KeyLayoutFor(language), sampleWords, nil)
			board.Resize(board.MinSize())
			for _, k := range allKeys(board) {
				if k.Size().Width < 60 || k.Size().Height < 52 {
					t.Errorf("class %d, %s: key %q is %v", class, language, k.label.Text(), k.Size())
				}
			}
		}
	}
}

// Capitals follow the language, and the marks of Vietnamese join their vowel.
func TestKeyboardTypesAsTheLanguageDoes(t *testing.T) {
	test.NewTempApp(t)
	for _, tt := range []struct{ language, keys, want string }{
		{"tr", "ismail", "İsmail"},
		{"tr", "ılgın", "Ilgın"},
		{"en", "isa", "Isa"},
		{"de", "öle", "Öle"},
		{"ru", "ёлка", "Ёлка"},
		{"uk", "їжак", "Їжак"},
		{"vi", "nguyê\u0303n", "Nguyễn"},
		{"vi", "đa\u0323t", "Đạt"},
		{"fa", "پگاه", "پگاه"},
	} {
		board := NewKeyboard(Look{}, KeyLayoutFor(tt.language), sampleWords, nil)
		entry := NewEntry(Look{}, EntryStyle{})
		board.Serve(entry)
		for _, r := range tt.keys {
			i := slices.Index(board.lowers, r)
			if i < 0 {
				t.Fatalf("%s: no key for %q", tt.language, r)
			}
			test.Tap(board.letters[i])
		}
		if entry.Text() != tt.want {
			t.Errorf("%s: typed %q, got %q", tt.language, tt.want, entry.Text())
		}
	}
}

// TestSelectAll: after Ctrl+A the next letter takes the place of everything,
// Backspace removes it, and an arrow only ends it. Other shortcuts are the
// window's.
func TestSelectAll(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(Look{Class: Staff}, EntryStyle{Limit: 5})
	w := test.NewTempWindow(t, e)
	w.Resize(fyne.NewSize(300, 60))
	w.Canvas().Focus(e)
	all := &fyne.ShortcutSelectAll{}
	e.TypedShortcut(all)
	if !e.marked.Hidden {
		t.Error("an empty field is selected")
	}
	e.SetText("Maria")
	e.TypedShortcut(all)
	if e.marked.Hidden || !e.caret.Hidden || e.marked.Size().Width < 20 {
		t.Error("nothing shows that everything is selected")
	}
	test.Type(e, "Ana") // the field was full
	if e.Text() != "Ana" || !e.marked.Hidden {
		t.Errorf("typed over: %q", e.Text())
	}
	for key, want := range map[fyne.KeyName]string{fyne.KeyBackspace: "", fyne.KeyDelete: "", fyne.KeyLeft: "Anxa", fyne.KeyHome: "xAna", fyne.KeyEnd: "Anax"} {
		e.SetText("Ana")
		e.TypedShortcut(all)
		e.TypedKey(&fyne.KeyEvent{Name: key})
		if want != "" {
			test.Type(e, "x")
		}
		if e.Text() != want {
			t.Errorf("%s: %q, want %q", key, e.Text(), want)
		}
	}
	found := 0
	w.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyT, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) { found++ })
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyT, Modifier: fyne.KeyModifierControl})
	if found != 1 {
		t.Errorf("a shortcut of the window ran %d times", found)
	}
}
