package paper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// pressed is a file of so many pages, each with its number and a picture.
func pressed(t *testing.T, pages int) []byte {
	t.Helper()
	s := newSetter(t, false)
	var b bytes.Buffer
	p := s.Press(&b, Document{Title: "Long", Created: time.Unix(0, 0)})
	for n := range pages {
		sh := s.Sheet(A4.Width)
		sh.Text(50, 50, Start, Style{Size: 12}, fmt.Sprintf("This is page %d of endobj stream 5 0 R", n+1))
		sh.Disc(Point{100, 100}, 5, 0)
		if n%90 == 7 {
			sh.Height = 300
		}
		if err := p.Page(sh); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var indexEntry = regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`)

// Every object of a joined file is where the index says, and refers to objects
// that are there.
func TestPressJoins(t *testing.T) {
	for _, pages := range []int{1, pressPages - 1, pressPages, pressPages + 1, 2*pressPages + 50} {
		file := pressed(t, pages)
		at := bytes.LastIndex(file, []byte("startxref\n"))
		start, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(string(file[at+len("startxref\n"):]), "%%EOF\n")))
		if err != nil || !bytes.HasPrefix(file[start:], []byte("xref\n")) {
			t.Fatalf("%d pages: the index is not at %d, %v", pages, start, err)
		}
		entries := indexEntry.FindAllSubmatch(file[start:], -1)
		for i, e := range entries {
			offset, _ := strconv.Atoi(string(e[1]))
			if !bytes.HasPrefix(file[offset:], fmt.Appendf(nil, "%d 0 obj\n", i+1)) {
				t.Fatalf("%d pages: object %d is not at %d", pages, i+1, offset)
			}
		}
		if n := len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(file, -1)); n != pages {
			t.Errorf("%d pages, want %d", n, pages)
		}
	}
}

// Other programs read a joined file without a complaint, page by page.
func TestPressIsRead(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("SKIPPED: pdftotext (poppler-utils) is not installed, joined files were not read by another program")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-", "-")
	cmd.Stdin = bytes.NewReader(pressed(t, 2*pressPages+3))
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	if len(pages) != 2*pressPages+3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		if want := fmt.Sprintf("This is page %d of endobj stream 5 0 R", i+1); strings.TrimSpace(page) != want {
			t.Fatalf("page %d says %q", i+1, page)
		}
	}
}

func TestPressErrors(t *testing.T) {
	s := newSetter(t, false)
	p := s.Press(closed{}, Document{})
	if err := p.Page(s.Sheet(100)); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
	if err := s.Press(io.Discard, Document{}).Close(); !errors.Is(err, ErrDrawing) {
		t.Errorf("without pages: %v", err)
	}
	p = s.Press(io.Discard, Document{})
	if err := p.Page(nil); !errors.Is(err, ErrDrawing) {
		t.Errorf("a page that is none: %v", err)
	}
	if err := p.Page(s.Sheet(100)); !errors.Is(err, ErrDrawing) {
		t.Errorf("after an error: %v", err)
	}
}

// FuzzSplit takes anything apart without a fault.
func FuzzSplit(f *testing.F) {
	f.Add([]byte("3 0 obj\n<</Type /Page>>\nendobj\n4 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n"))
	f.Add([]byte("1 0 obj\n<</Length 99999999999>>\nstream\nx\nendobj\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		all, err := split(file)
		if err == nil && len(all) < 4 {
			t.Error("a file of too few objects")
		}
	})
}
