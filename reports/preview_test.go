package reports

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"strings"
	"testing"
)

// TestPreview writes the samples of every report where REPORT_PREVIEW says, to
// be looked at: in the languages of REPORT_LANG, English if it is not set, with
// the names of REPORT_WORDS: usual, long, emoji and so on.
func TestPreview(t *testing.T) {
	dir := os.Getenv("REPORT_PREVIEW")
	if dir == "" {
		t.Skip("REPORT_PREVIEW names no folder")
	}
	save := func(name string, write func(*bytes.Buffer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+name+".pdf", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range samples(t) {
		save(s.name, func(b *bytes.Buffer) error { return Summary(t.Context(), b, s.data) })
	}
	w := newWorld(t)
	for _, lang := range strings.Fields(cmp.Or(os.Getenv("REPORT_LANG"), "en")) {
		for _, typed := range strings.Fields(cmp.Or(os.Getenv("REPORT_WORDS"), "usual")) {
			for _, k := range kinds() {
				for _, p := range []Paper{A4, Letter, Receipt} {
					save(strings.Join([]string{k.name, lang, typed, p.String()}, "-"), func(b *bytes.Buffer) error {
						return k.write(context.Background(), b, w, w.issue(lang, p), oddWords()[typed])
					})
				}
			}
		}
	}
}
