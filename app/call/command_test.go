package call

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestCommand runs a program at every change, and says when it fails.
func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	folder := t.TempDir()
	heard := filepath.Join(folder, "heard")
	program := filepath.Join(folder, "bell")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$@\" >>"+heard+"\n[ $2 != answered ]\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	board := New(Config{})
	board.Subscribe(Command([]string{program, "-x"}, board, slog.New(slog.NewTextHandler(&said, nil))))
	id := board.Raise("", Emergency)
	for range 500 { // the program has run, and said so
		if c, _ := board.Call(id); !c.Delivered.IsZero() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if c, _ := board.Call(id); c.Delivered.IsZero() {
		t.Error("the program ran, and the call is not delivered")
	}
	if err := board.Answer(id, "Ada", nil); err != nil {
		t.Fatal(err)
	}
	if err := board.Arrive(id, nil); err != nil {
		t.Fatal(err)
	}
	board.Close() // when all is told
	got, err := os.ReadFile(heard)
	if want := "-x calling 1 emergency\n-x answered 1 emergency\n-x closed 1 emergency\n"; err != nil || string(got) != want {
		t.Errorf("the program heard %q, %v; want %q", got, err, want)
	}
	if strings.Count(said.String(), "the alarm's program failed") != 1 || strings.Contains(said.String(), "Ada") {
		t.Errorf("log: %s", said.String())
	}
}
