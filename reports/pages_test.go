package reports

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/reports/paper"
)

// seen takes the pages of a report as they go into the file.
type seen struct {
	desk  *desk
	pages []*paper.Sheet
}

func (*seen) Write([]byte) (int, error) { return 0, ErrPagesAlone }

func (d *seen) add(at *desk, page *paper.Sheet) error {
	d.desk = at
	d.pages = append(d.pages, page)
	return nil
}

// On every paper, in every language and whatever people are called, no report
// fails, leaves the page, lacks a letter, or writes one thing over another, and each
// page says where it comes from.
func TestEveryKind(t *testing.T) {
	w := newWorld(t)
	known := glyphsOf(t)
	langs := append(w.catalogue.Langs(), w.catalogue.Pseudo())
	for _, k := range kinds() {
		for _, p := range []Paper{A4, Letter, Receipt} {
			for _, lang := range langs {
				for name, typed := range oddWords() {
					odd := name != "usual"
					if odd && !(lang.Tag() == "en" && p == A4) && !(lang.Tag() == "ar" && p == Receipt) || p == Letter && lang.Tag() != "en" {
						continue // each oddity once in either direction
					}
					i := w.issue(lang.Tag(), p)
					i.Lang = lang
					if odd {
						i.Copy = 2
					}
					var got seen
					if err := k.write(context.Background(), &got, w, i, typed); err != nil {
						t.Fatalf("%s %s %s %s: %v", k.name, p, lang.Tag(), name, err)
					}
					for n, page := range got.pages {
						what := fmt.Sprintf("%s %s %s %s page %d", k.name, p, lang.Tag(), name, n+1)
						checkPage(t, what, page, p)
						if k.name != "referral" { // its last title stands over lines to write on
							checkTitles(t, what, page, p)
						}
						checkGlyphs(t, what, page, known)
						checkFoot(t, what, got, n)
					}
				}
			}
		}
	}
}

// checkPage finds what leaves a page and what runs into something else.
func checkPage(t *testing.T, what string, page *paper.Sheet, p Paper) {
	t.Helper()
	texts := page.Texts()
	slices.SortFunc(texts, func(a, b paper.SetText) int { return int(a.At.Y - b.At.Y) })
	high := page.Height
	if high == 0 {
		high = p.size().Height
	}
	for i, a := range texts {
		if a.At.X < p.side()-3 || a.At.X+a.Width > p.size().Width-p.side()+3 || a.At.Y > high-4 || a.At.Y < a.Style.Size {
			t.Errorf("%s: %q stands in the margin at %.0f..%.0f, %.0f", what, a.Line, a.At.X, a.At.X+a.Width, a.At.Y)
		}
		for _, b := range texts[i+1:] {
			if b.At.Y > a.At.Y+2*hero.Size {
				break
			}
			if overlap(a, b) {
				t.Errorf("%s: %q runs into %q", what, a.Line, b.Line)
			}
		}
	}
}

// checkTitles finds a title at the end of a page, under which nothing stands.
func checkTitles(t *testing.T, what string, page *paper.Sheet, p Paper) {
	t.Helper()
	if p == Receipt {
		return // it has one page
	}
	var last paper.SetText
	for _, text := range page.Texts() {
		if text.At.Y < p.size().Height-marginFoot && text.At.Y >= last.At.Y {
			last = text
		}
	}
	if last.Style == heading {
		t.Errorf("%s ends with the title %q", what, last.Line)
	}
}

// glyphsOf are the embedded faces.
func glyphsOf(t *testing.T) map[paper.Face]*sfnt.Font {
	t.Helper()
	all := map[paper.Face]*sfnt.Font{}
	for face, file := range map[paper.Face][]byte{paper.Regular: assets.SansRegular(), paper.Bold: assets.SansBold()} {
		f, err := sfnt.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		all[face] = f
	}
	return all
}

// checkGlyphs finds letters that the face does not have, which print as boxes.
func checkGlyphs(t *testing.T, what string, page *paper.Sheet, faces map[paper.Face]*sfnt.Font) {
	t.Helper()
	var b sfnt.Buffer
	for _, text := range page.Texts() {
		for _, r := range text.Line {
			if glyph, err := faces[text.Style.Face].GlyphIndex(&b, r); err != nil || glyph == 0 {
				t.Errorf("%s: no glyph for %q in %q", what, r, text.Line)
			}
		}
	}
}

var paperCode = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`)

// checkFoot finds a page that does not say which site and machine printed it, when
// and in which zone, which page of how many it is, by which thresholds, which copy,
// and its code.
func checkFoot(t *testing.T, what string, got seen, n int) {
	t.Helper()
	d := got.desk
	page := got.pages[n]
	said := strings.Join(strings.Fields(strings.ReplaceAll(allText([]*paper.Sheet{page}), "\n", " ")), " ")
	asDrawn := func(s string) string {
		sh := d.sheet()
		sh.Text(0, 0, paper.Start, tiny, s)
		return sh.Texts()[0].Line
	}
	wants := []string{d.Kiosk, "CET"}
	if d.Thresholds != "" { // a slip of the queue judges nothing
		wants = append(wants, d.Thresholds)
	}
	if !d.narrow { // there the line may be broken anywhere
		wants = append(wants, asDrawn(d.Site.Name),
			asDrawn(d.Lang.T(words.ReportPage, words.With("page", n+1), words.With("pages", len(got.pages)))),
			asDrawn(d.Lang.T(words.ReportCopy, words.With("n", d.Copy))))
	}
	for _, want := range wants {
		if want == "" || !strings.Contains(said, want) {
			t.Errorf("%s does not say %q", what, want)
		}
	}
	if !paperCode.MatchString(said) || !strings.Contains(said, d.coded) {
		t.Errorf("%s has no code", what)
	}
	if upper := asDrawn(strings.ToUpper(d.copyName())); (d.Copy > 1) != slices.ContainsFunc(page.Texts(), func(s paper.SetText) bool {
		return s.Line == upper && s.At.Y < marginTop
	}) {
		t.Errorf("%s: copy %d is not marked as such", what, d.Copy)
	}
}

// TestCode: the code names what a paper says. A reprint has the same one, on every
// page; other numbers and another person have another.
func TestCode(t *testing.T) {
	w := newWorld(t)
	for _, k := range kinds() {
		code := func(s sampleWords, change func(*Issue)) string {
			i := w.issue("en", A4)
			change(&i)
			var got seen
			if err := k.write(t.Context(), &got, w, i, s); err != nil {
				t.Fatal(err)
			}
			return got.desk.coded
		}
		first := code(usualWords(), func(*Issue) {})
		if again := code(usualWords(), func(i *Issue) { i.Copy, i.Printed = 3, i.Printed.AddDate(0, 0, 1) }); again != first && k.name != "testpage" {
			t.Errorf("%s: a reprint is %s, the first %s", k.name, again, first)
		}
		other := usualWords()
		other.family, other.number, other.note = "Haddad", "4711-0816", "Feels dizzy"
		if code(other, func(*Issue) {}) == first && k.name != "testpage" && k.name != "activity" {
			t.Errorf("%s: another paper has the same code", k.name)
		}
	}
}

// TestLeaves: whoever counts papers hears the code before anything is written, says
// which copy it is, and can keep the paper back.
func TestLeaves(t *testing.T) {
	w := newWorld(t)
	for _, k := range kinds() {
		i := w.issue("en", A4)
		calls, heard := 0, ""
		i.Leaves = func(code string) (int, error) {
			calls++
			heard = code
			return 4, nil
		}
		var got seen
		if err := k.write(t.Context(), &got, w, i, usualWords()); err != nil {
			t.Fatal(err)
		}
		if calls != 1 || heard != got.desk.coded || got.desk.Copy != 4 {
			t.Errorf("%s: asked %d times about %q, copy %d of %q", k.name, calls, heard, got.desk.Copy, got.desk.coded)
		}
		i.Leaves = func(string) (int, error) { return 0, ErrCode }
		got = seen{}
		if err := k.write(t.Context(), &got, w, i, usualWords()); err == nil || len(got.pages) > 0 {
			t.Errorf("%s: kept back, yet %d pages, %v", k.name, len(got.pages), err)
		}
	}
}

// A card without a name is called by its number, and nobody a guest who is none.
func TestCardWithoutName(t *testing.T) {
	w := newWorld(t)
	s := usualWords()
	s.given, s.family = "", ""
	for _, k := range kinds() {
		if !slices.Contains([]string{"visit", "person", "trend", "referral"}, k.name) {
			continue
		}
		var got seen
		if err := k.write(t.Context(), &got, w, w.issue("en", A4), s); err != nil {
			t.Fatal(err)
		}
		if said := allText(got.pages); strings.Contains(said, "Guest") || strings.Count(said, s.number) < 1 {
			t.Errorf("%s: %s", k.name, said)
		}
	}
}
