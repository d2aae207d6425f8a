package reports

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPapers prints every report into the folder that AIDPOST_PAPERS names, has
// poppler draw the pages, and puts those of a language and of what was typed on
// contact sheets, to be looked at (make papers). AIDPOST_LANG chooses languages
// and AIDPOST_WORDS what was typed. Without a choice the usual paper is printed in
// every language, and all that may be odd in English and Arabic.
func TestPapers(t *testing.T) {
	dir := os.Getenv("AIDPOST_PAPERS")
	if dir == "" {
		t.Skip("AIDPOST_PAPERS names no folder")
	}
	w := newWorld(t)
	langs := strings.Fields(os.Getenv("AIDPOST_LANG"))
	if len(langs) == 0 {
		for _, l := range w.catalogue.Langs() {
			langs = append(langs, l.Tag())
		}
	}
	for _, lang := range langs {
		fixtures := "usual"
		if lang == "en" || lang == "ar" {
			fixtures = "usual empty years long emoji arabic"
		}
		for _, name := range strings.Fields(cmp.Or(os.Getenv("AIDPOST_WORDS"), fixtures)) {
			s, ok := oddWords()[name]
			if !ok {
				t.Fatalf("there are no words %q", name)
			}
			t.Run(lang+"-"+name, func(t *testing.T) { printAll(t, w, dir, lang, name, s) })
		}
	}
}

// forPatients are the reports in the language of the person. The others are in one
// that staff has words in.
var forPatients = []string{"visit", "person", "trend", "ticket"}

// printAll prints every report that there is in a language on every paper, and draws
// contact sheets.
func printAll(t *testing.T, w world, dir, lang, name string, s sampleWords) {
	for _, p := range []Paper{A4, Letter, Receipt} {
		var pages []image.Image
		for _, k := range kinds() {
			if w.catalogue.StaffLang(lang).Tag() != lang && !slices.Contains(forPatients, k.name) {
				continue
			}
			var file bytes.Buffer
			if err := k.write(context.Background(), &file, w, w.issue(lang, p), s); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, strings.Join([]string{lang, name, k.name, p.String()}, "-")+".pdf")
			if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			pages = append(pages, drawPages(t, path)...)
		}
		prefix := filepath.Join(dir, strings.Join([]string{"sheet", lang, name, p.String()}, "-"))
		for n := 0; len(pages) > 0; n++ {
			pages = contactSheet(t, prefix+"-"+strconv.Itoa(n+1)+".png", pages)
		}
	}
}

// Of a long paper the first pages are looked at, and a roll down to half a metre.
const (
	pagesLookedAt = 3
	paperDPI      = 66
	longestStrip  = 1500
)

// drawPages has poppler draw the first pages of a file.
func drawPages(t *testing.T, path string) (pages []image.Image) {
	t.Helper()
	prefix := strings.TrimSuffix(path, ".pdf")
	out, err := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", strconv.Itoa(paperDPI), "-l", strconv.Itoa(pagesLookedAt), path, prefix).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Fatalf("pdftoppm (poppler-utils): %v %s", err, out)
	}
	drawn, err := filepath.Glob(prefix + "-*.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range drawn {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		page, err := png.Decode(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	return pages
}

// contactSheet puts as many pages on one picture as can still be read there, and
// returns the others.
func contactSheet(t *testing.T, path string, pages []image.Image) []image.Image {
	t.Helper()
	const wide, gap = 1720, 8
	sheet := image.NewRGBA(image.Rect(0, 0, wide, 2*longestStrip))
	draw.Draw(sheet, sheet.Bounds(), image.Black, image.Point{}, draw.Src)
	x, y, high := gap, gap, 0
	rows := 1
	for ; len(pages) > 0; pages = pages[1:] {
		size := pages[0].Bounds().Size()
		size.Y = min(size.Y, longestStrip)
		if x+size.X > wide {
			if rows++; rows > 2 || high > 1000 {
				break
			}
			x, y, high = gap, y+high+gap, 0
		}
		draw.Draw(sheet, image.Rect(x, y, x+size.X, y+size.Y), pages[0], image.Point{}, draw.Src)
		x, high = x+size.X+gap, max(high, size.Y)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, sheet.SubImage(image.Rect(0, 0, wide, y+high+gap))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return pages
}
