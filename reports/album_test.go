package reports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"strings"
	"testing"

	"aidpost/records/proof"
	"aidpost/records/signing"
)

// drawnPages are the pages of a kind as pictures.
func drawnPages(t testing.TB, w world, k kind, i Issue, dpi float64) (pages []image.Image) {
	t.Helper()
	album := &Album{DPI: dpi, Page: func(p image.Image) error {
		pages = append(pages, p)
		return nil
	}}
	if err := k.write(context.Background(), album, w, i, usualWords()); err != nil {
		t.Fatalf("%s: %v", k.name, err)
	}
	return pages
}

// Every kind can be looked at before it is printed: as many pages as in the
// file, as large as the paper, with ink on them.
func TestAlbum(t *testing.T) {
	w := newWorld(t)
	for _, k := range kinds() {
		for _, p := range []Paper{A4, Receipt} {
			i := w.issue("ar", p)
			l, err := k.compose(w, i, usualWords())
			if err != nil {
				t.Fatal(err)
			}
			pages := drawnPages(t, w, k, i, 72)
			if len(pages) != len(l.pages) {
				t.Fatalf("%s %s: %d pages, want %d", k.name, p, len(pages), len(l.pages))
			}
			for n, page := range pages {
				size := page.Bounds().Size()
				if size.X < int(p.size().Width) || size.X > int(p.size().Width)+1 || p == A4 && size.Y != 842 {
					t.Errorf("%s %s page %d: %v", k.name, p, n+1, size)
				}
				if dark := inked(page); dark < 0.001 || dark > 0.3 {
					t.Errorf("%s %s page %d: %.1f %% ink", k.name, p, n+1, 100*dark)
				}
			}
		}
	}
	stop := errors.New("seen enough")
	album := &Album{DPI: 50, Page: func(image.Image) error { return stop }}
	for _, k := range kinds() {
		if err := k.write(t.Context(), album, w, w.issue("en", A4), usualWords()); !errors.Is(err, stop) {
			t.Errorf("%s: %v", k.name, err)
		}
	}
	if _, err := album.Write([]byte("x")); !errors.Is(err, ErrPagesAlone) {
		t.Error(err)
	}
}

func inked(p image.Image) float64 {
	dark, b := 0, p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, bl, _ := p.At(x, y).RGBA(); r+g+bl < 3*0x8000 {
				dark++
			}
		}
	}
	return float64(dark) / float64(b.Dx()*b.Dy())
}

func save(t testing.TB, path string, p image.Image) {
	t.Helper()
	var b bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := fast.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A reader that is not ours reads the code on the paper, at the dots of an
// office printer and of a receipt's, and what it reads is valid.
func TestCodeIsRead(t *testing.T) {
	tool, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("SKIPPED: zbarimg (zbar-tools) is not installed, no code was read from paper")
	}
	w := newWorld(t)
	key, err := signing.NewKey(bytes.Repeat([]byte{7}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.Public()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds() {
		on := map[string]map[Paper]float64{"visit": {A4: 300}, "referral": {Receipt: 203}, "trend": {Receipt: 203}}[k.name]
		for p, dpi := range on {
			found := ""
			for n, page := range drawnPages(t, w, k, w.issue("en", p), dpi) {
				file := fmt.Sprintf("%s/%d.png", t.TempDir(), n)
				save(t, file, page)
				out, _ := exec.CommandContext(t.Context(), tool, "--quiet", "--raw", file).Output()
				found += strings.TrimSpace(string(out))
			}
			s, err := proof.Verify(found, signing.Set{Keys: []signing.Public{public}})
			if err != nil || len(s.Values) < 3 {
				t.Errorf("%s %s: read %.20q: %+v, %v", k.name, p, found, s, err)
			}
		}
	}
}
