package reports

import (
	"bytes"
	"context"
	"os"
	"testing"
)

// TestPreview writes the sample summaries where REPORT_PREVIEW says, to be
// looked at.
func TestPreview(t *testing.T) {
	dir := os.Getenv("REPORT_PREVIEW")
	if dir == "" {
		t.Skip("REPORT_PREVIEW names no folder")
	}
	for _, s := range samples(t) {
		var b bytes.Buffer
		if err := Summary(context.Background(), &b, s.data); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+s.name+".pdf", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
