package records

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"aidpost/records/staff"
	"aidpost/records/vault"
)

// sealLines returns what SealCapture makes of lines, one write each.
func sealLines(t *testing.T, s *Store, lines ...string) []byte {
	t.Helper()
	var file bytes.Buffer
	to, err := s.SealCapture(t.Context(), &file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if n, err := io.WriteString(to, line); err != nil || n != len(line) {
			t.Fatal(n, err)
		}
	}
	return file.Bytes()
}

// TestCaptureFile: a sealed capture shows nothing, opens up to wherever a killed
// program has left it, notices each change, and cannot be opened once its key is gone.
func TestCaptureFile(t *testing.T) {
	s := openTemp(t, Options{})
	lines := []string{"aidpost capture 1\n", "0 < 02 31 31 37 03\n", "0.5 > 06\n"}
	sealed := sealLines(t, s, lines...)
	for _, line := range lines[1:] {
		if bytes.Contains(sealed, []byte(line)) {
			t.Errorf("%q is in the open", line)
		}
	}
	a := s.Console("root", "kiosk")
	id, ok := CaptureFileOf(sealed)
	if got, err := a.OpenCapture(t.Context(), sealed); !ok || err != nil || string(got) != lines[0]+lines[1]+lines[2] {
		t.Errorf("%q, %v", got, err)
	}
	if got := auditOf(t, s); got[len(got)-1].Object != id || got[len(got)-1].Action != staff.OpenCapture {
		t.Errorf("on record is %+v", got)
	}
	begins := len(captureHead) + 16
	whole := []string{"", lines[0], lines[0] + lines[1]}
	for cut := begins; cut < len(sealed); cut++ {
		got, err := a.OpenCapture(t.Context(), sealed[:cut])
		if !slices.Contains(whole, string(got)) || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %q, %v", cut, got, err)
		}
	}
	for at := begins; at < len(sealed); at++ {
		changed := bytes.Clone(sealed)
		changed[at] ^= 1
		got, err := a.OpenCapture(t.Context(), changed)
		if err == nil || !slices.Contains(whole, string(got)) {
			t.Fatalf("changed at %d: %q, %v", at, got, err)
		}
	}
	other := sealLines(t, s, lines...)
	if got, err := a.OpenCapture(t.Context(), append(bytes.Clone(sealed[:begins]), other[begins:]...)); err == nil {
		t.Errorf("frames of another file open: %q", got)
	}
	if _, err := s.Visitor("kiosk").OpenCapture(t.Context(), sealed); err == nil {
		t.Error("a visitor opens it")
	}
	if err := s.ForgetCaptures(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := a.OpenCapture(t.Context(), sealed); !errors.Is(err, ErrNotFound) {
		t.Errorf("without its key: %v", err)
	}
	if left, err := s.CaptureFiles(t.Context()); err != nil || len(left) != 1 {
		t.Errorf("%d left, %v", len(left), err)
	}
}

// FuzzCaptureFrames: whatever lies in a file, it ends in an error or is whole.
func FuzzCaptureFrames(f *testing.F) {
	key := make([]byte, vault.KeySize)
	var file bytes.Buffer
	to := &captureSealer{file: &file, key: key}
	_, _ = to.Write([]byte("0 < 02\n"))
	_, _ = to.Write([]byte("1 > 06\n"))
	f.Add(file.Bytes())
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, frames []byte) {
		got, err := openFrames(key, frames)
		if err == nil && len(got) > len(frames) {
			t.Errorf("%q of %q", got, frames)
		}
	})
}
