package assets

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
)

// Every picture named in code has a file, and every file a name.
func TestPicturesAndFilesMatch(t *testing.T) {
	files := map[string]bool{}
	for _, dir := range []string{"drawings", "icons"} {
		entries, err := fs.ReadDir(pictures, dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			files[dir+"/"+e.Name()] = true
		}
	}
	for _, p := range Pictures() {
		if !files[p.String()] {
			t.Errorf("%s is named but has no file, or is named twice", p)
		}
		delete(files, p.String())
	}
	for f := range files {
		t.Errorf("%s has no name in Pictures", f)
	}
}

var (
	color    = regexp.MustCompile(`#[0-9A-Fa-f]+`)
	allowed  = map[string]bool{Ink: true, Accent: true, Wash: true, Surface: true, Urgent: true}
	elements = map[string]bool{"svg": true, "g": true, "path": true, "circle": true, "rect": true}
)

// The SVGs keep to what the toolkit can draw and to the placeholder colours,
// stand on their grid, and hold no text.
func TestPicturesKeepToTheHouseStyle(t *testing.T) {
	for _, p := range Pictures() {
		svg, err := p.SVG()
		if err != nil {
			t.Fatal(err)
		}
		box := `viewBox="0 0 240 240"`
		if strings.HasPrefix(p.String(), "icons/") {
			box = `viewBox="0 0 48 48"`
		}
		if !bytes.Contains(svg, []byte(box)) {
			t.Errorf("%s: not on the grid %s", p, box)
		}
		for _, c := range color.FindAllString(string(svg), -1) {
			if !allowed[c] {
				t.Errorf("%s: colour %s is no placeholder", p, c)
			}
		}
		decoder := xml.NewDecoder(bytes.NewReader(svg))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			if start, ok := token.(xml.StartElement); ok && !elements[start.Name.Local] {
				t.Errorf("%s: element %s", p, start.Name.Local)
			}
		}
	}
}

func TestUnknownPictureIsAnError(t *testing.T) {
	if _, err := (Picture{}).SVG(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SVG of the zero Picture: %v, want it to wrap fs.ErrNotExist", err)
	}
}

func TestAppIconIsASquarePNG(t *testing.T) {
	cfg, err := png.DecodeConfig(bytes.NewReader(AppIcon()))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Width != 512 || cfg.Height != 512 {
		t.Errorf("icon is %d by %d, want 512 by 512", cfg.Width, cfg.Height)
	}
}

// Every character the languages on offer need is in both faces, or the toolkit
// would search the machine for another font.
func TestFacesCoverTheLanguages(t *testing.T) {
	needed := "0123456789 .,:;!?¡¿'\"()[]/%+-–—…·×±≥≤°µμ→←↑↓●■▲▼○□△▽✓✗⚠€«»‹›’‘“”₂²\u00a0\u202f\u200e\u200f" +
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" +
		"áéíóúüñÁÉÍÓÚÜÑ" + "àâäæçéèêëîïôœùûüÿÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜŸ" +
		"ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْ،؛؟٪٠١٢٣٤٥٦٧٨٩پچژگک"
	for r := rune(0xFE70); r <= 0xFEFC; r++ {
		if r != 0xFE75 { // not assigned
			needed += string(r)
		}
	}
	for name, data := range map[string][]byte{SansRegularName: SansRegular(), SansBoldName: SansBold()} {
		font, err := sfnt.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var buf sfnt.Buffer
		for _, r := range needed {
			if i, err := font.GlyphIndex(&buf, r); err != nil || i == 0 {
				t.Errorf("%s lacks %q (%U)", name, r, r)
			}
		}
		if len(data) > 700<<10 {
			t.Errorf("%s is %d bytes, more than 700 KB", name, len(data))
		}
	}
}

// No letter of ours reaches out of the line box, or its tail would be cut off
// where a line of text is drawn into a box of its own.
func TestLettersStayInTheLineBox(t *testing.T) {
	letters := []rune("ÁÉÑÀÂÇÔÛŸÅğjqy,;()/")
	for r := rune(0x0621); r <= 0x064A; r++ {
		letters = append(letters, r)
	}
	for r := rune(0xFE80); r <= 0xFEFC; r++ { // joined forms
		letters = append(letters, r)
	}
	const em = 1000
	for name, data := range map[string][]byte{SansRegularName: SansRegular(), SansBoldName: SansBold()} {
		font, err := sfnt.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		box, err := font.Metrics(&buf, em<<6, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range letters {
			i, err := font.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatal(err)
			}
			b, _, err := font.GlyphBounds(&buf, i, em<<6, 0)
			if err != nil {
				t.Fatal(err)
			}
			if -b.Min.Y > box.Ascent || b.Max.Y > box.Descent {
				t.Errorf("%s: %q reaches from %v to %v of a box from %v to %v", name, r, -b.Min.Y, b.Max.Y, box.Ascent, box.Descent)
			}
		}
	}
}

// Figures share one width, so that numbers do not dance while they change.
func TestFiguresAreTabular(t *testing.T) {
	for name, data := range map[string][]byte{SansRegularName: SansRegular(), SansBoldName: SansBold()} {
		font, err := sfnt.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		widths := map[int]bool{}
		for r := '0'; r <= '9'; r++ {
			i, err := font.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatal(err)
			}
			w, err := font.GlyphAdvance(&buf, i, 1000<<6, 0)
			if err != nil {
				t.Fatal(err)
			}
			widths[int(w)] = true
		}
		if len(widths) != 1 {
			t.Errorf("%s has figures of %d widths", name, len(widths))
		}
	}
}
