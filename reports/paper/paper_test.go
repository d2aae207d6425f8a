package paper

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func newSetter(t testing.TB, rightToLeft bool) *Setter {
	t.Helper()
	s, err := NewSetter(A4, rightToLeft)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestClean(t *testing.T) {
	s := newSetter(t, false)
	for _, test := range []struct{ in, want string }{
		{"plain", "plain"},
		{"", ""},
		{"e\u0301", "é"},
		{"a\x00b\x1bc", "abc"},
		{"a\tb\nc\r\nd", "a b c  d"},
		{"\u202eevil\u202c \u2066x\u2069", "evil x"},
		{"1\u00a0mmHg 2\u202f%", "1\u00a0mmHg 2\u00a0%"},
		{"smile 😀👩‍👩‍👧 end", "smile \ufffd end"},
		{"bad \xff\xfe utf", "bad \ufffd utf"},
		{"नमस्ते", "\ufffd"},
		{"❤\ufe0f", "\ufffd"},
		{"\uffff\ufffe", "\ufffd"},
		{"≤ ≥ ± ° µ ● ▲", "≤ ≥ ± ° µ ● ▲"},
		{"أُحيل مُحمّد", "أحيل محمد"},
		{"Łódź Việt Şişli", "Łódź Việt Şişli"},
	} {
		if got := s.Clean(test.in); got != test.want {
			t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
		}
	}
	for _, long := range []string{strings.Repeat("x", 5000), strings.Repeat("é", 5000)} {
		got := s.Clean(long)
		if n := utf8.RuneCountInString(got); n != maxRunes || !strings.HasSuffix(got, "…") {
			t.Errorf("5,000 characters became %d, ending in %q", n, got[len(got)-3:])
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Amina Okafor", 100.0, false)
	f.Add("عبد الرحمن 120/80 mmHg", 40.0, true)
	f.Add("😀\x00\u202e\ufe0f\u200d\u0301", 1.0, true)
	f.Add("ﷺ\u0651\u0640\u200c\u200d\u0600\u06dd", 3.0, true)
	setters := map[bool]*Setter{}
	for _, rtl := range []bool{false, true} {
		setters[rtl] = newSetter(f, rtl)
	}
	style := Style{Size: 10}
	f.Fuzz(func(t *testing.T, text string, width float64, rtl bool) {
		s := setters[rtl]
		clean := s.Clean(text)
		if s.Clean(clean) != clean {
			t.Errorf("cleaning %q twice changes it", text)
		}
		for _, line := range s.Wrap(text, style, width) {
			// A line may be wider only when it is one letter with its marks.
			if s.Width(line, style) > width+0.01 && utf8.RuneCountInString(line) > 1 {
				if head, tail := s.breakWord(line, style, width); tail != "" {
					t.Errorf("%q is wider than %f and could be broken after %q", line, width, head)
				}
			}
		}
		// The widest ligature is wider than this, and is set all the same.
		if got := s.Fit(text, style, 120); s.Width(got, style) > 120.01 {
			t.Errorf("%q does not fit", got)
		}
		sh := s.Sheet(width)
		sh.Text(0, 0, Start, style, text)
		for _, set := range sh.Texts() {
			for _, r := range set.Line {
				if r > 0xffff || !s.covers(r) {
					t.Errorf("%q puts %U on the page", text, r)
				}
			}
		}
	})
}

func TestWrap(t *testing.T) {
	s := newSetter(t, false)
	style := Style{Size: 10}
	for _, test := range []struct {
		text  string
		width float64
		want  string
	}{
		{"one two three", 1000, "one two three"},
		{"one two three", s.Width("one two", style), "one two|three"},
		{"  one   two ", 1000, "one two"},
		{"one\ntwo", 1000, "one|two"},
		{"", 100, ""},
		{"mmmmm", s.Width("mm", style), "mm|mm|m"},
		{"a mmmmm b", s.Width("mm", style) + 0.1, "a|mm|mm|m b"},
		{"now 132/83\u00a0mmHg", s.Width("132/83\u00a0mmHg", style), "now|132/83\u00a0mmHg"},
		{"iii", 0, "i|i|i"},
	} {
		if got := strings.Join(s.Wrap(test.text, style, test.width), "|"); got != test.want {
			t.Errorf("Wrap(%q, %.1f) = %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

// The same drawing in a right-to-left language is the mirror of itself, but a
// chart keeps its axis.
func TestMirror(t *testing.T) {
	style := Style{Size: 10}
	for _, rtl := range []bool{false, true} {
		s := newSetter(t, rtl)
		sh := s.Sheet(200)
		w := sh.Text(10, 20, Start, style, "start")
		sh.Text(190, 20, End, style, "end")
		sh.Text(100, 40, Middle, style, "mid")
		chart := s.Chart(50)
		chart.Text(0, 0, Start, style, "low")
		chart.Text(50, 0, End, style, "high")
		sh.Place(chart, 20, 60)
		at := make(map[string]float64)
		for _, text := range sh.Texts() {
			at[text.Line] = text.At.X
		}
		want := map[string]float64{"start": 10, "end": 190 - s.Width("end", style), "low": 20, "high": 70 - s.Width("high", style)}
		if rtl {
			want = map[string]float64{"start": 190 - w, "end": 10, "low": 130, "high": 180 - s.Width("high", style)}
		}
		want["mid"] = 100 - s.Width("mid", style)/2
		for line, x := range want {
			if got := at[line]; got < x-0.01 || got > x+0.01 {
				t.Errorf("right to left %t: %q at %.2f, want %.2f", rtl, line, got, x)
			}
		}
	}
}

// Hatching stays inside its rectangle.
func TestHatch(t *testing.T) {
	s := newSetter(t, false)
	for _, falling := range []bool{false, true} {
		sh := s.Sheet(100)
		sh.Hatch(10, 20, 30, 7, 4, falling, Stroke{})
		if len(sh.marks) != 9 {
			t.Errorf("%d lines", len(sh.marks))
		}
		for _, m := range sh.marks {
			for _, p := range m.(path).points {
				if p.X < 10 || p.X > 40 || p.Y < 20 || p.Y > 27 {
					t.Errorf("a line goes to %v", p)
				}
			}
		}
	}
}

func TestWrite(t *testing.T) {
	doc := func(s *Setter) Document {
		sh := s.Sheet(A4.Width)
		sh.Text(50, 50, Start, Style{Face: Bold, Size: 12}, "Page 😀")
		sh.Disc(Point{100, 100}, 5, 0)
		sh.Ring(Point{100, 100}, 5, Stroke{Width: 1, Dash: 2})
		sh.Path(nil, Stroke{})
		sh.Frame(1, 1, 5, 5, Stroke{Width: 1})
		return Document{Title: "T", Created: time.Unix(0, 0), Pages: []*Sheet{sh, s.Sheet(A4.Width)}}
	}
	var files [2]bytes.Buffer
	for i := range files {
		s := newSetter(t, false)
		if err := s.Write(&files[i], doc(s)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("the same document gave other bytes")
	}
	if !bytes.Contains(files[0].Bytes(), []byte("D:19700101000000")) {
		t.Error("the date of the file is not the one given")
	}
	s := newSetter(t, false)
	if err := s.Write(closed{}, doc(s)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	s = newSetter(t, false)
	s.pdf = nil // as a fault inside the library would
	if err := s.Write(io.Discard, Document{}); !errors.Is(err, ErrDrawing) {
		t.Errorf("got %v", err)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
